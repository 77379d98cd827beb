import assert from "node:assert/strict";
import { z } from "zod";
import { rekey } from "../../core/keys/rekey.ts";
import { walkingOver } from "../core/keys/walking.ts";
import { withReceiver } from "../support/callback-receiver.ts";
import { addressOf, arrive } from "../support/customer.ts";
import { test } from "../support/layouts.ts";
import { type KeySet, keyVariables, keyVault, newKeys } from "../support/rotating-keys.ts";

const refusal = z.object({ error: z.string(), code: z.string(), request_id: z.string() });

test.inEveryStorage("M-25 a gateway that lacks a key says which, does nothing by halves, and goes on once it has it", (place) =>
  withReceiver(async (receiver, { variables, caCerts }) => {
    const [old, fresh] = [newKeys(), newKeys()];
    const [keyId = ""] = keyVault(fresh).dataKeyIds;
    const start = (...keys: KeySet[]) =>
      place.startGateway({ caCerts, variables: { ...variables, ...keyVariables(...keys) } });
    let gateway = await start(old);
    try {
      const ada = await arrive(gateway);
      const secret = ada.wallet.key.secret();
      const id = await ada.askDeposit("100", { on_change_callback: receiver.url("/deposit") });
      const reference = await addressOf(ada.wallet, id);
      // Somebody was too quick: what is there has moved to a key that this gateway was never given.
      await rekey(walkingOver(gateway.db, keyVault(fresh, old)));
      await gateway.bank.payIn({ reference, amount: "100" });
      for (let round = 0; round < 5; round++) await gateway.advance();

      const answer = await gateway.ask(`/sep6/transaction?id=${id}`, {
        headers: { authorization: `Bearer ${ada.token}`, "accept-language": "es" },
      });
      assert.equal(answer.status, 503);
      assert.ok(Number(answer.headers.get("retry-after")) > 0);
      const { code, error, request_id } = refusal.parse(await answer.json());
      assert.equal(code, "records.unreadable");
      assert.match(error, new RegExp(`^El servicio .*${request_id}`));
      const { lines } = await gateway.readLog();
      const line = lines.find((line) => line.includes(request_id) && line.includes("reason")) ?? "";
      assert.match(
        line,
        new RegExp(`Cannot open transfers\\.instructions: unknown_key ${keyId}; put the key`),
      );
      const [row] = await gateway.db.query({
        sql: "select count(*) as n from outbox where state = 'parked'",
      });
      assert.equal(row?.n, 0n, "nothing is put before an operator for it");
      await gateway.stop();

      // Not even an instance that was never told is started any more, in either direction.
      gateway = await start(fresh, old);
      await gateway.stop();
      for (const [alone, missing] of [[old, fresh], [newKeys(), fresh]] as const) {
        await assert.rejects(start(alone), (error) => {
          const said = error instanceof Error ? error.message : "";
          return said.includes(`records need the key ${keyVault(missing).dataKeyIds[0]} of DATA_KEY`) &&
            said.includes(`records need the key ${keyVault(missing).indexKeyIds[0]} of INDEX_KEY`);
        });
      }

      gateway = await start(fresh, old);
      const again = await arrive(gateway, { secret });
      await again.until(id, "completed");
      await again.holds("99");
      await gateway.until(
        "every callback",
        () =>
          Promise.resolve(
            /"completed"/.test(JSON.stringify(receiver.bodiesOf("/deposit").at(-1) ?? "")) || null,
          ),
      );
      await gateway.booksAgree();
    } finally {
      await gateway.stop();
    }
  }));
