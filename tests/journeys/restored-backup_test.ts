import assert from "node:assert/strict";
import { closeAlarm, openAlarms, raiseAlarm } from "../../core/records/alarms.ts";
import { type Database, openDatabase, repeatable } from "../../core/records/database.ts";
import { type Backup, takeBackup } from "../support/backup.ts";
import { addressOf, arrive, BENEFICIARY, type Customer, text } from "../support/customer.ts";
import type { GatewayUnderTest } from "../support/gateway-under-test.ts";
import { needsAll } from "../support/layouts.ts";
import { askAs, operatorVariables, rowsIn } from "../support/operators.ts";
import { openPlace } from "../support/place.ts";
import { embedded, remote, type StorageKind } from "../support/storages.ts";

const EACH = 5;
/** Rounds in which a gateway that wanted to pay would have paid. */
const ROUNDS = 12;

/** Five deposits and five withdrawals, and where each is to be paid. */
async function openTen(ada: Customer) {
  const deposits: { readonly id: string; readonly reference: string }[] = [];
  const withdrawals: { readonly id: string; readonly to: string; readonly memo: string }[] = [];
  for (let index = 0; index < EACH; index++) {
    const deposit = await ada.askDeposit("20");
    deposits.push({ id: deposit, reference: await addressOf(ada.wallet, deposit) });
    const id = await ada.askWithdrawal("20", {}, BENEFICIARY);
    const told = await ada.wallet.transaction(id);
    withdrawals.push({ id, to: text(told, "withdraw_anchor_account"), memo: text(told, "withdraw_memo") });
  }
  return { deposits, withdrawals, ids: [...deposits, ...withdrawals].map(({ id }) => id) };
}

type Ten = Awaited<ReturnType<typeof openTen>>;

async function payTen(
  gateway: GatewayUnderTest,
  ada: Customer,
  { deposits, withdrawals }: Ten,
): Promise<void> {
  for (const { reference } of deposits) await gateway.bank.payIn({ reference, amount: "20" });
  for (const { to, memo } of withdrawals) {
    await ada.wallet.pay({ to, memo, amount: "20", code: gateway.code, issuer: gateway.issuer });
  }
}

/** Stops payouts as an unexplained debit does, so that a backup can be taken while ten are due. */
async function holdPayouts(db: Database, asset: string): Promise<void> {
  await db.write([raiseAlarm("statement_debit", "held by the test", asset)], repeatable);
}

async function letGo(db: Database): Promise<void> {
  for (const { id, subject } of await openAlarms(db, 100)) {
    if (subject === "held by the test") await closeAlarm(db, id);
  }
}

const statesOf = async (db: Database) =>
  (await db.query({ sql: "select state, count(*) as count from transfers group by state order by state" }))
    .map(({ state, count }) => `${count} ${state}`);

/** Whoever would let payouts go on before it is known whose each payment was, is refused. */
async function refuseToHurry(gateway: GatewayUnderTest, { withdrawals }: Ten): Promise<void> {
  const post = async (path: string, body: unknown) => {
    const { status, body: said } = await askAs(gateway, "anna", path, { body });
    return `${status} ${said["code"]}`;
  };
  const debits = rowsIn(await askAs(gateway, "vera", "/debits"), "debits");
  assert.deepEqual(debits.map(({ side }) => side), Array(EACH).fill("ledger"), "the bank's know their own");
  assert.equal(await post(`/assets/${gateway.code}/release`, {}), "409 operator.debit_unexplained");
  const alarms = rowsIn(await askAs(gateway, "vera", "/alarms"), "alarms");
  for (const { id, kind } of alarms.filter(({ kind }) => kind === "statement_debit")) {
    const path = `/alarms/${encodeURIComponent(String(id))}/close`;
    assert.equal(await post(path, { note: "looks fine" }), "409 operator.debit_unexplained", String(kind));
  }
  const path = `/debits/${encodeURIComponent(String(debits[0]?.["id"]))}/explain`;
  assert.equal(await post(path, { transfer: withdrawals[0]?.id }), "409 operator.debit_asset");
  assert.equal(await post(path, { transfer: "a".repeat(26) }), "404 operator.not_found");
}

/** Two operators tie each debit to a transfer that the list proposes, at the same time. */
async function explainAll(gateway: GatewayUnderTest, { deposits }: Ten): Promise<void> {
  const tied: string[] = [];
  for (let left = EACH; left > 0; left--) {
    const debits = rowsIn(await askAs(gateway, "vera", "/debits"), "debits");
    assert.equal(debits.length, left);
    const [debit] = debits;
    const candidates = rowsIn({ status: 200, headers: new Headers(), body: debit ?? {} }, "candidates");
    assert.equal(candidates.length, left, "each deposit of the same amount to the same account");
    const path = `/debits/${encodeURIComponent(String(debit?.["id"]))}/explain`;
    const said = await Promise.all(
      (["anna", "bert"] as const).map((name, at) =>
        askAs(gateway, name, path, { body: { transfer: candidates[at % left]?.["transfer"] } })
      ),
    );
    const won = said.filter(({ status }) => status === 200);
    assert.deepEqual(said.map(({ status }) => status).sort(), [200, 409]);
    assert.equal(won[0]?.body["state"], "completed");
    tied.push(String(won[0]?.body["id"]));
  }
  assert.deepEqual(tied.sort(), deposits.map(({ id }) => id).sort());
}

for (const when of ["before the money came", "when all of it was to be paid out"] as const) {
  for (const storage of [embedded, remote]) {
    declare(
      storage,
      `M-14 M-25 a backup of ${when} is put back, and nothing is paid twice (${storage.name})`,
      when,
    );
  }
}

function declare(storage: StorageKind, name: string, when: string): void {
  const body = async () => {
    let started: Awaited<ReturnType<StorageKind["start"]>> | undefined;
    const kept: StorageKind = {
      ...storage,
      start: async (dataDir) => started = await storage.start(dataDir),
    };
    const place = await openPlace({ storage: kept, processes: 1 });
    let backup: Backup | undefined;
    let gateway = await place.startGateway({});
    try {
      let ada = await arrive(gateway);
      await ada.deposit("300");
      const ten = await openTen(ada);
      const secret = ada.wallet.key.secret();
      const isDue = when !== "before the money came";
      if (isDue) {
        await holdPayouts(gateway.db, gateway.assets[0]?.id ?? "");
        await payTen(gateway, ada, ten);
        for (const id of ten.ids) await ada.until(id, "pending_anchor");
      }
      await gateway.stop();
      backup = await takeBackup(place.dataDir, started ?? assert.fail("no storage"));

      // Life goes on: all ten are paid.
      gateway = await place.startGateway({});
      ada = await arrive(gateway, { secret });
      if (isDue) await letGo(gateway.db);
      else await payTen(gateway, ada, ten);
      for (const id of ten.ids) await ada.until(id, "completed");
      await gateway.booksAgree();
      const out = (await gateway.bank.statement("out")).map(({ id }) => id).sort();
      assert.equal(out.length, EACH);
      const held = await ada.wallet.balance(gateway.code, gateway.issuer);
      await gateway.stop();

      const variables = await backup.restore();
      const restored = await openDatabase({
        url: variables["LIBSQL_URL"] ?? `file:${place.dataDir}/kedge.db`,
        onDeploy: false,
      });
      if (isDue) await letGo(restored);
      assert.deepEqual(
        (await openAlarms(restored, 100)).filter(({ kind }) => kind === "statement_debit"),
        [],
      );
      restored.close();
      gateway = await place.startGateway({ variables: { ...variables, ...operatorVariables } });
      ada = await arrive(gateway, { secret });
      for (let round = 0; round < ROUNDS; round++) await gateway.advance();

      // Not a coin has moved, on either side, and an operator is told of what nobody here remembers.
      const after = (await gateway.bank.statement("out")).map(({ id }) => id).sort();
      assert.deepEqual(after, out, (await statesOf(gateway.db)).join(", "));
      assert.equal(await ada.wallet.balance(gateway.code, gateway.issuer), held);
      const debits = (await openAlarms(gateway.db, 100)).filter(({ kind }) => kind === "statement_debit");
      const onLedger = debits.filter(({ subject }) => subject.startsWith("ledger:"));
      assert.equal(onLedger.length, EACH, "each payment on the ledger that nobody stored");
      // What waits to be paid says so: no wallet is told that it was paid or that it failed.
      for (const id of ten.ids) {
        const { status } = await ada.wallet.transaction(id);
        assert.ok(status === "pending_anchor" || status === "completed", `${id} is ${status}`);
      }

      await refuseToHurry(gateway, ten);
      await explainAll(gateway, ten);
      for (const id of ten.ids) await ada.until(id, "completed");
      assert.equal(
        (await askAs(gateway, "anna", `/assets/${gateway.code}/release`, { body: {} })).status,
        409,
      );
      const stops = rowsIn(await askAs(gateway, "vera", "/alarms"), "alarms").map(({ kind }) => kind);
      assert.ok(!stops.includes("statement_debit"), String(stops));
      assert.deepEqual((await gateway.bank.statement("out")).map(({ id }) => id).sort(), out);
      assert.equal(await ada.wallet.balance(gateway.code, gateway.issuer), held, "each was paid once");
      await gateway.booksAgree();
      const { amount_out: more } = await ada.deposit("50");
      assert.equal(
        Number(await ada.wallet.balance(gateway.code, gateway.issuer)),
        Number(held) + Number(more),
      );
      await gateway.booksAgree();
    } finally {
      await gateway.stop();
      await backup?.stop();
      await place.stop();
    }
  };
  Deno.test({ name, ...needsAll(storage, body) });
}
