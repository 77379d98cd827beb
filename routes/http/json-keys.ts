/**
 * Keys of a JSON object that stand in it twice: `JSON.parse` takes the last, another reader the first.
 * @module
 */

/**
 * The first key of the outermost object that is there twice, or `null`.
 * @param text JSON that has been parsed without a fault, an object
 */
export function repeatedKey(text: string): string | null {
  const seen = new Set<string>();
  let depth = 0;
  // At depth 1 a text is a key when it follows the object's beginning or a comma.
  let keyComes = false;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (sign === '"') {
      const end = endOfText(text, at);
      if (depth === 1 && keyComes) {
        const key: unknown = JSON.parse(text.slice(at, end + 1));
        if (typeof key === "string" && seen.has(key)) return key;
        seen.add(String(key));
      }
      keyComes = false;
      at = end;
    } else if (sign === "{" || sign === "[") {
      depth++;
      keyComes = sign === "{";
    } else if (sign === "}" || sign === "]") {
      depth--;
    } else if (sign === ",") {
      keyComes = true;
    }
  }
  return null;
}

/** Where the text that begins here ends. */
function endOfText(json: string, start: number): number {
  let end = start + 1;
  while (json[end] !== '"') end += json[end] === "\\" ? 2 : 1;
  return end;
}
