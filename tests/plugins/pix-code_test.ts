import assert from "node:assert/strict";
import fc from "fast-check";
import { checksum, pixCode } from "../../plugins/pix-code.ts";

const RECEIVER = { name: "Fulano de Tal", city: "BRASILIA" };

/** The fields of a code, nested ones as maps of their own. */
function fields(text: string): Record<string, string> {
  const read: Record<string, string> = {};
  for (let at = 0; at < text.length;) {
    const length = Number(text.slice(at + 2, at + 4));
    read[text.slice(at, at + 2)] = text.slice(at + 4, at + 4 + length);
    at += 4 + length;
  }
  return read;
}

Deno.test("a static code is that of the central bank's manual", () => {
  assert.equal(
    pixCode({ key: "123e4567-e12b-12d1-a456-426655440000", ...RECEIVER }),
    "00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-4266554400005204000053039865802BR" +
      "5913Fulano de Tal6008BRASILIA62070503***63041D3D",
  );
});

Deno.test("codes of others are written the same, sum included", () => {
  assert.equal(
    pixCode({ key: "rayane@alvoz.com.br", name: "N", city: "C" }),
    "00020126410014br.gov.bcb.pix0119rayane@alvoz.com.br5204000053039865802BR5901N6001C62070503***63043A81",
  );
  // CRC-16/CCITT-FALSE's own check value.
  assert.equal(checksum("123456789"), "29B1");
});

Deno.test("a dynamic code names where the charge stands, and neither amount nor key", () => {
  const code = pixCode({
    url: "https://pix.example.com/8b3da2f39a4140d1a91abd93113bd441",
    ...RECEIVER,
  });
  const read = fields(code);
  assert.equal(read["01"], "12");
  assert.deepEqual(fields(read["26"] ?? ""), {
    "00": "br.gov.bcb.pix",
    "25": "pix.example.com/8b3da2f39a4140d1a91abd93113bd441",
  });
  assert.equal(read["54"], undefined);
  assert.equal(read["62"], "0503***");
  assert.equal(code.slice(-8), `6304${checksum(code.slice(0, -4))}`);
});

Deno.test("amount, txid and description of a static code stand in their fields", () => {
  const read = fields(pixCode({
    key: "+5511999999999",
    amount: { units: 105_000_000n, currency: "BRL" },
    txid: "ORDER42",
    description: "Depósito",
    name: "São José dos Campos Comércio e Serviços Ltda",
    city: "São José dos Campos",
  }));
  assert.equal(read["54"], "10.50");
  assert.equal(read["62"], "0507ORDER42");
  assert.deepEqual(fields(read["26"] ?? ""), {
    "00": "br.gov.bcb.pix",
    "01": "+5511999999999",
    "02": "Deposito",
  });
  assert.equal(read["59"], "Sao Jose dos Campos Comer");
  assert.equal(read["60"], "Sao Jose dos Ca");
});

Deno.test("whatever the names, the code's lengths hold and its sum is right", () => {
  const words = fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 }).map((word) => `a${word}`);
  fc.assert(fc.property(words, words, (name, city) => {
    const code = pixCode({ key: "k", name, city });
    assert.match(code, /^[ -~]+$/);
    const read = fields(code);
    assert.equal(read["63"], checksum(code.slice(0, -4)));
    assert.ok((read["59"] ?? "").length <= 25 && (read["60"] ?? "").length <= 15);
    assert.equal(read["58"], "BR");
  }));
});

Deno.test("what the form cannot hold is refused", () => {
  const refusals: (() => string)[] = [
    () => pixCode({ url: `https://pix.example.com/${"a".repeat(80)}`, ...RECEIVER }),
    () => pixCode({ url: "pix.example.com/a b", ...RECEIVER }),
    () => pixCode({ key: "", ...RECEIVER }),
    () => pixCode({ key: "k", name: "日本", city: "X" }),
    () => pixCode({ key: "k", txid: "a-b", ...RECEIVER }),
    () => pixCode({ key: "k", txid: "a".repeat(26), ...RECEIVER }),
    () => pixCode({ key: "k".repeat(60), description: "d".repeat(40), ...RECEIVER }),
    () => pixCode({ key: "k", amount: { units: 1n, currency: "BRL" }, ...RECEIVER }),
    () => pixCode({ key: "k", amount: { units: 0n, currency: "BRL" }, ...RECEIVER }),
    () => pixCode({ key: "k", amount: { units: 100_000n, currency: "USD" }, ...RECEIVER }),
  ];
  for (const refusal of refusals) assert.throws(refusal, RangeError);
});
