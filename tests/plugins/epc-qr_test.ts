import assert from "node:assert/strict";
import { epcQr } from "../../plugins/epc-qr.ts";

const IBAN = "DE89370400440532013000";
const eur = (units: bigint) => ({ units, currency: "EUR" });

Deno.test("a code with everything has twelve elements in the order of the guideline", () => {
  const code = epcQr({
    name: " Ärzte ohne Grenzen ",
    iban: "DE89 3704 0044 0532 0130 00",
    bic: "cobadeff",
    amount: eur(1_499_000_000n),
    purpose: "OTHR",
    remittance: "ABCD234567",
    note: "Danke",
  });
  assert.deepEqual(code.split("\n"), [
    "BCD",
    "002",
    "1",
    "SCT",
    "COBADEFF",
    "Ärzte ohne Grenzen",
    IBAN,
    "EUR149.90",
    "OTHR",
    "",
    "ABCD234567",
    "Danke",
  ]);
});

Deno.test("what is not given is empty, and nothing follows the last element", () => {
  assert.equal(epcQr({ name: "Kedge", iban: IBAN }), `BCD\n002\n1\nSCT\n\nKedge\n${IBAN}`);
  assert.equal(
    epcQr({ name: "Kedge", iban: IBAN, remittance: "USDX 22" }),
    `BCD\n002\n1\nSCT\n\nKedge\n${IBAN}\n\n\n\nUSDX 22`,
  );
});

Deno.test("an ISO 11649 reference is a structured one, and never stands twice", () => {
  const elements = epcQr({ name: "Kedge", iban: IBAN, remittance: "RF18 5390 0754 7034" }).split("\n");
  assert.equal(elements[9], "RF18539007547034");
  assert.equal(elements.length, 10);
});

Deno.test("amounts are whole cents within the guideline's bounds", () => {
  const amountOf = (units: bigint) => epcQr({ name: "K", iban: IBAN, amount: eur(units) }).split("\n")[7];
  assert.equal(amountOf(100_000n), "EUR0.01");
  assert.equal(amountOf(9_999_999_999_900_000n), "EUR999999999.99");
  for (const units of [0n, 99_999n, 150_000n, 10_000_000_000_000_000n]) {
    assert.throws(() => amountOf(units), RangeError);
  }
  assert.throws(
    () => epcQr({ name: "K", iban: IBAN, amount: { units: 100_000n, currency: "USD" } }),
    RangeError,
  );
});

Deno.test("what the form cannot hold is refused", () => {
  const refused = (more: Partial<Parameters<typeof epcQr>[0]>) =>
    assert.throws(() => epcQr({ name: "Kedge", iban: IBAN, ...more }), RangeError);
  refused({ name: "" });
  refused({ name: "n".repeat(71) });
  refused({ name: "two\nlines" });
  refused({ iban: "DE88370400440532013000" });
  refused({ bic: "COBA" });
  refused({ purpose: "OTHER" });
  refused({ remittance: "r".repeat(141) });
  refused({ note: "n".repeat(71) });
  refused({ name: "ü".repeat(70), remittance: "ü".repeat(140) });
});
