/**
 * Account numbers whose form is the same wherever they are given: IBAN, CLABE, CBU.
 * @module
 */

/** Lengths of IBANs by country, from the registry of ISO 13616. */
const IBAN_LENGTHS: ReadonlyMap<string, number> = new Map(
  (
    "NO15 BE16 DK18 FI18 FK18 FO18 GL18 NL18 SD18 MK19 SI19 AT20 BA20 EE20 KZ20 LT20 LU20 MN20 XK20 CH21 HR21 LI21 LV21 " +
    "BG22 BH22 CR22 DE22 GB22 GE22 IE22 ME22 RS22 VA22 AE23 GI23 IL23 IQ23 OM23 SO23 TL23 AD24 CZ24 ES24 MD24 PK24 RO24 " +
    "SA24 SE24 SK24 TN24 VG24 LY25 PT25 ST25 IS26 TR26 BI27 DJ27 FR27 GR27 IT27 MC27 MR27 SM27 AL28 AZ28 BY28 CY28 DO28 " +
    "GT28 HN28 HU28 LB28 NI28 PL28 SV28 BR29 EG29 PS29 QA29 UA29 JO30 KW30 MU30 MT31 SC31 LC32 RU33 YE30"
  ).split(" ").map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

/** An IBAN without blanks in upper case, or `null`: length of its country and ISO 7064 mod 97 = 1. */
export function readIban(text: string): string | null {
  const iban = text.replaceAll(" ", "").toUpperCase();
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(iban)) return null;
  if (IBAN_LENGTHS.get(iban.slice(0, 2)) !== iban.length) return null;
  return isMod97(iban) ? iban : null;
}

/** True when the text, its first four characters moved behind and letters written as 10 to 35, leaves 1 over 97. */
export function isMod97(text: string): boolean {
  const moved = text.slice(4) + text.slice(0, 4);
  const digits = moved.replace(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55));
  return BigInt(digits) % 97n === 1n;
}

/**
 * An account number of any country. What begins like an IBAN of a country that has them must be one; everything else is
 * left to the rail, which knows its bank.
 */
export function readAccount(text: string): string | null {
  const compact = text.replaceAll(" ", "").toUpperCase();
  if (/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(compact) && IBAN_LENGTHS.has(compact.slice(0, 2))) {
    return readIban(compact);
  }
  return /^[\p{L}\p{N}][\p{L}\p{N} ./@+_*-]{0,76}$/u.test(text) || /^\+\d{6,15}$/.test(text) ? text : null;
}

/** A CLABE of Mexico: 18 digits, weights 3, 7, 1, each product modulo 10. */
export function readClabe(text: string): string | null {
  const digits = text.replace(/[ -]/g, "");
  if (!/^\d{18}$/.test(digits)) return null;
  const weights = [3, 7, 1];
  let sum = 0;
  for (let i = 0; i < 17; i++) sum += (Number(digits[i]) * (weights[i % 3] ?? 0)) % 10;
  return (10 - sum % 10) % 10 === Number(digits[17]) ? digits : null;
}

/** A CBU or CVU of Argentina: 22 digits in two blocks, each with a check digit. */
export function readCbu(text: string): string | null {
  const digits = text.replace(/[ -]/g, "");
  if (!/^\d{22}$/.test(digits)) return null;
  const holds = (block: string, weights: readonly number[]) => {
    const sum = weights.reduce((total, weight, i) => total + weight * Number(block[i]), 0);
    return (10 - sum % 10) % 10 === Number(block[weights.length]);
  };
  const bank = holds(digits.slice(0, 8), [7, 1, 3, 9, 7, 1, 3]);
  return bank && holds(digits.slice(8), [3, 9, 7, 1, 3, 9, 7, 1, 3, 9, 7, 1, 3]) ? digits : null;
}
