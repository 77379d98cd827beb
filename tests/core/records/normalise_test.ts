import assert from "node:assert/strict";
import fc from "fast-check";
import {
  account,
  email,
  identityNumber,
  isSameName,
  nameWords,
  phone,
} from "../../../core/records/normalise.ts";

Deno.test("identity numbers and accounts are letters and digits", () => {
  assert.equal(identityNumber(" 123.456.789-0k "), "1234567890K");
  assert.equal(identityNumber("１２３/Ａ"), "123A");
  assert.equal(account("DE89 3704 0044 0532 0130 00"), account("de89370400440532013000"));
  assert.equal(account("Ana.Silva+pix@Example.com"), "ana.silva+pix@example.com");
});

Deno.test("phone numbers are digits in international order", () => {
  assert.equal(phone("+55 (11) 99999-8888"), "5511999998888");
  assert.equal(phone("0055 11 99999 8888"), "5511999998888");
  assert.equal(phone("011 99999 8888"), "011999998888");
});

Deno.test("e-mail addresses lose blanks around them and case", () => {
  assert.equal(email(" Ana.Silva@EXAMPLE.com\n"), "ana.silva@example.com");
});

Deno.test("a name is the set of its words, without case and accents", () => {
  const same = (...names: string[]) => {
    for (const name of names) assert.deepEqual(nameWords(name), nameWords(names[0] ?? ""), name);
  };
  assert.deepEqual(nameWords("João  da SILVA, da"), ["da", "joao", "silva"]);
  same("João da Silva", "SILVA, JOAO DA", "joa\u0303o da silva");
  same("Łukasz Straße", "LUKASZ STRASSE");
  same("Søren Ægir", "SOREN AEGIR");
  same("Seán O’Brien", "SEAN OBRIEN", "Sean O'Brien");
  same("İlker Işık", "ILKER ISIK");
  same("مُحَمَّد", "محمد", "محـمد");
  assert.deepEqual(nameWords("किरण"), ["किरण"], "vowel signs are letters");
  assert.notDeepEqual(nameWords("किरण"), nameWords("करण"));
  assert.deepEqual(nameWords("김 민수"), ["김", "민수"]);
  assert.deepEqual(nameWords("--"), []);
});

Deno.test("P14 two names are one person's when all words of the shorter stand in the longer, two at least", () => {
  const pairs = [
    ["Ada Lovelace", "LOVELACE, Ada Augusta", true],
    ["Ada Lovelace", "Ada Byron", false],
    ["Ada Lovelace", "Ada", false],
    ["Suharto", "SUHARTO", true],
    ["Suharto", "Suharno", false],
    ["", "", false],
    ["--", "Ada Lovelace", false],
  ] as const;
  for (const [one, other, isSame] of pairs) {
    assert.equal(isSameName(one, other), isSame, `${one} / ${other}`);
    assert.equal(isSameName(other, one), isSame, `${other} / ${one}`);
  }
});

Deno.test("a normal form is its own normal form", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => {
    for (const form of [identityNumber, account, email, phone]) {
      const once = form(text);
      if (form !== phone) assert.equal(form(once), once);
    }
    const words = nameWords(text);
    assert.deepEqual(nameWords(words.join(" ")), words);
  }));
});
