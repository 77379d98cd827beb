/**
 * What requests cost the process that answers them, in its own CPU: how fast the client is and what else the machine does
 * change little in it.
 * @module
 */
import type { Answer, Call, HttpClient } from "./http-client.ts";
import type { Place } from "./place.ts";

/** Something to measure. */
export interface Subject {
  readonly name: string;
  readonly client: HttpClient;
  /** The calls of one round, prepared while nothing is counted. */
  readonly calls: (round: number) => Promise<readonly Call[]> | readonly Call[];
  /** The status that every answer must have. */
  readonly status: number;
  /** What to do with the answers of a round. */
  readonly keep?: (answers: readonly Answer[], calls: readonly Call[]) => void;
}

/** The figures of one subject, one of each a round. */
export interface Cost {
  readonly name: string;
  /** Microseconds of the server's CPU for one request. */
  readonly micros: number[];
  /** Requests in a second of the clock, which the client's own speed and the disk bound too. */
  readonly perSecond: number[];
}

/**
 * Measures all subjects in turns, after one round that does not count.
 * @throws when an answer has another status than it must have
 */
export async function measureInTurns(
  place: Pick<Place, "used">,
  subjects: readonly Subject[],
  rounds: number,
): Promise<Cost[]> {
  const costs = subjects.map(({ name }): Cost => ({ name, micros: [], perSecond: [] }));
  for (let round = 0; round <= rounds; round++) {
    for (const [index, subject] of subjects.entries()) {
      const calls = await subject.calls(round);
      const before = await place.used();
      const begun = performance.now();
      const answers = await subject.client.send(calls);
      const seconds = (performance.now() - begun) / 1000;
      const after = await place.used();
      refuseOthers(subject, answers);
      subject.keep?.(answers, calls);
      if (round === 0) continue;
      costs[index]?.micros.push((after.cpu - before.cpu) / calls.length);
      costs[index]?.perSecond.push(calls.length / seconds);
    }
  }
  return costs;
}

function refuseOthers({ name, status }: Subject, answers: readonly Answer[]): void {
  const other = answers.find((answer) => answer.status !== status);
  if (!other) return;
  throw new Error(`Cannot measure ${name}: it answers ${other.status}, ${other.body.slice(0, 200)}`);
}
