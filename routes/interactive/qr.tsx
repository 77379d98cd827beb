/**
 * A QR code as a picture inside the page: no request of its own, sharp at every size, and black on white whatever colours
 * the page has, since scanners want that.
 * @module
 */
import { encode } from "uqr";

/** Modules of white that a scanner needs around a code (ISO/IEC 18004). */
const QUIET = 4;
/** The most bytes that a code holds at error correction M. */
const MOST_BYTES = 2331;

/** The picture; nothing where the text does not fit. @param props.label what it is, for whoever does not see it */
export function QrCode({ text, label }: { readonly text: string; readonly label: string }) {
  const drawn = drawQr(text);
  if (drawn === null) return null;
  const { size, path } = drawn;
  return (
    <svg
      class="qr"
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      shape-rendering="crispEdges"
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}

/** The dark parts as a path, and the length of a side; null where the text does not fit. */
export function drawQr(text: string): { readonly size: number; readonly path: string } | null {
  if (new TextEncoder().encode(text).length > MOST_BYTES) return null;
  const { data, size } = encode(text, { ecc: "M", border: QUIET });
  const runs = data.flatMap((row, y) =>
    [...row.map((dark) => dark ? "#" : ".").join("").matchAll(/#+/g)]
      .map(({ index, 0: { length } }) => `M${index} ${y}h${length}v1h-${length}z`)
  );
  return { size, path: runs.join("") };
}
