/**
 * Money as modules and core exchange it: whole units of 10⁻⁷ of a currency, the unit in which token and currency meet
 * (M-23). It is never a float and never a JavaScript number (M-24).
 * @module
 */

/** How many units make one whole of a currency or token: 10⁷, Stellar's own precision. */
export const UNITS_PER_WHOLE = 10_000_000n;

/** An amount of a currency (ISO 4217 code) or token (asset code), in units of 10⁻⁷. Negative only where a docstring says so. */
export interface Money {
  readonly units: bigint;
  readonly currency: string;
}

const DECIMAL = /^(0|[1-9]\d{0,17})(?:\.(\d{1,7}))?$/;

/**
 * Reads a plain decimal such as `12`, `12.5` or `0.0000001`. No sign, exponent, blank, thousands separator or leading
 * zero; at most seven decimals.
 * @returns units of 10⁻⁷, or `null` when the text is none of these
 */
export function parseUnits(text: string): bigint | null {
  const match = DECIMAL.exec(text);
  if (!match) return null;
  const [, whole = "0", fraction = ""] = match;
  const units = BigInt(whole) * UNITS_PER_WHOLE + BigInt(fraction.padEnd(7, "0"));
  return units > 9_223_372_036_854_775_807n ? null : units;
}

/**
 * Writes units as a plain decimal without exponent or separators.
 * @param places how many decimals to write at least; more are written when the amount has them
 * @example formatUnits(125_000_000n) === "12.5"; formatUnits(125_000_000n, 2) === "12.50"
 */
export function formatUnits(units: bigint, places = 0): string {
  const sign = units < 0n ? "-" : "";
  const digits = (units < 0n ? -units : units).toString().padStart(8, "0");
  const fraction = digits.slice(-7).replace(/0+$/, "").padEnd(places, "0");
  return `${sign}${digits.slice(0, -7)}${fraction === "" ? "" : `.${fraction}`}`;
}

/**
 * Money from a provider's whole minor units, for example cents.
 * @param exponent how many decimals the provider's unit has, 0 to 7: 2 for cents
 */
export function fromMinor(minor: bigint, exponent: number, currency: string): Money {
  return { units: minor * 10n ** BigInt(7 - checkedExponent(exponent)), currency };
}

function checkedExponent(exponent: number): number {
  if (!Number.isInteger(exponent) || exponent < 0 || exponent > 7) {
    throw new RangeError(`Cannot use exponent ${exponent}: it must be a whole number from 0 to 7`);
  }
  return exponent;
}
