import assert from "node:assert/strict";
import { arrive, type Customer } from "../../support/customer.ts";
import { type TestGateway, withGateway } from "../../support/gateway.ts";
import { sep6Client } from "../../support/sep6-client.ts";

/** Registers a customer below a plain account. @returns the SEP-12 id */
async function register({ ask }: TestGateway, { token, person }: Customer, memo: string): Promise<string> {
  const answer = await ask("/sep12/customer", {
    method: "PUT",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ ...person, memo, memo_type: "id", type: "sep6" }),
  });
  assert.equal(answer.status, 202);
  const { id }: { id: string } = await answer.json();
  return id;
}

Deno.test("R-06-47 a deposit for a customer below the account is that customer's, and stays the caller's to see", () =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway);
    const ask = sep6Client(gateway.publicUrl, ada.token);
    const id = await register(gateway, ada, "7");
    const service = { asset_code: gateway.code, account: ada.wallet.account, amount: "10" };
    const opened = await ask("/deposit", { ...service, customer_id: id });
    assert.equal(opened.status, 200);
    const transfer = opened.body.id ?? "";
    // That customer is known, so nothing has to be given.
    await ada.until(transfer, "pending_user_transfer_start");
    const [row] = await gateway.running.gateway.db.query({
      sql: "select customer_id, owner, customer_owner from transfers where id = ?",
      args: [transfer],
    });
    const { account } = ada.wallet;
    assert.deepEqual({ ...row }, { customer_id: id, owner: account, customer_owner: `${account}:7` });
    const asked = await gateway.ask(`/sep12/customer?id=${id}&type=sep6&transaction_id=${transfer}`, {
      headers: { authorization: `Bearer ${ada.token}` },
    });
    const { status }: { status: string } = await asked.json();
    assert.equal(status, "ACCEPTED");
    // Without it the caller's own customer is meant, of whom nothing is known.
    const own = await ask("/deposit", service);
    const { transaction } = (await ask("/transaction", { id: own.body.id ?? "" })).body;
    assert.equal(transaction?.status, "pending_customer_info_update");
    await ada.payIn(transfer, "10");
    await ada.until(transfer, "completed");
    await gateway.booksAgree();
  }));

Deno.test("R-06-47 R-06-54 a customer who is another's is refused like one that does not exist", () =>
  withGateway({}, async (gateway) => {
    const [ada, bob] = [await arrive(gateway), await arrive(gateway)];
    const ids = [await register(gateway, bob, "7"), await bob.wallet.give(bob.person)];
    const eight = await arrive(gateway, { memoId: "8", secret: ada.wallet.key.secret() });
    const seven = await register(gateway, ada, "7");
    const ownEight = await eight.wallet.give(eight.person);
    const refused = async (who: Customer, customer_id: string) => {
      const answers = [];
      for (const path of ["/deposit", "/withdraw"]) {
        const query = { asset_code: gateway.code, account: who.wallet.account, customer_id };
        const { status, body } = await sep6Client(gateway.publicUrl, who.token)(path, query);
        answers.push([status, body["code"], body.error]);
      }
      return answers;
    };
    const unknown = await refused(ada, "nobody");
    assert.deepEqual(unknown.map(([status, code]) => [status, code]), [
      [400, "transfer.customer_unknown"],
      [400, "transfer.customer_unknown"],
    ]);
    for (const id of ids) assert.deepEqual(await refused(ada, id), unknown);
    // A token with a memo speaks for its own user alone.
    assert.deepEqual(await refused(eight, seven), unknown);
    const [row] = await gateway.running.gateway.db.query({ sql: "select count(*) as count from transfers" });
    assert.equal(row?.["count"], 0n);
    for (const [who, id] of [[ada, ownEight], [eight, ownEight], [ada, seven]] as const) {
      const query = { asset_code: gateway.code, account: who.wallet.account, customer_id: id };
      assert.equal((await sep6Client(gateway.publicUrl, who.token)("/deposit", query)).status, 200);
    }
  }));
