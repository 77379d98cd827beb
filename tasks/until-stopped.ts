/**
 * Waits for the signal that ends a task, then stops in order.
 * @module
 */

/**
 * Ends the process once SIGINT or SIGTERM came and everything has stopped; a second signal ends it at once.
 * @param graceMs what has not stopped by then is left as if it were killed: whatever it did can be gone on with
 */
export async function untilStopped(
  running: { readonly stop: () => Promise<void> },
  graceMs = Infinity,
): Promise<void> {
  await new Promise<void>((resolve) => {
    let asked = 0;
    const ask = () => {
      if (++asked > 1) Deno.exit(130);
      resolve();
    };
    Deno.addSignalListener("SIGINT", ask);
    Deno.addSignalListener("SIGTERM", ask);
  });
  if (graceMs !== Infinity) setTimeout(() => Deno.exit(0), graceMs);
  await running.stop();
  Deno.exit(0);
}
