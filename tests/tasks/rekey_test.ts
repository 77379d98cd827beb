import assert from "node:assert/strict";
import { openDatabase, repeatable } from "../../core/records/database.ts";
import { createVault } from "../../core/records/vault.ts";
import { fill, openAll } from "../core/keys/filled.ts";
import { startProcess } from "../support/process.ts";

const newKey = () => crypto.getRandomValues(new Uint8Array(32));
const OLD = { data: newKey(), index: newKey() };
const NEW = { data: newKey(), index: newKey() };
const vaultOf = (...keys: (typeof OLD)[]) =>
  createVault({ dataKeys: keys.map(({ data }) => data), indexKeys: keys.map(({ index }) => index) });
const variablesOf = (...keys: (typeof OLD)[]) => ({
  DATA_KEY: keys.map(({ data }) => data.toBase64()).join(","),
  INDEX_KEY: keys.map(({ index }) => index.toBase64()).join(","),
});

/** Runs a task on a folder. */
async function run(
  folder: string,
  task: string,
  variables: Readonly<Record<string, string>>,
  ...args: string[]
): Promise<{ readonly code: number; readonly said: string }> {
  const child = await startProcess({
    program: `tasks/${task}.ts`,
    args,
    folder,
    variables: { DATA_DIR: folder, ...variables },
  });
  const code = await child.ended;
  const said = child.output().trim();
  for (const secret of Object.values(variablesOf(OLD, NEW)).flatMap((keys) => keys.split(","))) {
    assert.ok(!said.includes(secret), "no key is ever printed");
  }
  return { code, said };
}

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "kedge-" });
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const open = (folder: string) => openDatabase({ url: `file:${folder}/kedge.db`, onDeploy: false });

Deno.test("rekey says what stands under which key, moves it, and says which may be dropped", () =>
  inFolder(async (folder) => {
    const unmigrated = await run(folder, "rekey", variablesOf(OLD));
    assert.deepEqual([unmigrated.code, /run the task migrate first/.test(unmigrated.said)], [1, true]);
    assert.equal((await run(folder, "migrate", variablesOf(OLD))).code, 0);
    const db = await open(folder);
    for (const n of [1, 2]) await fill(db, vaultOf(OLD), n);
    const texts = await openAll(db, vaultOf(OLD));
    const [newData, oldData] = vaultOf(NEW, OLD).dataKeyIds;
    const [newIndex, oldIndex] = vaultOf(NEW, OLD).indexKeyIds;

    const lacking = await run(folder, "rekey", variablesOf(NEW), "--check");
    assert.equal(lacking.code, 2, lacking.said);
    assert.match(lacking.said, new RegExp(`not configured, ${oldData}: ${texts.size} values`));
    assert.match(
      lacking.said,
      new RegExp(`The key ${oldData} is not configured: put it back, .*customer_values\\.value`),
    );

    const before = await run(folder, "rekey", variablesOf(NEW, OLD), "--check");
    assert.equal(before.code, 3, before.said);
    assert.match(before.said, new RegExp(`key 1, ${newData}: 0 values; new values come under it`));
    assert.match(before.said, /Key 2 must stay: run deno task rekey/);

    const done = await run(folder, "rekey", variablesOf(NEW, OLD));
    assert.equal(done.code, 0, done.said);
    assert.match(done.said, /^customer_values\.value: 6 looked at, 6 moved$/m);
    assert.match(
      done.said,
      new RegExp(
        `^DATA_KEY:\n  key 1, ${newData}: ${texts.size} values; .*\n  key 2, ${oldData}: 0 values\n  Key 2 may be dropped`,
        "m",
      ),
    );
    assert.match(
      done.said,
      new RegExp(
        `^INDEX_KEY:\n  key 1, ${newIndex}: 8 values; .*\n  key 2, ${oldIndex}: 0 values\n  Key 2 may`,
        "m",
      ),
    );
    const alone = await run(folder, "rekey", variablesOf(NEW), "--check");
    assert.equal(alone.code, 0, alone.said);
    assert.match(
      alone.said,
      /There is no older key to drop\.\nINDEX_KEY:[^]*There is no older key to drop\.$/,
    );
    assert.deepEqual(await openAll(db, vaultOf(NEW)), texts);
    db.close();
  }));

Deno.test("rekey names what does not open by its place and ends with 2; a lost key is given up", () =>
  inFolder(async (folder) => {
    await run(folder, "migrate", variablesOf(OLD));
    const db = await open(folder);
    await fill(db, vaultOf(OLD), 1);
    await db.write([{
      sql:
        "update receipts set payer = unhex(hex(substr(payer, 1, 20)) || hex(zeroblob(20))) where payer is not null",
    }], repeatable);
    db.close();
    const { code, said } = await run(folder, "rekey", variablesOf(NEW, OLD));
    assert.equal(code, 2, said);
    assert.match(said, /^does not open: receipts\.payer of receipt 1: tampered$/m);
    assert.match(said, /^ {2}Key 2 must stay: values under it did not open, see above\.$/m);
    assert.match(said, /^1 value did not open$/m);
    const [keyId = ""] = vaultOf(OLD).dataKeyIds;
    const given = await run(folder, "rekey", variablesOf(NEW), "--give-up", keyId);
    assert.deepEqual(given, { code: 0, said: `gave up ${keyId}: processes start without it` });
    for (
      const args of [["--give-up", keyId], ["--give-up"], ["--give-up", "x"], ["--chek"], ["--check", "x"]]
    ) {
      assert.equal((await run(folder, "rekey", variablesOf(NEW), ...args)).code, 1, args.join(" "));
    }
  }));
