import assert from "node:assert/strict";
import {
  accountsOf,
  ownership,
  payingAccounts,
  registerSources,
  watchedAccounts,
} from "../../../core/stellar/accounts.ts";
import type { OwnAccounts } from "../../../core/stellar/accounts.ts";
import { inMemory } from "../records/memory.ts";
import { ALICE, BOB, CAROL, ISSUER, keysOf } from "./horizon-records.ts";
import { muxedOf } from "./muxed.ts";

const STRANGER = keysOf("stranger").publicKey();
const own: OwnAccounts = {
  distribution: ALICE,
  fee: ALICE,
  channels: [BOB],
  issuers: [ISSUER],
  treasury: [CAROL],
};

Deno.test("M-13 distribution, channels, issuer, fee and treasury accounts are ours, muxed or not", () => {
  const isOurs = ownership(own);
  for (const account of [ALICE, BOB, CAROL, ISSUER]) {
    assert.ok(isOurs(account));
    assert.ok(isOurs(muxedOf(account, 1n)));
  }
  for (const account of [STRANGER, muxedOf(STRANGER, 1n), "", "M", ALICE.toLowerCase()]) {
    assert.ok(!isOurs(account));
  }
  assert.deepEqual([...accountsOf(own)].sort(), [ALICE, BOB, CAROL, ISSUER].sort());
});

Deno.test("M-9 each account that holds or sends value is watched once", () => {
  assert.deepEqual([...watchedAccounts(own)].sort(), [ALICE, BOB, CAROL].sort());
  assert.deepEqual(payingAccounts(own), [ALICE, CAROL]);
});

Deno.test("M-4 sources are registered once, and what they hold stays", async () => {
  using db = await inMemory();
  await registerSources(db, own);
  await db.write([{
    sql: "update stellar_sources set attempt_id = 'a', version = 5 where account = ?",
    args: [ALICE],
  }], {
    committed: { sql: "select 1 where false" },
  });
  await registerSources(db, { ...own, channels: [BOB, CAROL] });
  const rows = await db.query({ sql: "select account, role, attempt_id, version from stellar_sources" });
  assert.deepEqual(
    new Set(rows),
    new Set([
      { account: ALICE, role: "distribution", attempt_id: "a", version: 5n },
      { account: BOB, role: "channel", attempt_id: null, version: 0n },
      { account: CAROL, role: "channel", attempt_id: null, version: 0n },
    ]),
  );
});
