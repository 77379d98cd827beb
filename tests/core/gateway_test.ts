import assert from "node:assert/strict";
import { parseUnits } from "../../plugins/money.ts";
import { arrive, BENEFICIARY, type Customer } from "../support/customer.ts";
import { type TestGateway, withGateway } from "../support/gateway.ts";

const PERSON = { first_name: "Ada", last_name: "Lovelace", email_address: "ada@example.com" };
const WHOLE = {
  ...PERSON,
  birth_date: "1990-12-10",
  address: "12 Analytical Street",
  city: "London",
  postal_code: "N1 9GU",
  address_country_code: "GBR",
};
/** A picture of one pixel. */
const PHOTO = Uint8Array.fromBase64(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
);

/** A gateway whose modules have made themselves ready, and a customer. */
const withCustomer = (test: (gateway: TestGateway, ada: Customer) => Promise<void>) =>
  withGateway({}, async (gateway) => {
    await gateway.advance();
    await test(gateway, await arrive(gateway));
  });

const ownerOf = ({ wallet: { account } }: Customer) => ({
  sub: account,
  account,
  memo: null,
  muxedId: null,
  clientDomain: null,
});

/** Gives everything for a type, as a page of SEP-24 would, and lets the review happen. @returns the customer's id */
async function give(
  { running: { gateway } }: TestGateway,
  customer: Customer,
  type: string,
  fields: Readonly<Record<string, string | Uint8Array>>,
): Promise<string> {
  const { id, effects } = await gateway.customers.put(ownerOf(customer), {
    type,
    entries: Object.entries(fields),
    language: "en",
  });
  await gateway.effects.performNow(effects, 2_000);
  return id;
}

/** Opens a transfer as the route does. */
function open(
  { running: { gateway }, code }: TestGateway,
  customer: Customer,
  kind: "deposit" | "withdrawal",
  amount: string,
) {
  return gateway.open({
    kind,
    protocol: "sep6",
    owner: ownerOf(customer),
    assetCode: code,
    amount: parseUnits(amount),
    language: "en",
    ...(kind === "deposit" ? { destination: customer.wallet.account } : {}),
  });
}

async function reviews({ running: { gateway } }: TestGateway): Promise<unknown[]> {
  const rows = await gateway.db.query({ sql: "select type, level, state from kyc_cases order by rowid" });
  return rows.map(({ type, level, state }) => `${type} ${level} ${state}`);
}

Deno.test("P6 who was accepted on a page of SEP-24 opens a SEP-6 transfer and is asked nothing", () =>
  withCustomer(async (gateway, ada) => {
    await give(gateway, ada, "sep24", PERSON);
    assert.deepEqual(await reviews(gateway), ["sep24 basic accepted"]);

    const deposit = await open(gateway, ada, "deposit", "100");
    assert.ok(["instructing", "waiting"].includes(deposit.state), deposit.state);
    await ada.until(deposit.id, "pending_user_transfer_start");
    assert.deepEqual(await reviews(gateway), ["sep24 basic accepted", "sep6 basic accepted"]);
    assert.equal((await ada.wallet.customer()).status, "ACCEPTED");
    await ada.payIn(deposit.id, "100");
    await ada.until(deposit.id, "completed");

    // A heavier tier asks for what is new, and only for that; known already, for nothing.
    await give(gateway, ada, "sep24", { ...WHOLE, photo_id_front: PHOTO });
    const large = await open(gateway, ada, "deposit", "2000");
    assert.notEqual(large.state, "kyc");
    assert.ok((await reviews(gateway)).includes("sep6 full accepted"));
    await gateway.booksAgree();
  }));

Deno.test("P6 a customer accepted at the heaviest tier is known to every lighter one, without another review", () =>
  withCustomer(async (gateway, ada) => {
    const opened = await open(gateway, ada, "deposit", "2000");
    assert.equal(opened.state, "kyc");
    await ada.wallet.give(WHOLE, opened.id, { photo_id_front: PHOTO });
    assert.deepEqual(await reviews(gateway), ["sep6 full accepted"]);
    for (const amount of ["10", "1000", "3000"]) {
      assert.notEqual((await open(gateway, ada, "deposit", amount)).state, "kyc", amount);
    }
    assert.deepEqual(await reviews(gateway), ["sep6 full accepted"]);
  }));

Deno.test("P6 a withdrawal asks a known customer for the account to pay and for nothing else", () =>
  withCustomer(async (gateway, ada) => {
    await give(gateway, ada, "sep24", PERSON);
    const first = await open(gateway, ada, "withdrawal", "50");
    assert.equal(first.state, "kyc");
    const { fields = {} } = await ada.wallet.customer(first.id);
    const required = Object.entries(fields).filter(([, { optional }]) => optional !== true);
    assert.deepEqual(required.map(([name]) => name), ["bank_account_number"]);
    await ada.wallet.give({ bank_account_number: BENEFICIARY["bank_account_number"] ?? "" }, first.id);
    await ada.until(first.id, "pending_user_transfer_start");
    assert.equal((await open(gateway, ada, "withdrawal", "60")).state, "waiting");
  }));

Deno.test("P6 a review that a person decides is begun by the transfer, and goes on when it is decided", () =>
  withCustomer(async (gateway, ada) => {
    const customer = await give(gateway, ada, "sep24", { ...PERSON, last_name: "Review" });
    await gateway.kyc.decide(customer, "accepted", { type: "sep24" });
    await gateway.advance();
    const opened = await open(gateway, ada, "deposit", "100");
    assert.equal(opened.state, "kyc");
    assert.deepEqual(await reviews(gateway), ["sep24 basic accepted", "sep6 basic processing"]);
    await gateway.kyc.decide(customer, "accepted", { type: "sep6" });
    await ada.until(opened.id, "pending_user_transfer_start");
  }));
