/**
 * Normal forms under which personal data is found again: what two people write differently and mean alike comes out
 * equal. They feed `Vault.index` and are stored nowhere.
 * @module
 */

/** Letters that no Unicode decomposition takes apart, as banks write them. */
const PLAIN_LETTERS: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  đ: "d",
  ð: "d",
  þ: "th",
  ł: "l",
  ħ: "h",
  ı: "i",
};

/** Identity, tax and passport numbers: letters and digits only, upper case. `12.345.678-9k` → `123456789K`. */
export function identityNumber(text: string): string {
  return text.normalize("NFKC").toUpperCase().replace(/[^\p{L}\p{N}]/gu, "").normalize("NFKC");
}

/**
 * Bank accounts and the aliases that stand for them: IBAN, national numbers, keys. Blanks and separators go, case
 * goes; an e-mail address used as an account keeps its form.
 */
export function account(text: string): string {
  return text.includes("@") ? email(text) : identityNumber(text);
}

/**
 * Phone numbers: digits in international order. A leading `+` or `00` goes; a national number stays as it was
 * written, so it should be completed by its country before it comes here.
 */
export function phone(text: string): string {
  return text.normalize("NFKC").replace(/\D/g, "").replace(/^00/, "");
}

/** E-mail addresses: trimmed, lower case; dots and tags before the `@` belong to the address. */
export function email(text: string): string {
  return text.normalize("NFKC").trim().toLowerCase();
}

/**
 * The words of a name, without case and accents, each once, in alphabetical order: `João  da SILVA` → `da`, `joao`,
 * `silva`. Two names are compared as sets, since banks change the order. Vowel signs of Indic scripts are letters
 * here and stay.
 */
export function nameWords(text: string): string[] {
  const folded = text.normalize("NFKD").toLowerCase()
    .replace(/[\u0300-\u036f\u0640\u064b-\u0652]/g, "") // accents; Arabic tatweel and vowel marks
    .replace(/[ßæœøđðþłħı]/g, (letter) => PLAIN_LETTERS[letter] ?? letter)
    .replace(/['’ʼ`´]/g, "") // O'Brien and OBrien are one
    .normalize("NFC");
  const words = folded.split(/[^\p{L}\p{M}\p{N}]+/u).filter((word) => word !== "");
  return [...new Set(words)].sort();
}

/**
 * Whether two names are those of one person, as far as banks write them: all words of the shorter one stand in the longer
 * one, in any order, and there are two at least, or they are the same.
 */
export function isSameName(one: string, other: string): boolean {
  const [shorter = [], longer = []] = [nameWords(one), nameWords(other)].sort((a, b) => a.length - b.length);
  const isEnough = shorter.length >= 2 || (shorter.length === 1 && longer.length === 1);
  return isEnough && shorter.every((word) => longer.includes(word));
}
