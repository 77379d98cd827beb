import { deepEqual, equal, ok } from "node:assert/strict";
import { moveClock } from "../../../core/records/clock.ts";
import { askedBy, faultsOf, formOf, give, submit, transferOf } from "./at-form.ts";
import { type AtWork, working } from "./at-work.ts";
import { lastCode, NUMBER, verifying, wrongFor } from "./codes.ts";
import { BASIC, FULL, holder, OTHER, PNG } from "./people.ts";

const stored = (at: AtWork, id: string, ...names: string[]) => at.customers.valuesOf(id, names);
const countOf = async (at: AtWork, what: string) =>
  Number((await at.db.query({ sql: `select count(*) as n from ${what}` }))[0]?.["n"]);
const fileOf = async (at: AtWork, name: string) =>
  (await at.db.query({ sql: "select file_id from customer_values where name = ?", args: [name] }))[0]
    ?.["file_id"];
/** What is asked of a heavy transfer beside a photo. */
const HEAVY = { ...BASIC, ...FULL, id_type: "passport" };

Deno.test("P7 all that is wrong is told at once, and nothing of it is stored", () =>
  working(async (at) => {
    const transfer = await transferOf(at, { tier: "heavy" });
    const { first_name: _left, ...rest } = HEAVY;
    const submitted = await submit(at, transfer, { ...rest, birth_date: "31.2.1990", email_address: "ada@" });
    deepEqual(faultsOf(submitted), {
      birth_date: "sep12.invalid.past_date",
      email_address: "sep12.invalid.email",
      first_name: "request.field.missing",
      photo_id_front: "request.field.missing",
    });
    equal(await countOf(at, "customer_values"), 0);
    await give(at, transfer, { ...HEAVY, photo_id_front: PNG });
    equal((await formOf(at, transfer)).status, "ACCEPTED");
  }));

Deno.test("P7 a photo survives an error in another field, and lasts once the rest is right", () =>
  working(async (at) => {
    const transfer = await transferOf(at, { tier: "heavy" });
    const failed = await submit(at, transfer, { ...HEAVY, birth_date: "soon", photo_id_front: PNG });
    ok(failed.kind === "faults");
    deepEqual(Object.keys(faultsOf(failed)), ["birth_date"]);
    const id = failed.files.get("photo_id_front") ?? "";
    const again = await submit(at, transfer, { ...HEAVY, birth_date: "", photo_id_front_file_id: id });
    ok(again.kind === "faults");
    deepEqual([...again.files], [["photo_id_front", id]], "the same file is shown again");
    await give(at, transfer, { ...HEAVY, photo_id_front: new Uint8Array(), photo_id_front_file_id: id });
    equal(await fileOf(at, "photo_id_front"), id);
    equal(await countOf(at, "customer_files"), 1);
  }));

Deno.test("P7 another photo takes the place of the one that was kept, which waits for nothing any more", () =>
  working(async (at) => {
    const transfer = await transferOf(at, { tier: "heavy" });
    let kept: Record<string, string> = {};
    // More often than files may wait.
    for (let n = 0; n < 12; n++) {
      const picture = new Uint8Array([...PNG, n]);
      const failed = await submit(at, transfer, {
        ...HEAVY,
        city: "x".repeat(201),
        photo_id_front: picture,
        ...kept,
      });
      ok(failed.kind === "faults");
      deepEqual(faultsOf(failed), { city: "sep12.invalid.text" });
      kept = { photo_id_front_file_id: failed.files.get("photo_id_front") ?? "" };
      equal(await countOf(at, "customer_files"), 1);
    }
    await give(at, transfer, { ...HEAVY, photo_id_front: PNG, ...kept });
    equal(await countOf(at, "customer_files"), 1);
  }));

Deno.test("P7 a file that is none, too large or over is a fault of its field", () =>
  working(async (at) => {
    const transfer = await transferOf(at, { tier: "heavy" });
    const fault = async (fields: Record<string, unknown>) =>
      faultsOf(await submit(at, transfer, { ...HEAVY, ...fields }))["photo_id_front"];
    equal(await fault({ photo_id_front: new TextEncoder().encode("no photo") }), "sep12.invalid.image");
    const large = new Uint8Array(10 * 1024 * 1024 + 1);
    large.set(PNG);
    equal(await fault({ photo_id_front: large }), "sep12.file_too_large");
    const failed = await submit(at, transfer, { photo_id_front: PNG });
    ok(failed.kind === "faults");
    await moveClock(at.db, 61 * 60 * 1000);
    const id = failed.files.get("photo_id_front");
    equal(await fault({ photo_id_front_file_id: id }), "sep12.file_unknown");
  }));

Deno.test("P16 only files of this person may be named: not another's, nor those below a plain account", () =>
  working(async (at) => {
    const transfer = await transferOf(at, { tier: "heavy" });
    for (const who of [holder(OTHER), holder(undefined, "7")]) {
      const { id } = await at.customers.upload(who, PNG);
      const failed = await submit(at, transfer, { ...HEAVY, photo_id_front_file_id: id });
      deepEqual(faultsOf(failed), { photo_id_front: "sep12.file_unknown" });
      equal((await at.customers.files(who, { fileId: id })).length, 1, "and it is not dropped");
      await submit(at, transfer, { photo_id_front: PNG, photo_id_front_file_id: id });
      equal((await at.customers.files(who, { fileId: id })).length, 1, "nor in the place of a new one");
    }
  }));

Deno.test("P7 a form that is sent twice, at once or later, is stored once", () =>
  working(async (at) => {
    const transfer = await transferOf(at, { tier: "heavy" });
    const fields = { ...HEAVY, photo_id_front: PNG };
    const all = await Promise.all(Array.from({ length: 8 }, () => submit(at, transfer, fields)));
    deepEqual(new Set(all.map(({ kind }) => kind)), new Set(["stored"]));
    await give(at, transfer, fields);
    deepEqual(await at.db.query({ sql: "select state from kyc_cases" }), [{ state: "accepted" }]);
    equal(await countOf(at, "customers"), 1);
    equal(await countOf(at, "customer_values where file_id is not null"), 1);
  }));

Deno.test("P6 nobody changes on a form what it does not ask", () =>
  working(async (at) => {
    const transfer = await transferOf(at);
    await give(at, transfer, BASIC);
    await give(at, transfer, { first_name: "Eve", email_address: "no", city: "Paris", tax_id: "1" });
    deepEqual(await stored(at, transfer.customerId, "first_name", "city", "tax_id"), { first_name: "Ada" });
  }));

Deno.test("P7 with a country its forms hold, for what was known before too", () =>
  working(
    async (at) => {
      const transfer = await transferOf(at, { tier: "heavy" });
      await at.put(holder(), { tax_id: "12", birth_date: FULL.birth_date });
      const asked = { ...HEAVY, address_country_code: "BRA", photo_id_front: PNG };
      const failed = await submit(at, transfer, asked);
      ok(failed.kind === "faults");
      deepEqual(faultsOf(failed), { tax_id: "sep12.invalid.national" });
      deepEqual(failed.form.fields.find(({ name }) => name === "tax_id")?.forms, ["cpf"]);
      const { photo_id_front: _again, ...fields } = asked;
      const file = { photo_id_front_file_id: failed.files.get("photo_id_front") };
      await give(at, transfer, { ...fields, ...file, tax_id: "390.533.447-05" });
      deepEqual(await stored(at, transfer.customerId, "tax_id"), { tax_id: "39053344705" });
    },
    {
      countries: {
        BRA: {
          tiers: [{ name: "heavy", fields: ["first_name", "tax_id"], levels: { bureau: "full" } }],
          formats: { tax_id: ["cpf"] },
        },
      },
    },
  ));

Deno.test("P7 another country may ask for more: that is asked next, and no error before", () =>
  working(
    async (at) => {
      const transfer = await transferOf(at, { tier: "heavy" });
      await give(at, transfer, { ...HEAVY, address_country_code: "BRA", photo_id_front: PNG });
      deepEqual(askedBy(await formOf(at, transfer)), ["tax_id"]);
    },
    {
      countries: {
        BRA: { tiers: [{ name: "heavy", fields: ["tax_id"], levels: { bureau: "full" } }] },
      },
    },
  ));

Deno.test("P6 another account to be paid to is given by itself, and checked", () =>
  working(async (at) => {
    const transfer = await transferOf(at, { kind: "withdrawal" });
    await give(at, transfer, { ...BASIC, bank_account_number: "5544332211" });
    const wrong = await submit(at, transfer, { bank_account_number: "GB83WEST12345698765432" }, "payout");
    deepEqual(faultsOf(wrong), { bank_account_number: "sep12.invalid.account" });
    deepEqual(faultsOf(await submit(at, transfer, { first_name: "Eve" }, "payout")), {
      bank_account_number: "request.field.missing",
    });
    equal(
      (await submit(at, transfer, { bank_account_number: "gb82 west 1234 5698 7654 32" }, "payout")).kind,
      "stored",
    );
    deepEqual(await stored(at, transfer.customerId, "bank_account_number", "first_name"), {
      bank_account_number: "GB82WEST12345698765432",
      first_name: "Ada",
    });
    equal((await formOf(at, transfer)).status, "ACCEPTED", "an account is no matter of the review");
  }));

Deno.test("R-12-65 an account that was all that was missing lets the transfer go on", () =>
  working(async (at) => {
    const deposit = await transferOf(at);
    await give(at, deposit, BASIC);
    at.told.length = 0;
    await give(at, { ...deposit, kind: "withdrawal" }, { bank_account_number: "5544332211" });
    deepEqual(at.told, [`${deposit.customerId}:sep24`]);
  }));

Deno.test("R-12-70 R-12-71 a code is given with or without the rest, and a wrong one keeps all that was typed", () =>
  verifying(async (at) => {
    const transfer = await transferOf(at);
    await give(at, transfer, { ...BASIC, mobile_number: "+1 (415) 555-0123" });
    const code = await lastCode(at);
    const answer = (text: string) => submit(at, transfer, { mobile_number_verification: text });
    deepEqual(faultsOf(await answer(" ")), { mobile_number_verification: "request.field.missing" });
    deepEqual(faultsOf(await answer(wrongFor(code))), { mobile_number_verification: "sep12.code_wrong" });
    await give(at, transfer, { mobile_number_verification: `${code.slice(0, 3)} ${code.slice(3)}` });
    equal((await formOf(at, transfer)).status, "ACCEPTED");
    await give(at, transfer, { mobile_number_verification: code });
  }));

Deno.test("R-12-73 a code that was tried too often is replaced, and the new one is on its way", () =>
  verifying(async (at) => {
    const transfer = await transferOf(at);
    await give(at, transfer, { ...BASIC, mobile_number: NUMBER });
    const first = await lastCode(at);
    await moveClock(at.db, 11 * 60 * 1000);
    const late = await submit(at, transfer, { mobile_number_verification: first });
    deepEqual(faultsOf(late), { mobile_number_verification: "sep12.code_expired" });
    equal(late.kind === "faults" && late.effects.length, 1);
    equal((await at.codes()).length, 2);
    await give(at, transfer, { mobile_number_verification: await lastCode(at) });
  }));

Deno.test("R-12-69 R-12-73 a mistyped number is mended beside its code, and a new code may be asked for, not too often", () =>
  verifying(async (at) => {
    const transfer = await transferOf(at);
    await give(at, transfer, { ...BASIC, mobile_number: "+14155550199" });
    const early = { mobile_number_verification: await lastCode(at) };
    await give(at, transfer, { mobile_number: NUMBER, ...early });
    deepEqual((await formOf(at, transfer)).codes.map(({ masked }) => masked), ["********0123"]);
    for (let n = 0; n < 3; n++) {
      const asked = await at.customers.askForCode(transfer, "mobile_number");
      ok(asked.kind === "decided");
      const soon = await at.customers.askForCode(transfer, "mobile_number");
      equal(soon.kind === "refused" && soon.refusal.code, "sep12.code_not_sent");
      await at.performNow(asked.effects);
    }
    const last = await at.customers.askForCode(transfer, "mobile_number");
    equal(last.kind === "refused" && last.refusal.code, "sep12.code_limit");
    deepEqual(faultsOf(await submit(at, transfer, { mobile_number: "+14155550177" })), {
      mobile_number: "sep12.code_limit",
    });
    await give(at, transfer, { mobile_number_verification: await lastCode(at) });
    const done = await at.customers.askForCode(transfer, "mobile_number");
    equal(done.kind === "refused" && done.refusal.code, "sep12.not_to_verify");
  }));

Deno.test("P16 the same person's data is accepted under two keys, and once more after it was deleted", () =>
  working(async (at) => {
    for (const who of [holder(), holder(OTHER)]) {
      const transfer = await transferOf(at, { tier: "heavy" }, who);
      await give(at, transfer, { ...HEAVY, photo_id_front: PNG });
      equal((await formOf(at, transfer)).status, "ACCEPTED");
    }
    await at.customers.erase(holder(), { account: holder().account });
    const again = await transferOf(at);
    equal((await formOf(at, again)).status, "NEEDS_INFO");
    await give(at, again, BASIC);
    equal((await formOf(at, again)).status, "ACCEPTED");
  }));
