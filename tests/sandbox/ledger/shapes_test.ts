/**
 * The ledger's answers beside those of Horizon's published description (`tests/horizon`): the same situation has the
 * same keys and kinds of values. Each difference that stays has its reason here.
 * @module
 */
import assert from "node:assert/strict";
import { Asset, Claimant, Keypair, Memo, Operation } from "@stellar/stellar-sdk";
import { parse } from "yaml";
import { z } from "zod";
import { BEGINNING, onNetwork } from "./network.ts";
import { differences, type Explained, needless } from "./shape.ts";
import { record } from "./steps.ts";

const page = z.object({ _embedded: z.object({ records: z.array(record) }) });

/** The example answer of a file. */
async function example(name: string): Promise<Record<string, unknown>> {
  const text = await Deno.readTextFile(new URL(`../../horizon/${name}.yml`, import.meta.url));
  const { components } = z.object({
    components: z.object({ examples: z.record(z.string(), z.object({ value: record })) }),
  }).parse(parse(text));
  const { value } = components.examples[name] ?? { value: {} };
  // YAML reads unquoted times as strings and numbers as numbers, as JSON would have them.
  return value;
}

/** The first record of a page that fits. */
function recordOf(body: unknown, fits: (one: Record<string, unknown>) => boolean): Record<string, unknown> {
  const found = page.parse(body)._embedded.records.find(fits);
  assert.ok(found !== undefined, "no such record in the page");
  return found;
}

function assertShape(model: unknown, answer: unknown, explained: Explained = {}): void {
  assert.deepEqual(differences(model, answer, explained), []);
  assert.deepEqual(needless([[model, answer]], explained), [], "these explanations are not needed");
}

/** What Horizon has added to transactions since the examples were written. */
const NEWER_TRANSACTION: Explained = {
  fee_account: "the example is older than fee bumps",
  fee_charged: "a number in the older example, a string in the newer one",
  max_fee: "a number in the older example, a string in the newer one",
  "_links.transaction": "the newer example and Horizon's code have it",
};

Deno.test(
  "an account looks as Horizon shows it",
  onNetwork(async (network) => {
    const { asset, holder } = await network.asset();
    const issuer = await network.account();
    await network.send(issuer, [Operation.setOptions({ setFlags: 10 })]);
    await network.send(holder, [Operation.changeTrust({ asset: new Asset("CLAW", issuer.publicKey()) })]);
    const { body } = await network.get(`/accounts/${holder.publicKey()}`);
    assert.equal(asset.getCode(), "USDX");
    assertShape(await example("RetrieveAnAccount"), body, {
      sequence_ledger: "added with protocol 19",
      sequence_time: "added with protocol 19",
      last_modified_time: "added after the example",
      "balances[].is_authorized_to_maintain_liabilities": "added after the example",
    });
  }),
);

Deno.test(
  "an account's operations look as Horizon shows them",
  onNetwork(async (network) => {
    const { holder } = await network.asset();
    const model = await example("RetrieveAnAccountsOperations");
    const { body } = await network.get(`/accounts/${holder.publicKey()}/operations`);
    const { _embedded: { records } } = page.parse(body);
    assert.deepEqual(records.map(({ type }) => type), ["create_account", "change_trust", "payment"]);
    assertShape({ ...model, _embedded: {} }, { ...body, _embedded: {} });
    const native = await network.account();
    await network.send(holder, [
      Operation.payment({ destination: native.publicKey(), asset: Asset.native(), amount: "1" }),
    ]);
    const paid = await network.get(`/accounts/${native.publicKey()}/operations`);
    for (const type of ["create_account", "change_trust"]) {
      assertShape(recordOf(model, (one) => one.type === type), recordOf(body, (one) => one.type === type));
    }
    assertShape(
      recordOf(model, (one) => one.type === "payment"),
      recordOf(paid.body, (one) => one.type === "payment"),
    );
    // Offers are not among what the sandbox knows: its one way of showing them is not to have them.
  }),
);

Deno.test(
  "an account's payments look as Horizon shows them",
  onNetwork(async (network) => {
    const { asset, holder } = await network.asset();
    const gone = await network.account();
    await network.send(gone, [Operation.accountMerge({ destination: holder.publicKey() })]);
    await network.send(holder, [
      Operation.payment({ destination: holder.publicKey(), asset: Asset.native(), amount: "1" }),
    ]);
    const model = await example("RetrieveAnAccountsPayments");
    const { body } = await network.get(`/accounts/${holder.publicKey()}/payments`);
    assertShape(model, body);
    const kinds: ((one: Record<string, unknown>) => boolean)[] = [
      (one) => one.type === "create_account",
      (one) => one.type === "account_merge",
      (one) => one.type === "payment" && one.asset_type === "native",
      (one) => one.type === "payment" && one.asset_type === "credit_alphanum4",
    ];
    for (const kind of kinds) assertShape(recordOf(model, kind), recordOf(body, kind));
    assert.equal(asset.getAssetType(), "credit_alphanum4");
  }),
);

Deno.test(
  "a submitted transaction with a text memo looks as Horizon shows it",
  onNetwork(async (network) => {
    const owner = await network.account();
    const body = await network.send(owner, [
      Operation.payment({ destination: owner.publicKey(), asset: Asset.native(), amount: "1" }),
    ], {
      memo: Memo.text("Test Transaction"),
      timebounds: { minTime: 0, maxTime: BEGINNING / 1000 + 100 },
    });
    const model = await example("SubmitaTransaction");
    assertShape(model, body.body, {
      preconditions: "added with protocol 19; the example's envelope has time bounds",
    });
    assert.equal(body.body.memo_bytes, model.memo_bytes);
  }),
);

Deno.test(
  "a transaction looks as Horizon shows it",
  onNetwork(async (network) => {
    const owner = await network.account();
    const { body } = await network.send(owner, [Operation.setOptions({ homeDomain: "a.example" })], {
      configure: (builder) => builder.setTimeout(0),
    });
    const found = await network.get(`/transactions/${body.hash}`);
    assertShape(await example("RetrieveATransaction"), found.body, {
      ...NEWER_TRANSACTION,
      preconditions: "the builder of the SDK always sets time bounds",
    });
  }),
);

Deno.test(
  "one operation looks as Horizon shows it, beside what is particular to offers",
  onNetwork(async (network) => {
    const owner = await network.account();
    await network.send(owner, [Operation.manageData({ name: "a", value: "b" })]);
    const list = await network.get(`/accounts/${owner.publicKey()}/operations?order=desc&limit=1`);
    const { id } = recordOf(list.body, () => true);
    const { body } = await network.get(`/operations/${id}`);
    const offers = ["amount", "price", "price_r", "buying_*", "selling_*", "offer_id"];
    assertShape(await example("RetrieveAnOperation"), body, {
      ...Object.fromEntries(
        offers.map((name) => [name, "the example is an offer, which the sandbox does not know"]),
      ),
      name: "particular to data",
      value: "particular to data",
    });
  }),
);

Deno.test(
  "a claimable balance and its operations look as Horizon shows them",
  onNetwork(async (network) => {
    const owner = await network.account();
    const claimant = Keypair.random().publicKey();
    const predicate = Claimant.predicateAnd(
      Claimant.predicateOr(
        Claimant.predicateBeforeRelativeTime("12"),
        Claimant.predicateBeforeAbsoluteTime("1598440539"),
      ),
      Claimant.predicateNot(Claimant.predicateUnconditional()),
    );
    const claimants = [new Claimant(claimant, predicate)];
    const transaction = await network.build(owner, [
      Operation.createClaimableBalance({ asset: Asset.native(), amount: "10", claimants }),
    ]);
    const id = transaction.getClaimableBalanceId(0);
    await network.submit(transaction);
    const { body } = await network.get(`/claimable_balances/${id}`);
    assertShape(await example("RetrieveAClaimableBalance"), body, {
      sponsor: "added after the example",
      flags: "added with clawback",
      "claimants[].predicate.and[].or[].relBefore": "relative times become absolute in the ledger",
      "claimants[].predicate.and[].or[].abs_before": "Horizon and its SDK write abs_before today",
      "claimants[].predicate.and[].or[].abs_before_epoch": "Horizon and its SDK write abs_before_epoch today",
    });
    const simple = await network.build(owner, [
      Operation.createClaimableBalance({
        asset: Asset.native(),
        amount: "10",
        claimants: [new Claimant(claimant)],
      }),
    ]);
    await network.submit(simple);
    const operations = await network.get(
      `/claimable_balances/${simple.getClaimableBalanceId(0)}/operations?limit=3`,
    );
    assertShape(await example("CBRetrieveRelatedOperations"), operations.body);
  }),
);

Deno.test(
  "a ledger looks as Horizon shows it",
  onNetwork(async (network) => {
    await network.account();
    const { body } = await network.get(`/ledgers/${network.ledger.snapshot().header.sequence}`);
    assertShape(await example("RetrieveALedger"), body, {
      tx_set_operation_count: "added after the example",
    });
  }),
);

Deno.test(
  "fee stats look as Horizon shows them",
  onNetwork(async (network) => {
    assertShape(await example("RetrieveFeeStats"), (await network.get("/fee_stats")).body);
    await network.account();
    assertShape(await example("RetrieveFeeStats"), (await network.get("/fee_stats")).body);
  }),
);
