import assert from "node:assert/strict";
import { z } from "zod";
import { parseUnits } from "../../../plugins/money.ts";
import { setPageCallbacks } from "../../../core/transfers/page-callbacks.ts";
import type { Transfer } from "../../../core/transfers/transfer.ts";
import { createVault } from "../../../core/records/vault.ts";
import { withReceiver } from "../../support/callback-receiver.ts";
import { BENEFICIARY } from "../../support/customer.ts";
import { sep24TransactionShape } from "../../support/sep24-shapes.ts";
import { BALANCE_WARNS, chosen, draft, type Guest, nowOf, shown, withGuest } from "./guest.ts";

const posted = z.strictObject({ transaction: sep24TransactionShape });
const KINDS = ["deposit", "withdrawal"] as const;

/** As the same request opens without a page. */
const opened = (
  { gateway, owner, account, code }: Guest,
  kind: Transfer["kind"],
  protocol: "sep6" | "sep24",
) =>
  gateway.open({
    kind,
    protocol,
    owner,
    assetCode: code,
    amount: parseUnits("100"),
    language: "en",
    ...(kind === "deposit" ? { destination: account } : {}),
  });

/** Who a customer is: how well known before, and what follows for each kind. */
const CUSTOMERS: readonly [string, (guest: Guest) => Promise<unknown>, readonly string[]][] = [
  ["of whom nothing is known", () => Promise.resolve(), ["kyc", "kyc"]],
  ["who was accepted on a page", (guest) => guest.give("sep24"), ["instructing", "kyc"]],
  ["whose account is known too", (guest) => guest.give("sep24", BENEFICIARY), ["instructing", "waiting"]],
];

for (const [who, prepare, states] of CUSTOMERS) {
  Deno.test(`R-24-40 R-24-41 a draft of a customer ${who} is found at once, and goes on as what is opened without a page`, () =>
    withGuest(BALANCE_WARNS, async (guest) => {
      await prepare(guest);
      for (const [at, kind] of KINDS.entries()) {
        const begun = await draft(guest, kind);
        assert.deepEqual([begun.state, begun.amountRequested], ["draft", null]);
        const incomplete = await shown(guest, begun);
        assert.deepEqual([incomplete.id, incomplete.status, incomplete.kind], [begun.id, "incomplete", kind]);
        assert.deepEqual(await guest.gateway.performed(begun), begun, "nothing is done for it");
        const { state, amountRequested } = await chosen(guest, begun, "100");
        assert.deepEqual([state, amountRequested], [states[at], parseUnits("100")]);
        assert.equal((await opened(guest, kind, "sep24")).state, state);
      }
    }));
}

Deno.test("R-24-41 P6 who was accepted by SEP-6 is reviewed anew without being asked, once a draft is chosen", () =>
  withGuest({}, async (guest) => {
    await guest.give("sep6");
    const begun = await draft(guest, "deposit");
    assert.deepEqual(await guest.reviews(), ["sep6 accepted"], "a draft alone is no reason to");
    const transfer = await chosen(guest, begun, "100");
    assert.ok(["instructing", "waiting"].includes(transfer.state), transfer.state);
    assert.deepEqual(await guest.reviews(), ["sep6 accepted", "sep24 accepted"]);
    // The same choice once more answers what it has become; another one does nothing.
    const again = await chosen(guest, begun, "100");
    assert.equal(again.id, begun.id);
    const choice = { amount: parseUnits("50") };
    assert.deepEqual(await guest.gateway.choose(begun.id, choice), { kind: "stale" });
  }));

Deno.test("R-24-75 R-24-76 R-24-79 both callbacks carry the body of the view: each change is told, the end once", () =>
  withReceiver((receiver, options) =>
    withGuest(options, async (guest) => {
      const { gateway, test } = guest;
      const begun = await draft(guest, "deposit");
      const told = { callback: receiver.url("/end"), onChangeCallback: receiver.url("/changes") };
      const set = () => setPageCallbacks(gateway.db, createVault(test.environment), begun.id, told);
      await set();
      assert.equal((await chosen(guest, begun, "100")).state, "kyc");
      // The page was loaded again, and posted twice.
      await set();
      await chosen(guest, begun, "100");
      await guest.give("sep24");
      await guest.until(begun, "waiting");
      const waiting = await nowOf(guest, begun);
      const textNow = async () =>
        JSON.stringify({ transaction: await shown(guest, await nowOf(guest, begun)) });
      const payable = await textNow();
      await test.bank.payIn({ reference: waiting.reference ?? "", amount: "100" });
      await guest.until(begun, "completed");
      await test.until("the last status", () =>
        Promise.resolve(receiver.posts.some(({ text }) => /"status":"completed"/.test(text)) || null));
      for (let round = 0; round < 3; round++) await test.advance();
      const textsOf = (path: string) =>
        receiver.posts.filter((post) => post.path === path).map(({ text }) => text);
      const statuses = textsOf("/changes").map((text) => posted.parse(JSON.parse(text)).transaction.status);
      assert.deepEqual(statuses, [
        "pending_anchor",
        "pending_user_transfer_start",
        "pending_anchor",
        "pending_stellar",
        "completed",
      ]);
      assert.deepEqual(textsOf("/end"), [payable]);
      assert.equal(textsOf("/changes")[1], payable);
      assert.equal(textsOf("/changes").at(-1), await textNow());
      await receiver.verifyAll(test.publicUrl);
      assert.deepEqual(test.faults, []);
      await test.booksAgree();
    })
  ));

Deno.test("R-24-78 a withdrawal's account comes masked to both, and one that asked for neither is told nowhere", () =>
  withReceiver((receiver, options) =>
    withGuest({ ...options, ...BALANCE_WARNS }, async (guest) => {
      const { gateway, test } = guest;
      await guest.give("sep24");
      const [asked, silent] = [await draft(guest, "withdrawal"), await draft(guest, "withdrawal")];
      await setPageCallbacks(gateway.db, createVault(test.environment), asked.id, {
        callback: receiver.url("/end"),
        onChangeCallback: receiver.url("/changes"),
      });
      for (const one of [asked, silent]) await chosen(guest, one, "50");
      await guest.give("sep24", BENEFICIARY);
      for (const one of [asked, silent]) await guest.until(one, "waiting");
      await test.until("both posts", () => Promise.resolve(receiver.posts.length >= 2 || null));
      for (let round = 0; round < 3; round++) await test.advance();
      assert.deepEqual(receiver.posts.map(({ path }) => path).toSorted(), ["/changes", "/end"]);
      for (const { text } of receiver.posts) {
        const { transaction } = posted.parse(JSON.parse(text));
        assert.deepEqual([transaction.id, transaction.to], [asked.id, "*******211"]);
        assert.ok(!text.includes(BENEFICIARY["bank_account_number"] ?? ""));
      }
    })
  ));
