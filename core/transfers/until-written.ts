/**
 * Opening and choosing are tried again when what they rest on has changed meanwhile.
 * @module
 */

/**
 * How often it is tried: again when the memo or reference that was drawn had been given before, when the deposit that stood
 * in the way has ended meanwhile, and when the customer was erased meanwhile, who is then a new one.
 */
const TRIES = 5;

/** Tries until there is an answer other than `null`. @throws Error when there is none after some tries */
export async function untilWritten<Answer>(once: () => Promise<Answer | null>): Promise<Answer> {
  for (let tried = 0; tried < TRIES; tried++) {
    const answer = await once();
    if (answer !== null) return answer;
  }
  throw new Error("Cannot open a transfer: no free memo or reference was drawn");
}
