import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { eraseCustomer } from "../../../core/customers/erase.ts";
import type { Database } from "../../../core/records/database.ts";
import { Refusal } from "../../../core/refusal.ts";
import { moveClock } from "../../../core/records/clock.ts";
import { working } from "./at-work.ts";
import type { AtWork } from "./at-work.ts";
import { ACCOUNT, BASIC, holder, OTHER, PNG } from "./people.ts";

const refused = (code: string) => (error: unknown) => error instanceof Refusal && error.code === code;
/** A picture that differs from others by its number. */
const picture = (number = 0) => new Uint8Array([...PNG, number]);
const upload = (at: AtWork, number = 0, who = holder()) => at.customers.upload(who, picture(number));
const seen = async (at: AtWork, fileId: string, who = holder()) =>
  (await at.customers.files(who, { fileId })).length === 1;
const stored = (at: AtWork) =>
  at.db.query({ sql: "select name, file_id from customer_values where file_id is not null order by name" });
const count = async (at: AtWork) => {
  const [row] = await at.db.query({
    sql: `select (select count(*) from customer_files) as files,
      (select count(distinct file_id) from customer_file_chunks) as whole`,
  });
  return [Number(row?.["files"]), Number(row?.["whole"])];
};

Deno.test("R-12-104 R-12-106 a file that a PUT refers to stands in the field's place and lasts", () =>
  working(async (at) => {
    const file = await upload(at);
    equal(file.customerId, null);
    ok(file.expiresMs !== null);
    const id = await at.put(holder(), { ...BASIC, photo_id_front_file_id: file.id });
    deepEqual(await stored(at), [{ name: "photo_id_front", file_id: file.id }]);
    const bound = { ...file, customerId: id, expiresMs: null, field: "photo_id_front" };
    deepEqual(await at.customers.files(holder(), { fileId: file.id }), [bound]);
    await moveClock(at.db, 2 * 3_600_000);
    await at.customers.eraseUnboundFiles(10);
    deepEqual(await at.customers.files(holder(), { customerId: id }), [bound]);
    const { standing } = await at.customers.read(holder(), {});
    ok("photo_id_front" in standing.provided);
  }));

Deno.test("R-12-105 R-12-106 an upload is gone after its hour, and refused when it is referred to", () =>
  working(async (at) => {
    const file = await upload(at);
    await moveClock(at.db, 3_600_000);
    equal(await seen(at, file.id), false);
    await rejects(
      at.put(holder(), { ...BASIC, photo_id_front_file_id: file.id }),
      refused("sep12.file_unknown"),
    );
    deepEqual(await at.db.query({ sql: "select * from customers" }), []);
    await at.customers.eraseUnboundFiles(10);
    deepEqual(await count(at), [0, 0]);
  }));

Deno.test("R-12-105 R-12-63 a file whose hour ends between check and batch is refused, and nothing is stored", () =>
  working(async (at) => {
    const file = await upload(at);
    at.beforeWrites.push(() => moveClock(at.db, 3_600_000));
    await rejects(
      at.put(holder(), { ...BASIC, photo_id_front_file_id: file.id }),
      refused("sep12.file_unknown"),
    );
    for (const table of ["customers", "customer_values", "kyc_cases", "outbox"]) {
      deepEqual(await at.db.query({ sql: `select * from ${table}` }), [], table);
    }
  }));

Deno.test("R-12-105 R-12-110 another's file is as unknown as one that never was", () =>
  working(async (at) => {
    const file = await upload(at);
    const id = await at.put(holder(), { ...BASIC, photo_id_front_file_id: (await upload(at, 1)).id });
    const others = [holder(OTHER), holder(ACCOUNT, "7"), { ...holder(ACCOUNT), sub: `M${ACCOUNT.slice(1)}` }];
    for (const other of others) {
      for (const wanted of [{ fileId: file.id }, { customerId: id }, { fileId: "nosuchfile" }]) {
        deepEqual(await at.customers.files(other, wanted), []);
      }
      for (const fileId of [file.id, "nosuchfile", "", 7, null]) {
        const put = at.put(other, { photo_id_back_file_id: fileId });
        if (fileId === null) await put;
        else await rejects(put, refused("sep12.file_unknown"));
      }
    }
    equal(await seen(at, file.id), true);
  }));

Deno.test("R-12-17 R-12-105 who owns a plain account uses and sees the files below it, and not the reverse", () =>
  working(async (at) => {
    const [plain, below] = [holder(), holder(ACCOUNT, "7")];
    const [mine, theirs] = [await upload(at, 0, plain), await upload(at, 1, below)];
    const id = await at.put(plain, {
      ...BASIC,
      photo_id_front_file_id: mine.id,
      photo_id_back_file_id: theirs.id,
    }, { memo: "7" });
    const files = await at.customers.files(below, { customerId: id });
    deepEqual(files.map(({ field }) => field).toSorted(), ["photo_id_back", "photo_id_front"]);
    await upload(at, 2, below);
    equal((await at.customers.files(plain, { customerId: id })).length, 3);
    // It is the customer's now: its sender's own erasure does not reach it.
    await at.put(plain, BASIC);
    await at.customers.erase(plain, { account: ACCOUNT });
    equal((await at.customers.files(below, { customerId: id })).length, 3);
    const other = await upload(at, 3, plain);
    await rejects(at.put(below, { photo_proof_residence_file_id: other.id }), refused("sep12.file_unknown"));
  }));

Deno.test("R-12-57 the same reference again changes nothing, and another file takes its place", () =>
  working(async (at) => {
    const [first, second] = [await upload(at, 1), await upload(at, 2)];
    const id = await at.put(holder(), { ...BASIC, photo_id_front_file_id: first.id });
    const before = await at.db.query({ sql: "select version, write_id from customers" });
    equal(await at.put(holder(), { photo_id_front_file_id: first.id }), id);
    deepEqual(await at.db.query({ sql: "select version, write_id from customers" }), before);
    await at.put(holder(), { photo_id_front_file_id: second.id });
    deepEqual(await stored(at), [{ name: "photo_id_front", file_id: second.id }]);
    equal(await seen(at, first.id), false);
    deepEqual(await count(at), [1, 1]);
    // The same picture under another id lasts under that one, and no review begins anew.
    const same = await upload(at, 2);
    await at.put(holder(), { photo_id_front_file_id: same.id });
    deepEqual(await stored(at), [{ name: "photo_id_front", file_id: same.id }]);
    await at.put(holder(), { photo_id_front: picture(3) });
    equal(await seen(at, same.id), false);
    deepEqual(await count(at), [1, 1]);
  }));

Deno.test("R-12-48 R-12-104 a file that is asked for again may be the same one", () =>
  working(async (at) => {
    const file = await upload(at);
    const id = await at.put(holder(), { ...BASIC, last_name: "Review", photo_id_front_file_id: file.id });
    await at.bureau("/decide", {
      customer_id: id,
      decision: "retry",
      fields: ["photo_id_front"],
      reason: "blurred",
    });
    await at.customers.sweep("bureau", null);
    const again = await at.customers.read(holder(), {});
    deepEqual(again.standing.missing, ["photo_id_front"]);
    await at.put(holder(), { photo_id_front_file_id: file.id });
    deepEqual((await at.customers.read(holder(), {})).standing.missing, []);
    deepEqual([await stored(at), await count(at)], [[{ name: "photo_id_front", file_id: file.id }], [1, 1]]);
  }));

Deno.test("R-12-104 a file stands in one place: neither in two fields of a PUT, nor in a second one later", () =>
  working(async (at) => {
    const file = await upload(at);
    await rejects(
      at.put(holder(), { photo_id_front_file_id: file.id, photo_id_back_file_id: file.id }),
      refused("sep12.file_taken"),
    );
    equal((await at.customers.read(holder(), {})).id, null);
    await at.put(holder(), { photo_id_front_file_id: file.id });
    for (const request of [{}, { memo: "7" }]) {
      await rejects(
        at.put(holder(), { photo_id_back_file_id: file.id }, request),
        refused("sep12.file_taken"),
      );
    }
    await rejects(
      at.put(holder(), { photo_id_front_file_id: file.id }, { memo: "7" }),
      refused("sep12.file_taken"),
    );
    deepEqual(await stored(at), [{ name: "photo_id_front", file_id: file.id }]);
  }));

Deno.test("M-30 two PUTs at once that refer to one file: one has it, the other is refused", () =>
  working(async (at) => {
    const file = await upload(at);
    const puts = await Promise.allSettled([
      at.put(holder(), { photo_id_front_file_id: file.id }, { memo: "1" }),
      at.put(holder(), { photo_id_front_file_id: file.id }, { memo: "2" }),
    ]);
    const [refusal, ...others] = puts.flatMap((put) => put.status === "rejected" ? [put.reason] : []);
    ok(refused("sep12.file_taken")(refusal));
    deepEqual(others, []);
    equal((await stored(at)).length, 1);
  }));

Deno.test("R-09-25 R-12-105 a reference has to fit its field, which has to be given once and hold files", () =>
  working(async (at) => {
    const pdf = await at.customers.upload(
      holder(),
      new TextEncoder().encode("%PDF-1.7 what a proof is made of"),
    );
    const file = await upload(at);
    const cases: [Record<string, unknown>, string][] = [
      [{ proof_of_liveness_file_id: pdf.id }, "sep12.invalid.image_or_video"],
      [{ photo_id_front_file_id: file.id, photo_id_front: picture() }, "sep12.given_twice"],
      [{ photo_id_front: picture(), photo_id_front_file_id: file.id }, "sep12.given_twice"],
      [{ photo_id_front: file.id, photo_id_front_file_id: file.id }, "sep12.given_twice"],
      [{ tax_id_file_id: file.id }, "sep12.file_unknown"],
      [{ photo_id_front_file_id: picture() }, "sep12.file_unknown"],
    ];
    for (const [fields, code] of cases) {
      await rejects(at.put(holder(), { ...BASIC, ...fields }), refused(code), code);
    }
    deepEqual(await at.db.query({ sql: "select * from customers" }), []);
    await at.put(holder(), { photo_proof_residence_file_id: pdf.id });
  }));

Deno.test("R-12-101 an upload is what its content says, and one that no field takes is refused", () =>
  working(async (at) => {
    const { id, mediaType, size, sha256 } = await upload(at);
    deepEqual([mediaType, size, sha256.length], ["image/png", PNG.length + 1, 64]);
    const sealed = await at.db.query({ sql: "select facts from customer_files" });
    for (const { facts } of sealed) {
      ok(facts instanceof Uint8Array && !new TextDecoder("latin1").decode(facts).includes("png"));
    }
    for (const bytes of [new Uint8Array(), new TextEncoder().encode("<svg/>")]) {
      await rejects(at.customers.upload(holder(), bytes), refused("sep12.file_type"));
    }
    equal(await seen(at, id), true);
  }));

Deno.test("so many uploads of one owner may wait, and no more until one is used or over", () =>
  working(async (at) => {
    const files = await Promise.all(Array.from({ length: 10 }, (_, number) => upload(at, number)));
    const full = refused("sep12.too_many_files");
    await rejects(upload(at), full);
    deepEqual(await count(at), [10, 10]);
    await upload(at, 0, holder(OTHER));
    await at.put(holder(), { photo_id_front_file_id: files[0]?.id });
    await upload(at, 10);
    await rejects(upload(at), full);
    await moveClock(at.db, 3_600_000);
    await upload(at);
  }));

Deno.test("R-12-107 files that came with a PUT are listed with those that were uploaded", () =>
  working(async (at) => {
    const id = await at.put(holder(), { photo_id_front: picture(), last_name: "Lovelace" });
    const file = await upload(at, 1);
    equal(file.customerId, id);
    const listed = await at.customers.files(holder(), { customerId: id });
    deepEqual(listed.map(({ field, size, customerId }) => ({ field, size, customerId })), [
      { field: "photo_id_front", size: PNG.length + 1, customerId: id },
      { field: null, size: PNG.length + 1, customerId: id },
    ]);
    deepEqual(await at.customers.files(holder(), { customerId: id, fileId: file.id }), [file]);
    deepEqual(await at.customers.files(holder(), { customerId: "other", fileId: file.id }), []);
    // What a PUT is about to bind is not there yet.
    let meanwhile = 0;
    at.beforeWrites.push(null, null, async () => {
      meanwhile = (await at.customers.files(holder(), { customerId: id })).length;
    });
    await at.put(holder(), { photo_id_back: picture(2) });
    deepEqual([meanwhile, (await at.customers.files(holder(), { customerId: id })).length], [2, 3]);
  }));

Deno.test("R-12-78 an erasure of uploads whose first answer was lost is one", () =>
  working(async (at) => {
    await upload(at);
    const losing: Database = {
      ...at.db,
      async write(statements, written) {
        await at.db.write(statements, written);
        return await at.db.write(statements, written);
      },
    };
    const erase = () => eraseCustomer({ ...at, db: losing }, holder(), { account: ACCOUNT });
    deepEqual(await erase(), []);
    deepEqual(await count(at), [0, 0]);
    await rejects(erase(), refused("sep12.nothing_stored"));
  }));

Deno.test("R-12-78 an erasure takes uploads along that nothing refers to yet, and those alone make no customer", () =>
  working(async (at) => {
    const erase = () => at.customers.erase(holder(), { account: ACCOUNT });
    await upload(at);
    await upload(at, 0, holder(ACCOUNT, "7"));
    deepEqual(await erase(), []);
    deepEqual(await count(at), [1, 1]);
    await rejects(erase(), refused("sep12.nothing_stored"));
    const file = await upload(at);
    await at.put(holder(), { ...BASIC, photo_id_front_file_id: file.id });
    await upload(at);
    await erase();
    deepEqual(await count(at), [1, 1]);
    // Erased between its first row and its bytes.
    at.beforeWrites.push(null, erase);
    await rejects(upload(at), refused("sep12.busy"));
    deepEqual(await count(at), [1, 1]);
  }));
