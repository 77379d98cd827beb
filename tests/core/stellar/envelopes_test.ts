import { Operation } from "@stellar/stellar-sdk";
import assert from "node:assert/strict";
import type { Database } from "../../../core/records/database.ts";
import { repeatable } from "../../../core/records/database.ts";
import { migrate } from "../../../core/records/migrate.ts";
import { migrations } from "../../../core/records/migrations/mod.ts";
import { registerSources } from "../../../core/stellar/accounts.ts";
import { findFreeSource, releaseSource, takeSource } from "../../../core/stellar/envelopes.ts";
import type { Order } from "../../../core/stellar/build.ts";
import { HorizonUnavailable } from "../../../core/stellar/horizon.ts";
import { envelopeOf } from "../../../core/stellar/stored-attempts.ts";
import { attemptOfTransaction, attemptsOf } from "../../../core/transfers/attempts.ts";
import { inFile } from "../records/files.ts";
import { inMemory } from "../records/memory.ts";
import { ledgerWorld } from "./ledger-world.ts";
import type { LedgerWorld } from "./ledger-world.ts";
import { envelopeOn, freeSource, insertTransfer, storeEnvelope, transferId } from "./payouts.ts";

const [A, B] = [transferId("a"), transferId("b")];

function register(db: Database, world: LedgerWorld, channels: readonly string[] = []): Promise<void> {
  const distribution = world.distribution.publicKey();
  return registerSources(db, { distribution, fee: distribution, channels, issuers: [], treasury: [] });
}

const payTo = (world: LedgerWorld, destination: string, amount = 10_000_000n): Order => ({
  kind: "payment",
  destination,
  asset: world.asset,
  amount,
});

/** Records that the ledger has decided, as core does it. */
function decide(db: Database, id: string, source: string, state: string, ledger: number | null = null) {
  return db.write([
    { sql: "update attempts set state = ?, ledger = ? where id = ?", args: [state, ledger, id] },
    ...releaseSource({ id, source }),
  ], repeatable);
}

Deno.test("M-1 what is stored is what is read back to be sent", async () => {
  await using world = await ledgerWorld();
  using db = await inMemory();
  await register(db, world);
  await insertTransfer(db, A);
  const source = await freeSource(db, world.horizon, world.distribution);
  const order = payTo(world, world.issuer.publicKey());
  const envelope = await envelopeOn(world.horizon, source, world.distribution, order);
  assert.equal((await storeEnvelope(db, source, envelope, { id: "one", transfer: A })).kind, "written");
  const [attempt, ...others] = await attemptsOf(db, A);
  assert.ok(attempt !== undefined && others.length === 0);
  const { xdr, hash, source: account, sequence, validUntil } = envelope;
  assert.deepEqual(envelopeOf(attempt), { xdr, hash, source: account, sequence, validUntil });
  assert.equal((await attemptOfTransaction(db, { hash: "0", innerHash: hash }))?.id, "one");
  assert.equal(await attemptOfTransaction(db, { hash: "0", innerHash: null }), null);
});

Deno.test("M-4 a source with an undecided envelope is not free until it is decided", async () => {
  await using world = await ledgerWorld();
  using db = await inMemory();
  await register(db, world);
  await insertTransfer(db, A);
  const { horizon, distribution } = world;
  const order = payTo(world, world.issuer.publicKey());
  const source = await freeSource(db, horizon, distribution);
  const envelope = await envelopeOn(horizon, source, distribution, order);
  await storeEnvelope(db, source, envelope, { id: "one", transfer: A });
  assert.equal(await findFreeSource(db, horizon, [distribution.publicKey()]), null);

  await horizon.submit(envelope.xdr);
  // In a ledger, but nobody has recorded it: still taken.
  assert.equal(await findFreeSource(db, horizon, [distribution.publicKey()]), null);
  assert.equal((await decide(db, "one", source.account, "completed", 9)).kind, "written");
  const next = await freeSource(db, horizon, distribution);
  assert.equal(next.sequence, envelope.sequence);
  // Released once: who comes second is told so.
  assert.equal((await decide(db, "one", source.account, "completed", 9)).kind, "stale");
});

Deno.test("M-4 M-30 of two processes that take one source, one stores and the other writes nothing", async () => {
  await using world = await ledgerWorld();
  await using file = await inFile();
  const [one, other] = [await file.open(), await file.open()];
  try {
    await migrate(one, migrations);
    await register(one, world);
    await insertTransfer(one, A);
    await insertTransfer(one, B);
    const { horizon, distribution } = world;
    const order = payTo(world, world.issuer.publicKey());
    const processes = [{ db: one, transfer: A }, { db: other, transfer: B }];
    const racers = await Promise.all(processes.map(async ({ db, transfer }, index) => {
      const source = await freeSource(db, horizon, distribution);
      const envelope = await envelopeOn(horizon, source, distribution, order);
      return await storeEnvelope(db, source, envelope, { id: `racer-${index}`, transfer });
    }));
    assert.deepEqual(racers.map(({ kind }) => kind).sort(), ["stale", "written"]);
    assert.equal((await attemptsOf(one, A)).length + (await attemptsOf(one, B)).length, 1);
  } finally {
    one.close();
    other.close();
  }
});

Deno.test("M-4 a sequence read before another envelope came and went is not used", async () => {
  await using world = await ledgerWorld();
  using db = await inMemory();
  await register(db, world);
  await insertTransfer(db, A);
  await insertTransfer(db, B);
  const { horizon, distribution } = world;
  const order = payTo(world, world.issuer.publicKey());
  const slow = await freeSource(db, horizon, distribution);
  const slowEnvelope = await envelopeOn(horizon, slow, distribution, order);
  const quick = await freeSource(db, horizon, distribution);
  await storeEnvelope(db, quick, await envelopeOn(horizon, quick, distribution, order), {
    id: "quick",
    transfer: A,
  });
  await decide(db, "quick", quick.account, "absent");
  const late = await storeEnvelope(db, slow, slowEnvelope, { id: "slow", transfer: B });
  assert.equal(late.kind, "stale");
});

Deno.test("M-4 a source that was released while its attempt is undecided is not taken", async () => {
  await using world = await ledgerWorld();
  using db = await inMemory();
  await register(db, world);
  await insertTransfer(db, A);
  await insertTransfer(db, B);
  const { horizon, distribution } = world;
  const order = payTo(world, world.issuer.publicKey());
  for (const state of ["stored", "sent", "undecidable"]) {
    await db.write([{ sql: "delete from attempts" }, {
      sql: "update stellar_sources set attempt_id = null",
    }], repeatable);
    const source = await freeSource(db, horizon, distribution);
    const envelope = await envelopeOn(horizon, source, distribution, order);
    await storeEnvelope(db, source, envelope, { id: "one", transfer: A });
    await decide(db, "one", source.account, state);
    const again = await freeSource(db, horizon, distribution);
    const other = await envelopeOn(horizon, again, distribution, payTo(world, world.issuer.publicKey(), 5n));
    const taken = await storeEnvelope(db, again, other, { id: "two", transfer: B });
    assert.equal(taken.kind, "stale", state);
  }
});

Deno.test("M-4 an envelope for another sequence cannot take the source", async () => {
  await using world = await ledgerWorld();
  using db = await inMemory();
  await register(db, world);
  const { horizon, distribution } = world;
  const source = await freeSource(db, horizon, distribution);
  const counted = { ...source, sequence: source.sequence + 1n };
  const envelope = await envelopeOn(horizon, counted, distribution, payTo(world, world.issuer.publicKey()));
  const attempt = {
    id: "x",
    transferId: A,
    number: 1,
    purpose: "payout",
    asset: "USDX",
    amount: 1n,
  } as const;
  assert.throws(() => takeSource(source, attempt, envelope));
});

Deno.test("M-4 a Horizon that stands behind a sequence it has shown is not believed", async () => {
  await using world = await ledgerWorld();
  using db = await inMemory();
  await register(db, world);
  await insertTransfer(db, A);
  const { horizon, distribution } = world;
  const source = await freeSource(db, horizon, distribution);
  const envelope = await envelopeOn(horizon, source, distribution, payTo(world, world.issuer.publicKey()));
  await storeEnvelope(db, source, envelope, { id: "one", transfer: A });
  await horizon.submit(envelope.xdr);
  await decide(db, "one", source.account, "completed", 9);
  world.ledger.behave({ behaviour: "lag", count: 1, account: distribution.publicKey() });
  await assert.rejects(findFreeSource(db, horizon, [distribution.publicKey()]), (error) => {
    return error instanceof HorizonUnavailable && error.trouble === "behind";
  });
  assert.equal((await freeSource(db, horizon, distribution)).sequence, envelope.sequence);
});

Deno.test("M-5 channels come first, those that are not on the ledger or not ours to sign for are left out", async () => {
  await using world = await ledgerWorld();
  using db = await inMemory();
  const [channel, unfunded] = [
    await world.account("channel"),
    "GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ",
  ];
  await register(db, world, [unfunded, channel.publicKey()]);
  await register(db, world, [unfunded, channel.publicKey()]);
  const all = [unfunded, channel.publicKey(), world.distribution.publicKey()];
  assert.equal((await findFreeSource(db, world.horizon, all))?.account, channel.publicKey());
  const withoutChannel = await findFreeSource(db, world.horizon, [unfunded, world.distribution.publicKey()]);
  assert.equal(withoutChannel?.account, world.distribution.publicKey());
  assert.equal(await findFreeSource(db, world.horizon, [unfunded]), null);
  assert.equal(await findFreeSource(db, world.horizon, []), null);
  // Another's use of the account moves the sequence; it is read, not counted.
  const before = await findFreeSource(db, world.horizon, all);
  await world.put(channel, [Operation.manageData({ name: "x", value: "y" })]);
  const after = await findFreeSource(db, world.horizon, all);
  assert.ok(before !== null && after !== null);
  assert.equal(after.sequence, before.sequence + 1n);
});
