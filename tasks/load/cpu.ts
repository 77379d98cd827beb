/**
 * How much of a core a process used, as Linux counts it.
 * @module
 */

/** Ticks a second in `/proc`; Linux has had it so on every machine for decades. */
const TICKS = 100;

/** Seconds of CPU that a process has used so far; null where nobody knows. */
export async function cpuSeconds(pid: number): Promise<number | null> {
  try {
    return secondsIn(await Deno.readTextFile(`/proc/${pid}/stat`));
  } catch {
    return null;
  }
}

/** User and system time of all threads, out of a line of `/proc/PID/stat`; the program's name may hold spaces. */
export function secondsIn(line: string): number | null {
  const fields = line.slice(line.lastIndexOf(")") + 2).split(" ");
  const ticks = Number(fields[11]) + Number(fields[12]);
  return Number.isFinite(ticks) ? ticks / TICKS : null;
}

/** Seconds of CPU by name, where they are known. */
export async function usedBy(pids: Readonly<Record<string, number>>): Promise<ReadonlyMap<string, number>> {
  const used = new Map<string, number>();
  for (const [name, pid] of Object.entries(pids)) {
    const seconds = await cpuSeconds(pid);
    if (seconds !== null) used.set(name, seconds);
  }
  return used;
}

/** What was used between two readings, in cores, for example `gateway 1 0.62, sandbox 0.20`. */
export function busyOf(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
  seconds: number,
): string {
  return [...after].map(([name, used]) =>
    `${name} ${((used - (before.get(name) ?? 0)) / seconds).toFixed(2)}`
  )
    .join(", ");
}
