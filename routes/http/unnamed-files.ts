/**
 * Files of multipart forms that come without a file name, as the public wallet SDK sends its documents: the runtime reads
 * such a part as text and breaks its bytes. RFC 7578 (4.4) lets the part's media type say what it is.
 * @module
 */

const NEW_LINES = "\r\n\r\n";

/**
 * Gives a file name to each part that has a media type other than text and no file name; leaves all else as it came.
 * @param boundary as the body's media type says it
 */
export function nameUnnamedFiles(
  bytes: Uint8Array<ArrayBuffer>,
  boundary: string,
): Uint8Array<ArrayBuffer> {
  const kept: Uint8Array[] = [];
  let taken = 0;
  for (const at of partsOf(bytes, boundary)) {
    const end = find(bytes, NEW_LINES, at);
    if (end < 0) break;
    const named = namedHead(new TextDecoder().decode(bytes.subarray(at, end)));
    if (named === null) continue;
    kept.push(bytes.subarray(taken, at), new TextEncoder().encode(named));
    taken = end;
  }
  if (taken === 0) return bytes;
  kept.push(bytes.subarray(taken));
  const whole = new Uint8Array(kept.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of kept) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** The head of a part with a file name, or `null` where it has one or is a text. */
function namedHead(head: string): string | null {
  const type = /^content-type:\s*([^;\s]+)/im.exec(head)?.[1]?.toLowerCase();
  const disposition = /^content-disposition:.*$/im.exec(head)?.[0];
  if (type === undefined || type.startsWith("text/") || disposition === undefined) return null;
  if (/;\s*filename\*?=/i.test(disposition)) return null;
  return head.replace(disposition, () => `${disposition}; filename="file"`);
}

/** Where the heads of the parts begin. */
function* partsOf(bytes: Uint8Array, boundary: string): Generator<number> {
  const line = `--${boundary}\r\n`;
  for (let at = find(bytes, line, 0); at >= 0; at = find(bytes, line, at + line.length)) {
    yield at + line.length;
  }
}

/** Where an ASCII text stands in bytes from a place on; -1 where it does not. */
function find(bytes: Uint8Array, text: string, from: number): number {
  const wanted = new TextEncoder().encode(text);
  const [first = 0] = wanted;
  for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (wanted.every((byte, index) => bytes[at + index] === byte)) return at;
  }
  return -1;
}
