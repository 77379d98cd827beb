import { deepEqual, equal, rejects } from "node:assert/strict";
import { createFiles } from "../../../core/customers/files.ts";
import { moveClock } from "../../../core/records/clock.ts";
import { repeatable } from "../../../core/records/database.ts";
import { VaultError } from "../../../core/records/vault.ts";
import { customersAtWork } from "./at-work.ts";
import { BASIC, holder, PNG } from "./people.ts";

const count =
  "select (select count(*) from customer_files) as files, (select count(*) from customer_file_chunks) as chunks";

Deno.test("a file is stored in sealed chunks of at most 512 KiB and reads back as it was", async () => {
  const { at, close } = await customersAtWork();
  try {
    const files = createFiles(at);
    const bytes = new Uint8Array(3 * 1024 * 1024 + 17);
    for (let i = 0; i < bytes.length; i += 997) bytes[i] = i % 251;
    const id = await files.store("c", { bytes, mediaType: "image/png", sha256: "" });
    const rows = await at.db.query({ sql: "select length(bytes) as size from customer_file_chunks" });
    equal(rows.length, 7);
    equal(rows.every(({ size }) => typeof size === "bigint" && size <= 512n * 1024n), true);
    deepEqual(await files.read(id), bytes);
    await at.db.write([{
      sql:
        "update customer_file_chunks set bytes = (select bytes from customer_file_chunks where number = 1) where number = 0",
    }], repeatable);
    await rejects(files.read(id), VaultError, "chunks do not change places");
  } finally {
    await close();
  }
});

Deno.test("a photo in a PUT is sealed, replaced by the next one, and no file stays behind", async () => {
  const { at, close } = await customersAtWork();
  try {
    const id = await at.put(holder(), { ...BASIC, photo_id_front: PNG });
    deepEqual(await at.db.query({ sql: count }), [{ files: 1n, chunks: 1n }]);
    await at.put(holder(), { photo_id_front: PNG });
    const second = new Uint8Array([...PNG, 0]);
    await at.put(holder(), { photo_id_front: second });
    deepEqual(await at.db.query({ sql: count }), [{ files: 1n, chunks: 1n }]);
    deepEqual(await at.db.query({ sql: "select customer_id, expires_ms from customer_files" }), [
      { customer_id: id, expires_ms: null },
    ]);
    const sealed = await at.db.query({
      sql: "select bytes from customer_file_chunks union all select value from customer_values",
    });
    for (const { bytes } of sealed) {
      const text = bytes instanceof Uint8Array ? new TextDecoder("latin1").decode(bytes) : "";
      equal(/PNG|Lovelace|ada@|mediaType/.test(text), false, "nothing is readable");
    }
  } finally {
    await close();
  }
});

Deno.test("a file that nothing refers to is erased when its hour is over", async () => {
  const { at, close } = await customersAtWork();
  try {
    const files = createFiles(at);
    await files.store("c", { bytes: PNG, mediaType: "image/png", sha256: "" });
    equal(await at.customers.eraseUnboundFiles(10), 0);
    await at.put(holder(), { photo_id_front: PNG });
    await moveClock(at.db, 60 * 60 * 1000 + 1);
    equal(await at.customers.eraseUnboundFiles(10), 1);
    deepEqual(await at.db.query({ sql: count }), [{ files: 1n, chunks: 1n }]);
  } finally {
    await close();
  }
});
