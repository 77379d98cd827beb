/**
 * Reads QR codes out of pages, by another library than the one that writes them.
 * @module
 */
import assert from "node:assert/strict";
import jsQr from "jsqr";

/** Pixels of a module: scanners need some. */
const SCALE = 6;

/** What the codes of a page say, in their order. */
export function readQrCodes(html: string): string[] {
  return [...html.matchAll(/<svg class="qr"[^>]*viewBox="0 0 (\d+) \1"[^>]*>.*?<path d="([^"]*)"/gs)]
    .map(([, size = "", path = ""]) => readPath(Number(size), path));
}

function readPath(size: number, path: string): string {
  const side = size * SCALE;
  const pixels = new Uint8ClampedArray(side * side * 4).fill(255);
  for (const [, x, y, width, height, back] of path.matchAll(/M(\d+) (\d+)h(\d+)v(\d+)h-(\d+)z/g)) {
    assert.equal(width, back);
    paint(pixels, side, [Number(x), Number(y), Number(width), Number(height)]);
  }
  const read = jsQr.default(pixels, side, side);
  assert.ok(read, "a QR code can be read");
  return read.data;
}

function paint(
  pixels: Uint8ClampedArray,
  side: number,
  [x, y, width, height]: readonly [number, number, number, number],
): void {
  for (let row = y * SCALE; row < (y + height) * SCALE; row++) {
    const at = (column: number) => (row * side + column * SCALE) * 4;
    for (let pixel = at(x); pixel < at(x + width); pixel += 4) pixels.fill(0, pixel, pixel + 3);
  }
}
