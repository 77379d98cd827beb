import assert from "node:assert/strict";
import { arrive } from "../../support/customer.ts";
import { withGateway } from "../../support/gateway.ts";
import { infoShape } from "../../support/sep6-shapes.ts";
import { sep6Client } from "../../support/sep6-client.ts";

Deno.test("R-06-7 R-06-8 R-06-9 /info is open and says that everything else wants a token, and so it is", () =>
  withGateway({}, async (gateway) => {
    const answer = await gateway.ask("/sep6/info");
    assert.equal(answer.status, 200);
    const { deposit, withdraw, fee, transaction, transactions } = infoShape.parse(await answer.json());
    for (
      const offered of [...Object.values(deposit), ...Object.values(withdraw), transaction, transactions, fee]
    ) {
      assert.equal(offered.authentication_required, true);
    }
    const closed = [
      "GET /deposit",
      "GET /withdraw",
      "GET /transaction",
      "GET /transactions",
      "PATCH /transactions/x",
    ];
    for (const route of closed) {
      const [method = "", path = ""] = route.split(" ");
      const refused = await gateway.ask(`/sep6${path}`, { method });
      assert.deepEqual(
        [refused.status, await refused.json()],
        [403, { type: "authentication_required" }],
        route,
      );
    }
  }));

Deno.test("R-06-13 R-06-14 R-12-16 a token opens every address, to the whole of its subject alone", () =>
  withGateway({}, async (gateway) => {
    const plain = await arrive(gateway, { funded: false });
    const secret = plain.wallet.key.secret();
    const users = [
      plain,
      await arrive(gateway, { secret, memoId: "1" }),
      await arrive(gateway, { secret, memoId: "2" }),
      await arrive(gateway, { secret, muxedId: "1" }),
    ];
    const seen: { ids: string[]; customer: string }[] = [];
    for (const { token, wallet, person } of users) {
      const ask = sep6Client(gateway.publicUrl, token);
      const service = { asset_code: gateway.code, account: wallet.account };
      const opened = [await ask("/deposit", service), await ask("/withdraw", service)];
      const ids = opened.map(({ status, body }) =>
        status === 200 ? body.id ?? "" : assert.fail(String(status))
      );
      const list = await ask("/transactions", { asset_code: gateway.code });
      assert.deepEqual(list.body.transactions?.map(({ id }) => id), ids.toReversed());
      for (const id of ids) assert.equal((await ask("/transaction", { id })).status, 200);
      for (const id of seen.flatMap((other) => other.ids)) {
        assert.equal((await ask("/transaction", { id })).status, 404);
      }
      const customer = await wallet.give({ ...person, first_name: `User ${seen.length}` });
      const headers = { authorization: `Bearer ${token}` };
      for (const other of seen) {
        const read = await gateway.ask(`/sep12/customer?id=${other.customer}`, { headers });
        assert.equal(read.status, 404);
        await read.body?.cancel();
      }
      seen.push({ ids, customer });
    }
    assert.equal(new Set(seen.map(({ customer }) => customer)).size, users.length);
  }));

Deno.test("R-06-17 nothing of a query, a body or a token is in the log", () =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway, { lastName: "Quotedname" });
    const ask = sep6Client(gateway.publicUrl, ada.token);
    const said = {
      email_address: "quoted@example.com",
      dest: "quoted-destination",
      dest_extra: "quoted-extra",
      wallet_name: "quoted-wallet",
      memo: "quoted memo",
      memo_type: "text",
    };
    const service = { asset_code: gateway.code, account: ada.wallet.account };
    const { body } = await ask("/deposit", { ...service, ...said });
    await ask("/withdraw", { ...service, dest: said.dest, dest_extra: said.dest_extra });
    await ask("/deposit", { ...service, amount: "quoted-amount", ...said });
    await ask("/transaction", { id: "quoted-id" });
    await ada.wallet.give({ ...ada.person, email_address: said.email_address }, body.id ?? "");
    await ada.until(body.id ?? "", "pending_user_transfer_start");
    await ada.payIn(body.id ?? "", "100");
    await ada.until(body.id ?? "", "completed");
    const log = gateway.lines.join("");
    assert.ok(gateway.lines.filter((line) => line.includes('"route":"/sep6/deposit"')).length >= 2);
    for (const secret of [/quoted/i, /\?/, new RegExp(ada.token), new RegExp(ada.wallet.account)]) {
      assert.doesNotMatch(log, secret);
    }
  }));
