const encoder = new TextEncoder();

/**
 * Writes lines to standard output, whole and in order. Tasks speak to a person there, not to a log.
 * Once nobody reads any more, as after `| head`, the rest is dropped.
 */
export function print(...lines: string[]): void {
  const bytes = encoder.encode(lines.map((line) => line + "\n").join(""));
  try {
    for (let sent = 0; sent < bytes.length;) sent += Deno.stdout.writeSync(bytes.subarray(sent));
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}
