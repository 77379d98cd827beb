/**
 * Every call of the public wallet SDK's SEP-12 client, unmodified, against the gateway.
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { arrive } from "../support/customer.ts";
import { test } from "../support/layouts.ts";
import { refusalOf } from "../support/refusal-of.ts";
import { sdkClients } from "../support/sdk-clients.ts";
import { customerShape } from "../support/sep12-shapes.ts";

/** A picture of one pixel. */
const PHOTO = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

test.inEveryLayout("W2 R-12-30 R-12-59 the SDK adds, reads and updates a customer by token, id, type and transaction", ({ withGateway }) =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway, { funded: false });
    const { sep12 } = await sdkClients(ada);
    const { first_name, last_name, email_address } = ada.person;
    await assert.rejects(sep12.getCustomer({ type: "sep6" }), /[Cc]ustomer not found/);
    const { id } = await sep12.add({ sep9Info: { first_name: first_name ?? "" }, type: "sep6" });
    const asked = async (params: Parameters<typeof sep12.getCustomer>[0]) =>
      customerShape.parse(await sep12.getCustomer(params));
    assert.deepEqual(Object.keys((await asked({ id })).fields ?? {}), [
      "last_name",
      "email_address",
      "mobile_number",
    ]);
    const info = { last_name: last_name ?? "", email_address: email_address ?? "" };
    assert.deepEqual(await sep12.update({ id, sep9Info: info }), { id });
    const known = await gateway.until("the customer to be accepted", async () => {
      const customer = await asked({ id });
      return customer.status === "ACCEPTED" ? customer : null;
    });
    for (const params of [{}, { type: "sep6" }, { id, type: "sep6" }]) {
      assert.deepEqual(await asked(params), known);
    }
    const transactionId = await ada.openDeposit("2000");
    const forTransaction = await asked({ type: "sep6", transactionId });
    assert.equal(forTransaction.status, "NEEDS_INFO");
    assert.ok(Object.keys(forTransaction.fields ?? {}).includes("birth_date"));
    const inSpanish = await asked({ type: "sep6", transactionId, lang: "es" });
    assert.notEqual(
      inSpanish.fields?.["birth_date"]?.description,
      forTransaction.fields?.["birth_date"]?.description,
    );
    const missing = await refusalOf(() => sep12.getCustomer({ id: "unknown" }));
    assert.deepEqual([missing.status, missing.error.length > 10], [404, true]);
  }));

test.inEveryLayout("W2 R-12-20 R-12-22 the SDK gives a document with a new customer, and another with a known one", ({ withGateway }) =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway, { funded: false });
    const { sep12 } = await sdkClients(ada);
    const { id } = await sep12.add({
      sep9Info: { ...ada.person },
      sep9BinaryInfo: { photo_id_front: PHOTO },
    });
    await sep12.update({ id, sep9BinaryInfo: { photo_id_back: PHOTO } });
    const { provided_fields: given = {} } = customerShape.parse(await sep12.getCustomer({ id }));
    assert.deepEqual(
      ["photo_id_front", "photo_id_back", "first_name"].map((name) => given[name]?.type),
      ["binary", "binary", "string"],
    );
    const noPicture = await refusalOf(() =>
      sep12.update({ id, sep9BinaryInfo: { photo_id_back: Buffer.from("no picture") } })
    );
    assert.equal(noPicture.status, 400);
    assert.match(noPicture.error, /photo_id_back/);
  }));

test.inEveryLayout("W2 R-12-11 R-12-17 with one plain token the SDK registers two customers by memo", ({ withGateway }) =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway, { funded: false });
    const { sep12 } = await sdkClients(ada);
    const ids = new Map<string, string>();
    for (const memo of ["1", "2"]) {
      const { id } = await sep12.add({ sep9Info: { ...ada.person, first_name: `User ${memo}` }, memo });
      ids.set(memo, id);
    }
    assert.equal(new Set(ids.values()).size, 2);
    for (const [memo, id] of ids) assert.equal((await sep12.getCustomer({ memo })).id, id);
    await assert.rejects(sep12.getCustomer({ type: "sep6" }), /[Cc]ustomer not found/);
  }));

test.inEveryLayout("R-12-79 R-12-82 R-12-83 the SDK deletes a customer by token, and one of a memo alone", ({ withGateway }) =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway, { funded: false });
    const { sep12 } = await sdkClients(ada);
    const { id } = await sep12.add({ sep9Info: { ...ada.person } });
    const { id: second } = await sep12.add({ sep9Info: { ...ada.person, first_name: "Byron" }, memo: "2" });
    await sep12.delete(ada.wallet.account, "2");
    await assert.rejects(sep12.getCustomer({ memo: "2" }), /[Cc]ustomer not found/);
    assert.equal((await sep12.getCustomer({})).id, id);
    const { id: third } = await sep12.add({
      sep9Info: { ...ada.person, first_name: "Annabella" },
      memo: "2",
    });
    assert.notEqual(third, second, "an id is never given again");
    await sep12.delete();
    await assert.rejects(sep12.getCustomer({}), /[Cc]ustomer not found/);
    assert.equal((await sep12.getCustomer({ memo: "2" })).id, third);
    assert.equal((await refusalOf(() => sep12.delete())).status, 404);
    const other = await arrive(gateway, { funded: false });
    assert.ok([401, 403, 404].includes((await refusalOf(() => sep12.delete(other.wallet.account))).status));
  }));

test.inEveryLayout("R-12-82 R-12-83 under a memo and as a muxed account the SDK deletes the user of the token alone", ({ withGateway }) =>
  withGateway({}, async (gateway) => {
    const plain = await arrive(gateway, { funded: false });
    const secret = plain.wallet.key.secret();
    const users = [
      await arrive(gateway, { secret, memoId: "7" }),
      await arrive(gateway, { secret, muxedId: "8" }),
      plain,
    ];
    const customers = await Promise.all(users.map(async (user) => (await sdkClients(user)).sep12));
    for (const sep12 of customers) await sep12.add({ sep9Info: { ...plain.person } });
    for (const [index, sep12] of customers.entries()) {
      await sep12.delete();
      await assert.rejects(sep12.getCustomer({}), /[Cc]ustomer not found/);
      for (const other of customers.slice(index + 1)) assert.ok((await other.getCustomer({})).id);
    }
  }));
