/**
 * What was worked out before: for pure functions of one text that are asked the same again and again.
 * @module
 */

/**
 * The same function, which works out a text once. What it answers is shared by everybody who asks, so it must not be
 * changed; what it throws is not kept.
 * @param most how many answers are kept; when there are more, it begins anew, so that nobody can fill the memory
 */
export function remembered<Answer>(most: number, work: (text: string) => Answer): (text: string) => Answer {
  const answers = new Map<string, { readonly answer: Answer }>();
  return (text) => {
    const known = answers.get(text);
    if (known) return known.answer;
    const answer = work(text);
    if (answers.size >= most) answers.clear();
    answers.set(text, { answer });
    return answer;
  };
}
