/**
 * What the demo shows: one line a step, with the seconds since it began.
 * @module
 */
const started = performance.now();
const encoder = new TextEncoder();

/** Shows a line. */
export function say(text: string): void {
  const seconds = ((performance.now() - started) / 1000).toFixed(1).padStart(6);
  Deno.stdout.writeSync(encoder.encode(`${seconds} s  ${text}\n`));
}

/** What is not as promised; its message is the demo's last line. */
export class Broken extends Error {}
