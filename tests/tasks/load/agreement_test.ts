import assert from "node:assert/strict";
import { disagreements, inOthersHands } from "../../../tasks/load/agreement.ts";
import { arrive } from "../../support/customer.ts";
import { withGateway } from "../../support/gateway.ts";

Deno.test("M-23 M-25 a unit that bank, ledger or books have too many is told", () =>
  withGateway({}, async (gateway) => {
    const { running: { anchor, gateway: { db, ownAccounts: { distribution } } } } = gateway;
    const [asset] = anchor.assets;
    assert.ok(asset);
    const compare = (before?: bigint) =>
      disagreements(gateway, {
        db,
        distribution,
        assets: [asset],
        ...(before === undefined ? {} : { before: new Map([[asset.id, before]]) }),
      });
    const ada = await arrive(gateway);
    await ada.deposit("10");
    assert.deepEqual(await compare(), []);
    assert.equal(await inOthersHands(gateway, distribution, asset), 94_500_000n);
    assert.match(
      (await compare(1n)).join(),
      /^what is outstanding of USDX: 9\.4499999, and the books say 9\.45/,
    );
    await gateway.send("/bank/debits", { account: "bank", amount: "0.01" });
    assert.match((await compare()).join(), /^the bank account bank holds: 9\.99, and the books say 10/);
  }));
