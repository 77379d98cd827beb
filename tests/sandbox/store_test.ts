import assert from "node:assert/strict";
import { openStore } from "../../sandbox/store.ts";

Deno.test("a store keeps what a batch wrote, and nothing of one that failed", async () => {
  const folder = await Deno.makeTempDir();
  const url = `file:${folder}/sandbox.db`;
  try {
    const store = await openStore(url);
    await store.execute("create table notes (id integer primary key, text text not null)");
    await store.batch(["insert into notes values (1, 'one')"]);
    await assert.rejects(
      store.batch(["insert into notes values (2, 'two')", "insert into notes values (1, 'again')"]),
    );
    store.close();
    const again = await openStore(url);
    const [found] = await again.batch(["select text from notes"], "read");
    assert.deepEqual(found?.rows.map((row) => row.text), ["one"]);
    assert.equal((await again.execute("pragma journal_mode")).rows[0]?.journal_mode, "wal");
    assert.equal((await again.execute("pragma synchronous")).rows[0]?.synchronous, 1);
    again.close();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a store that another one kept waiting for too long refuses, and works on afterwards", async () => {
  const folder = await Deno.makeTempDir();
  const url = `file:${folder}/sandbox.db`;
  const [store, other] = [await openStore(url), await openStore(url)];
  const written = "insert into notes (text) values ('one') returning id";
  try {
    await store.execute("create table notes (id integer primary key, text text not null)");
    await store.batch([written]);
    await other.execute("begin immediate");
    await assert.rejects(store.batch([written, written]), /database is locked/);
    assert.deepEqual((await store.execute("select count(*) as n from notes")).rows, [{ n: 1 }]);
    await other.execute("rollback");
    await store.batch([written, written]);
    assert.deepEqual((await store.execute("select count(*) as n from notes")).rows, [{ n: 3 }]);
  } finally {
    store.close();
    other.close();
    await Deno.remove(folder, { recursive: true });
  }
});
