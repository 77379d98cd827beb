/**
 * References inside what payers and banks write: spaced, cut up, wrapped in other words (M-17).
 * @module
 */

/** Texts of banks are shorter; what stands further back is not looked at. */
const MOST_CHARACTERS = 1_000;

/**
 * Every text that could be a reference: windows of the declared length over the letters and digits of a text, in the
 * alphabet's own case where it has only one.
 */
export function referencesIn(
  text: string,
  { alphabet, length }: { readonly alphabet: string; readonly length: number },
): string[] {
  const allowed = new Set(alphabet);
  const dense = [...foldedTo(alphabet, text.slice(0, MOST_CHARACTERS))].filter((character) =>
    allowed.has(character) || /[\p{L}\p{N}]/u.test(character)
  );
  const windows = new Set<string>();
  for (let start = 0; start + length <= dense.length; start++) {
    const window = dense.slice(start, start + length);
    if (window.every((character) => allowed.has(character))) windows.add(window.join(""));
  }
  return [...windows];
}

function foldedTo(alphabet: string, text: string): string {
  if (alphabet.toUpperCase() === alphabet) return text.toUpperCase();
  return alphabet.toLowerCase() === alphabet ? text.toLowerCase() : text;
}
