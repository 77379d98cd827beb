import assert from "node:assert/strict";
import fc from "fast-check";
import { buildEnvelope } from "../../../core/stellar/build.ts";
import type { Judgement } from "../../../core/stellar/decided.ts";
import { settle } from "../../../core/stellar/pay.ts";
import { localSigner } from "../../../core/stellar/signer.ts";
import type { Behaviour } from "../../../sandbox/ledger/mod.ts";
import { ledgerWorld } from "./ledger-world.ts";
import { PASSPHRASE } from "./scripted-horizon.ts";

const count = fc.integer({ min: 1, max: 3 });

/** What the network may do to us. */
const behaviour: fc.Arbitrary<Behaviour> = fc.oneof(
  count.map((included_after): Behaviour => ({ behaviour: "timeout", included_after, count: 1 })),
  fc.constant<Behaviour>({ behaviour: "timeout", included_after: "never", count: 1 }),
  fc.constant<Behaviour>({ behaviour: "fail", code: "op_line_full", count: 1 }),
  count.map((times): Behaviour => ({ behaviour: "lag", count: times })),
  count.map((times): Behaviour => ({ behaviour: "rate_limit", count: times })),
);

/** One step: something goes wrong, time passes by so many seconds, or so many processes try to settle at once. */
const step = fc.oneof(
  { weight: 2, arbitrary: behaviour.map((what) => ({ kind: "behave", what }) as const) },
  { weight: 2, arbitrary: fc.constantFrom(1, 5, 120, 300).map((by) => ({ kind: "pass", by }) as const) },
  { weight: 3, arbitrary: count.map((processes) => ({ kind: "settle", processes }) as const) },
);

const FINAL: ReadonlySet<Judgement["kind"]> = new Set(["succeeded", "failed", "absent", "undecidable"]);

Deno.test("M-2 M-6 M-30 whatever the network does, all who ask hear the same, and it is true", async () => {
  await using world = await ledgerWorld();
  const user = await world.account("user", { trusts: true });
  const signer = localSigner(world.distribution.secret());
  const balance = async () => {
    const account = await world.horizon.account(user.publicKey());
    assert.ok(account.kind === "found");
    return account.balances.find(({ asset }) => asset === world.asset)?.amount ?? 0n;
  };
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 12 }), async (steps) => {
      const before = await balance();
      const source = await world.horizon.account(signer.account);
      assert.ok(source.kind === "found");
      const envelope = await buildEnvelope({
        order: { kind: "payment", destination: user.publicKey(), asset: world.asset, amount: 7n },
        memo: null,
        payer: signer,
        source: signer,
        ledgerSequence: source.sequence,
        fee: 200n,
        validUntil: (await world.horizon.latestLedger()).closedAt + 300,
        passphrase: PASSPHRASE,
      });
      const heard: Judgement["kind"][] = [];
      const settleBy = async (processes: number) => {
        const findings = await Promise.all(
          Array.from({ length: processes }, () => settle(world.horizon, envelope, { submitTimeoutMs: 1000 })),
        );
        heard.push(...findings.map(({ judgement }) => judgement.kind).filter((kind) => FINAL.has(kind)));
      };
      for (const one of steps) {
        if (one.kind === "behave") world.ledger.behave(one.what);
        else if (one.kind === "settle") await settleBy(one.processes);
        else await world.ledger.close(1, world.ledger.snapshot().header.closeTime + one.by);
      }
      world.ledger.behave({ behaviour: "clear" });
      await world.pass(600);
      await world.pass(1);
      await settleBy(1);
      assert.equal(new Set(heard).size, 1, heard.join());
      assert.equal(await balance() - before, heard[0] === "succeeded" ? 7n : 0n);
      assert.notEqual(heard[0], "undecidable");
    }),
    { numRuns: 40 },
  );
});
