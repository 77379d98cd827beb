/**
 * Waits for the signal that ends a task, then stops in order.
 * @module
 */

/** Returns when SIGINT or SIGTERM came and everything has stopped; a second signal ends the process at once. */
export async function untilStopped(running: { readonly stop: () => Promise<void> }): Promise<void> {
  await new Promise<void>((resolve) => {
    let asked = 0;
    const ask = () => {
      if (++asked > 1) Deno.exit(130);
      resolve();
    };
    Deno.addSignalListener("SIGINT", ask);
    Deno.addSignalListener("SIGTERM", ask);
  });
  await running.stop();
  Deno.exit(0);
}
