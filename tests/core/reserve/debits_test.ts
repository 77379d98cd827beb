import assert from "node:assert/strict";
import { releaseAsset } from "../../../core/operators/release-asset.ts";
import { explain, of, unexplained } from "../operators/debits-at-work.ts";
import { ledgerWorld } from "../stellar/ledger-world.ts";
import { payment } from "../stellar/withdrawals.ts";
import { ONE } from "../transfers/money-at-work.ts";
import { reserveAlarms, reserveWorld } from "./reserve-world.ts";

const ZERO = "0.0000000";

Deno.test("M-26 M-14 what left unordered shows in the reserve until it is explained: paid out, or at the anchor's cost", async () => {
  await using world = await ledgerWorld();
  using work = await reserveWorld(world);
  const user = await world.account("user", { trusts: true });
  const transfer = await work.deposit({ destination: user.publicKey() });
  work.payIn(transfer, 100n * ONE);
  await work.read();
  await world.put(world.distribution, [payment(world, user.publicKey(), "99")]);
  work.vaultDoor.out += 3n;
  work.bank.pages.push({
    inbound: [],
    payouts: [],
    otherDebits: [{ id: "fee", amount: { units: 3n, currency: "USD" }, at: 1 }],
    next: `v1:${work.bank.pages.length + 1}`,
    more: false,
  });
  await work.read();
  const before = await work.read();
  // On the ledger it stands in suspense; at the bank it is what nobody has explained.
  assert.deepEqual([before.ledger, before.bank, before.asset.books["suspense"]], [
    ZERO,
    "-0.0000003",
    "-99.0000000",
  ]);
  assert.deepEqual(await reserveAlarms(work.db), ["bank"]);
  const debits = (await unexplained(work)).map(({ id }) => id).sort();
  assert.equal(debits.length, 2);
  const [fee = "", paid = ""] = debits;
  assert.equal(await explain(work, paid, of(transfer)), "explained");
  assert.equal(await explain(work, fee, { as: "loss", note: "the bank's own fee" }), "explained");
  const after = await work.read();
  const { suspense, costs, in_flight: inFlight, fees, outstanding } = after.asset.books;
  assert.deepEqual([after.ledger, after.bank, after.asset.unexplained], [ZERO, ZERO, ZERO]);
  assert.deepEqual([suspense, costs, inFlight, fees, outstanding], [
    ZERO,
    "0.0000003",
    ZERO,
    "1.0000000",
    "99.0000000",
  ]);
  const unit = { asset: world.asset, currency: "USD" };
  assert.equal(await releaseAsset({ books: work.books, actor: "anna" }, unit), "released");
  await work.read();
  assert.deepEqual(await reserveAlarms(work.db), [], "and it is not told again");
  await work.balances();
});
