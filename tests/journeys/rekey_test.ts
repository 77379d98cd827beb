import assert from "node:assert/strict";
import { z } from "zod";
import { createModuleStore } from "../../core/outgoing/module-store.ts";
import { CODE_LIMITS } from "../../core/customers/mod.ts";
import { heldUp, rekey } from "../../core/keys/rekey.ts";
import { sealedColumns } from "../../core/keys/sealed-columns.ts";
import { moveClock } from "../../core/records/clock.ts";
import { openAll } from "../core/keys/filled.ts";
import { hashColumnsIn } from "../core/keys/real-columns.ts";
import { walkingOver } from "../core/keys/walking.ts";
import { withReceiver } from "../support/callback-receiver.ts";
import { arrive } from "../support/customer.ts";
import { test } from "../support/layouts.ts";
import { pageVisitor } from "../support/page-visitor.ts";
import { type KeySet, keyVariables, keyVault, newKeys } from "../support/rotating-keys.ts";

/** A picture of one pixel. */
const PHOTO = Uint8Array.fromBase64(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
);
const codes = z.object({ codes: z.array(z.object({ field: z.string(), code: z.string() })) });

test.inEveryStorage("whatever a customer leaves behind is moved to new keys, and goes on with them alone", (place) =>
  withReceiver(async (receiver, { variables, caCerts }) => {
    const [old, fresh] = [newKeys(), newKeys()];
    const options = { caCerts, setting: { is: "mobile number asked" } } as const;
    let gateway = await place.startGateway({ ...options, variables: { ...variables, ...keyVariables(old) } });
    try {
      receiver.answers(() => 503);
      let ada = await arrive(gateway, { lastName: "Review" });
      const secret = ada.wallet.key.secret();
      const headers = { authorization: `Bearer ${ada.token}` };
      const json = { ...headers, "content-type": "application/json" };
      // Data, a document, an address for callbacks, and a code on its way.
      const id = await ada.openDeposit("100", { on_change_callback: receiver.url("/deposit") });
      const customer = await ada.wallet.give({ ...ada.person, mobile_number: "+14155550123" }, id, {
        photo_id_front: PHOTO,
      });
      const set = await gateway.ask("/sep12/customer/callback", {
        method: "PUT",
        headers: json,
        body: JSON.stringify({ url: receiver.url("/customer") }),
      });
      await set.body?.cancel();
      assert.equal(set.status, 200);
      const sent = await gateway.until("a code", async () => {
        const [last] = codes.parse(await gateway.send("/kyc/codes")).codes;
        return last ?? null;
      });
      const store = (...keys: KeySet[]) =>
        createModuleStore({ db: gateway.db, vault: keyVault(...keys), instance: "bank", holder: "test" });
      await store(old).swap("nonce", null, "41");

      /** Moves to the first key, and starts the gateway again with these keys. */
      const restart = async (...keys: KeySet[]) => {
        const end = await rekey(walkingOver(gateway.db, keyVault(...keys)));
        assert.ok(end.kind === "counted");
        await gateway.stop();
        gateway = await place.startGateway({
          ...options,
          variables: { ...variables, ...keyVariables(...keys) },
        });
        return heldUp(end.uses);
      };
      const expiring = await restart(fresh, old);
      // Sent codes are counted by the number for an hour, and that alone stays under the old key.
      assert.deepEqual(expiring.map(({ purpose, position }) => [purpose, position]), [["index", 2]]);
      assert.deepEqual(await hashColumnsIn(gateway.db), ["code_sendings.counted", "customer_indexes.hash"]);

      // The code that was sent under the old key is checked under the new one.
      ada = await arrive(gateway, { secret, lastName: "Review" });
      await ada.wallet.give({ mobile_number_verification: sent.code }, id);
      await gateway.until(
        "a review",
        () => gateway.kyc.decide(customer, "accepted").then(() => true, () => null),
      );
      await ada.until(id, "pending_user_transfer_start");
      await ada.payIn(id, "100");
      await ada.until(id, "completed");
      // A link that says where the end of its flow is to be told.
      const draft = await ada.wallet.hosted.deposit({ assetCode: gateway.code });
      const callback = encodeURIComponent(receiver.url("/end"));
      const person = pageVisitor();
      assert.equal((await person.open(`${draft.url}&callback=${callback}`)).status, 200);
      const withdrawal = await ada.askWithdrawal("40", { on_change_callback: receiver.url("/withdrawal") });

      // All the way back and forth again, with every kind of record there.
      await restart(old, fresh);
      const filled = new Set([...(await openAll(gateway.db, keyVault(old))).keys()].map(columnOf));
      const empty = sealedColumns.map(({ table, column }) => `${table}.${column}`)
        .filter((column) => !filled.has(column));
      // The name of a code goes with the code; what operators seal is moved in a test of its own (`core/keys`).
      const others = ["customer_verifications.code_ref", "alarms.note", "approvals.destination"];
      assert.deepEqual(empty, others, "the journey fills every other sealed column");
      await moveClock(gateway.db, CODE_LIMITS.sendsPerMs);
      assert.deepEqual(await restart(fresh, old), []);
      await restart(fresh);
      const nonce = await store(fresh).get("nonce");
      assert.equal(nonce?.value, "41");

      receiver.answers(() => 204);
      ada = await arrive(gateway, { secret, lastName: "Review" });
      await ada.send(withdrawal, "40");
      await ada.until(withdrawal, "completed");
      // The page that was open all the time goes on as well.
      const page = await person.get(`${gateway.publicUrl}/interactive/${draft.id}`);
      assert.equal((await person.send(page, { amount: "10" })).status, 200);
      await gateway.until(
        "the review of it",
        () => gateway.kyc.decide(customer, "accepted").then(() => true, () => null),
      );
      await gateway.until("every callback", () => {
        const told = ["/customer", "/deposit", "/withdrawal", "/end"].map((path) =>
          JSON.stringify(receiver.bodiesOf(path).at(-1) ?? null)
        );
        const last = /"(ACCEPTED|completed|pending_user_transfer_start)"/;
        return Promise.resolve(told.every((body) => last.test(body)) ? true : null);
      });
      assert.equal(receiver.bodiesOf("/end").length, 1);
      await receiver.verifyAll(gateway.publicUrl);
      await gateway.booksAgree();
    } finally {
      await gateway.stop();
    }
  }));

function columnOf(place: string): string {
  return place.replace(/:.*/, "");
}
