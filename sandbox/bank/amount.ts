/**
 * Amounts of the sandbox bank: decimal strings outside, whole units of 10⁻⁷ inside. Never a float.
 * @module
 */
const DECIMAL = /^(0|[1-9]\d{0,11})(?:\.(\d{1,7}))?$/;

/** Units of 10⁻⁷, or `null` when the text is no plain decimal. */
export function readAmount(text: string): bigint | null {
  const match = DECIMAL.exec(text);
  return match ? BigInt(match[1] ?? "0") * 10_000_000n + BigInt((match[2] ?? "").padEnd(7, "0")) : null;
}

/** A plain decimal with at least `decimals` places. */
export function writeAmount(units: bigint, decimals: number): string {
  const digits = (units < 0n ? -units : units).toString().padStart(8, "0");
  const fraction = digits.slice(-7).replace(/0+$/, "").padEnd(decimals, "0");
  return `${units < 0n ? "-" : ""}${digits.slice(0, -7)}${fraction === "" ? "" : `.${fraction}`}`;
}

/** Whether an amount has no more places than a currency or rail allows. */
export function isWhole(units: bigint, decimals: number): boolean {
  return units % 10n ** BigInt(7 - decimals) === 0n;
}
