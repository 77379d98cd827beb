/**
 * Digits of any script as 0 to 9: people type with the keyboard that they have.
 * @module
 */

/** Zeros of the numerals that stand beside 0 to 9; the nine after each follow it. */
const ZEROS = [
  0x0660,
  0x06f0,
  0x0966,
  0x09e6,
  0x0a66,
  0x0ae6,
  0x0be6,
  0x0c66,
  0x0ce6,
  0x0d66,
  0x0e50,
  0x1040,
  0xff10,
];

/** The same text with Latin digits. */
export function latinDigits(text: string): string {
  return text.replaceAll(/\p{Nd}/gu, (digit) => {
    const point = digit.codePointAt(0) ?? 0;
    const zero = ZEROS.find((first) => point >= first && point <= first + 9);
    return zero === undefined ? digit : String(point - zero);
  });
}
