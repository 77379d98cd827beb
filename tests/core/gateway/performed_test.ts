import assert from "node:assert/strict";
import type { BankRail } from "../../../plugins/bank-rail.ts";
import { failed } from "../../../plugins/outcome.ts";
import { parseUnits } from "../../../plugins/money.ts";
import { performedWithin } from "../../../core/gateway/performed.ts";
import { createOutbox } from "../../../core/records/outbox.ts";
import { createVault } from "../../../core/records/vault.ts";
import type { Transfer } from "../../../core/transfers/transfer.ts";
import type { GatewayOptions } from "../../support/gateway.ts";
import { type Guest, withGuest } from "./guest.ts";

type Instructions = NonNullable<BankRail["depositInstructions"]>;

/** So long that whoever waits for its end is told from who does not, on any machine. */
const LONG_MS = 40_000;

/** A deposit whose bank another performer is asking: it was faster than the request. */
interface Begun {
  readonly guest: Guest;
  readonly deposit: Transfer;
  /** Lets the bank answer: as it does, or in another way. */
  readonly answer: (how?: Instructions) => void;
  /** What the request comes to, and after how many milliseconds; the gateway's own patience unless another one is given. */
  readonly performed: (
    budgetMs?: number,
  ) => Promise<{ readonly transfer: Transfer; readonly tookMs: number }>;
}

function withBegun(test: (begun: Begun) => Promise<void>): Promise<void> {
  const asked = Promise.withResolvers<void>();
  const answering = Promise.withResolvers<Instructions | null>();
  let times = 0;
  const slow = (rail: BankRail): BankRail => ({
    ...rail,
    async depositInstructions(request, ports) {
      times++;
      asked.resolve();
      const how = await answering.promise ?? rail.depositInstructions;
      assert.ok(how);
      return await how(request, ports);
    },
  });
  const options: GatewayOptions = {
    config: (config) => ({
      ...config,
      rails: Object.fromEntries(
        Object.entries(config.rails).map(([name, rail]) => [name, { ...rail, module: slow(rail.module) }]),
      ),
    }),
  };
  return withGuest(options, async (guest) => {
    const { gateway, owner, account, code } = guest;
    await guest.give("sep6");
    const deposit = await gateway.open({
      kind: "deposit",
      protocol: "sep6",
      owner,
      assetCode: code,
      amount: parseUnits("100"),
      language: "en",
      destination: account,
    });
    assert.equal(deposit.state, "instructing");
    const other = gateway.effects.performOf(deposit.id, 60_000);
    try {
      await asked.promise;
      await test({
        guest,
        deposit,
        answer: (how) => answering.resolve(how ?? null),
        async performed(budgetMs) {
          const { db, effects } = gateway;
          const outbox = createOutbox({ db, vault: createVault(guest.test.environment) });
          const performed = budgetMs === undefined
            ? gateway.performed
            : performedWithin({ db, outbox, effects, budgetMs });
          const begin = performance.now();
          const transfer = await performed(deposit);
          return { transfer, tookMs: performance.now() - begin };
        },
      });
      assert.equal(times, 1, "nobody asks a second time");
    } finally {
      answering.resolve(null);
      await other;
    }
  });
}

Deno.test("R-06-61 a deposit says where to pay, also where another process was faster to ask the bank", () =>
  withBegun(async ({ guest, answer, performed }) => {
    setTimeout(answer, 300);
    const { transfer, tookMs } = await performed(LONG_MS);
    assert.equal(transfer.state, "waiting");
    const translator = guest.gateway.texts.translatorOf("en");
    assert.ok(guest.gateway.sep6.instructions(transfer, translator));
    assert.ok(tookMs > 250 && tookMs < LONG_MS / 2, `${tookMs} ms`);
  }));

Deno.test("a bank that answers nobody holds up the answer for two seconds, and no longer", () =>
  withBegun(async ({ performed }) => {
    const { transfer, tookMs } = await performed();
    assert.equal(transfer.state, "instructing");
    assert.ok(tookMs > 1_500 && tookMs < 6_000, `${tookMs} ms`);
  }));

Deno.test("nobody waits for instructions once the other process has failed to get them", () =>
  withBegun(async ({ answer, performed }) => {
    setTimeout(() => answer(() => Promise.resolve(failed("unavailable"))), 300);
    const { transfer, tookMs } = await performed(LONG_MS);
    assert.equal(transfer.state, "instructing");
    assert.ok(tookMs > 250 && tookMs < LONG_MS / 2, `${tookMs} ms`);
  }));
