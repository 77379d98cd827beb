import { equal } from "node:assert/strict";
import fc from "fast-check";
import { isNuban, NATIONAL_FORMATS, readNational } from "../../../plugins/sep9/mod.ts";
import type { NationalFormat } from "../../../plugins/sep9/mod.ts";

/** Numbers that the issuing authorities or their reference validators publish, in their compact form. */
const GOOD: Partial<Record<NationalFormat, readonly string[]>> = {
  cpf: ["39053344705"],
  cnpj: ["16727230000197", "12ABC34501DE35"],
  curp: ["BOXW310820HNERXN09"],
  rfc: ["GODE561231GR8", "MAB9307148T4"],
  clabe: ["032180000118359719", "646180157000000004", "072691004495711499"],
  cbu: ["2850590940090418135201"],
  cuit: ["20055361682", "20267565393"],
  aba: ["021000021", "101050001"],
  iban: ["DE89370400440532013000"],
  bic: ["COBADEFFXXX", "COBADEFF"],
  rf: ["RF18539007547034"],
  idnr: ["36574261809"],
  kra_pin: ["P051365947M"],
  pan: ["AAPPV8261K", "ACUPA7085R"],
  aadhaar: ["234123412346"],
  ifsc: ["HDFC0000001"],
  nuban: ["0000014579"],
  bvn: ["12345678901"],
  nin: ["12345678901"],
  ssn: ["536901399"],
  itin: ["912903456"],
};

const BAD: Partial<Record<NationalFormat, readonly string[]>> = {
  cpf: ["39053344706", "23100299900", "11111111111", "00000000000", "3905334470"],
  cnpj: ["16727230000198", "00000000000000", "12ABC34501DE36"],
  curp: ["BOXW310820HNERXN08", "BOXW310820QNERXN09"],
  cuit: ["20055361683", "99055361682"],
  aba: ["021000022", "000000000"],
  iban: ["DE89370400440532013001", "XX89370400440532013000", "DE893704004405320130"],
  rf: ["RF19539007547034"],
  idnr: ["36574261808", "12345678901", "11111111111"],
  pan: ["AAPPV0000K", "AAPXV8261K"],
  aadhaar: ["234123412345", "134123412346", "222222222222"],
  ssn: ["000121234", "666121234", "912121234", "536001234", "536120000"],
  itin: ["536901399"],
};

Deno.test("published numbers of every national form pass, written with signs too", () => {
  for (const [format, numbers] of Object.entries(GOOD)) {
    for (const number of numbers) {
      const read = Object.entries(NATIONAL_FORMATS).find(([name]) => name === format)?.[1];
      equal(read?.(number), number, `${format} ${number}`);
    }
  }
  equal(readNational(["cpf"], "390.533.447-05"), "39053344705");
  equal(readNational(["cpf", "cnpj"], "12.ABC.345/01DE-35"), "12ABC34501DE35");
  equal(readNational(["cuit"], "20-05536168-2"), "20055361682");
});

Deno.test("wrong digits and wrong forms do not pass", () => {
  for (const [format, numbers] of Object.entries(BAD)) {
    for (const number of numbers) {
      const read = Object.entries(NATIONAL_FORMATS).find(([name]) => name === format)?.[1];
      equal(read?.(number), null, `${format} ${number}`);
    }
  }
});

Deno.test("one digit changed is always found where the form has a sum over all digits", () => {
  // A CPF's check digits stand for two remainders each, so a few changes of one digit pass by its own rule.
  const summed: readonly NationalFormat[] = [
    "clabe",
    "cbu",
    "cuit",
    "aba",
    "iban",
    "rf",
    "aadhaar",
    "idnr",
  ];
  const cases = summed.flatMap((format) => (GOOD[format] ?? []).map((number) => ({ format, number })));
  fc.assert(
    fc.property(
      fc.constantFrom(...cases),
      fc.nat(),
      fc.integer({ min: 1, max: 9 }),
      ({ format, number }, at, by) => {
        const places = [...number].flatMap((sign, i) => /\d/.test(sign) ? [i] : []);
        const place = places[at % places.length] ?? 0;
        const digit = (Number(number[place]) + by) % 10;
        const changed = `${number.slice(0, place)}${digit}${number.slice(place + 1)}`;
        equal(NATIONAL_FORMATS[format](changed), null);
      },
    ),
  );
});

Deno.test("a Nigerian account fits its bank, under the old and the new code", () => {
  equal(isNuban("011", "0000014579"), true);
  equal(isNuban("011", "0000000220"), true);
  equal(isNuban("058", "0152792740"), true);
  equal(isNuban("000058", "0152792740"), true);
  equal(isNuban("058", "0152792741"), false);
  equal(isNuban("44", "0690000040"), false);
});
