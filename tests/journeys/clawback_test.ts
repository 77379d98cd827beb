import { Memo, Operation, StrKey } from "@stellar/stellar-sdk";
import assert from "node:assert/strict";
import type { Point } from "../../core/pause.ts";
import { localSigner } from "../../core/stellar/signer.ts";
import { openWallet } from "../../sandbox/wallet/mod.ts";
import { arrive } from "../support/customer.ts";
import { type TestGateway, withGateway } from "../support/gateway.ts";
import { askAs, operatorVariables, rowsIn } from "../support/operators.ts";

/** The issuer may claw back what is trusted from now on, by the gateway's signature. */
async function allowClawbacks({ environment, publicUrl, horizonUrl }: TestGateway): Promise<void> {
  const { seeds, passphrase } = environment;
  const issuer = openWallet({
    homeDomain: new URL(publicUrl).host,
    plainHttp: true,
    horizonUrl,
    passphrase,
    secret: seeds.sandboxIssuer ?? "",
  });
  const { account } = localSigner(seeds.authorizer ?? "");
  assert.ok(StrKey.isValidEd25519PublicKey(account));
  await issuer.submit([
    // AUTH_REVOCABLE and AUTH_CLAWBACK_ENABLED.
    Operation.setOptions({ setFlags: 10, signer: { ed25519PublicKey: account, weight: 1 } }),
  ], Memo.none());
}

Deno.test("M-21 M-28 M-25 an operator has the tokens clawed back that were paid for money which a bank took back, and lifts the freeze", () => {
  const passed = new Set<Point>();
  return withGateway(
    { variables: operatorVariables, pause: (point) => void passed.add(point) },
    async (gateway) => {
      const early = await arrive(gateway, { lastName: "Byron" });
      await allowClawbacks(gateway);
      const ada = await arrive(gateway);
      await ada.deposit("50");
      const takenBack = async (person: typeof ada) => {
        const id = await person.askDeposit("100");
        const paidIn = await person.payIn(id, "100");
        await person.until(id, "completed");
        await gateway.bank.change(paidIn.id, "reversed", "fraud");
        return await gateway.until("what is owed", async () => {
          const rows = rowsIn(await askAs(gateway, "vera", "/receivables"), "receivables");
          return rows.find(({ transfer }) => transfer === id) ?? null;
        });
      };
      const debt = await takenBack(ada);
      const other = await takenBack(early);
      assert.equal(debt["clawback"], null);
      const clawBack = (name: "vera" | "sam" | "anna" | "bert", said: object, id = debt["id"]) =>
        askAs(gateway, name, `/receivables/${String(id)}/clawback`, { body: said });
      const refusal = async (asked: ReturnType<typeof clawBack>) => {
        const { status, body } = await asked;
        return [status, body["code"]];
      };
      for (const name of ["vera", "sam"] as const) assert.equal((await clawBack(name, {})).status, 403);
      for (const amount of ["0", "-1", "x", 5, "1e2"]) {
        assert.equal((await clawBack("anna", { amount })).status, 400, String(amount));
      }
      assert.equal((await clawBack("anna", { amuont: "1" })).status, 400, "which would take all of it");
      assert.deepEqual(await refusal(clawBack("anna", {}, other["id"])), [409, "operator.clawback_disabled"]);
      assert.deepEqual(await refusal(clawBack("anna", { amount: "100.01" })), [
        409,
        "operator.clawback_amount",
      ]);
      // 148.25 are there: of 150 that were paid in, less the fees.
      assert.deepEqual((await clawBack("anna", { amount: "60.00" })).status, 200);
      const settled = async (wanted: string) =>
        await gateway.until(`${wanted} to be back`, async () => {
          const rows = rowsIn(await askAs(gateway, "vera", "/receivables"), "receivables");
          const row = rows.find(({ id }) => id === debt["id"]);
          return row?.["settled"] === wanted ? row : null;
        });
      const part = await settled("60");
      assert.deepEqual([part["state"], part["frozen"]], ["open", true]);
      const { clawback } = part;
      assert.ok(typeof clawback === "object" && clawback !== null && "id" in clawback);
      assert.deepEqual({ ...clawback, id: "", ordered_at: "" }, {
        id: "",
        amount: "60",
        state: "completed",
        reason: null,
        ordered_at: "",
      });
      const both = await Promise.all([clawBack("anna", {}), clawBack("bert", {})]);
      assert.deepEqual(both.map(({ status }) => status).sort(), [200, 409]);
      const all = await settled("100");
      assert.deepEqual([all["state"], all["frozen"]], ["settled", true]);
      await ada.holds("48.25");
      assert.deepEqual(await refusal(clawBack("anna", {})), [404, "operator.not_found"]);
      await gateway.booksAgree();
      await assert.rejects(ada.askDeposit("10"), "frozen still");
      const lift = await askAs(gateway, "anna", `/receivables/${String(debt["id"])}/lift`, { body: {} });
      assert.equal(lift.status, 200);
      await ada.deposit("10");
      const alarms = rowsIn(await askAs(gateway, "vera", "/alarms"), "alarms");
      assert.deepEqual(alarms.map(({ subject }) => subject), [other["id"]]);
      await gateway.booksAgree();
      for (const point of ["effect.ledger_clawback.begun", "effect.ledger_clawback.done"] as const) {
        assert.ok(passed.has(point), point);
      }
    },
  );
});
