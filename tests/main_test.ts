import assert from "node:assert/strict";
import { sandboxBank } from "../bank-rails/sandbox/mod.ts";
import type { AnchorConfig } from "../core/config/anchor.ts";
import { sandboxKyc } from "../kyc-providers/sandbox/mod.ts";
import { StartRefused } from "../main.ts";
import { arrive } from "./support/customer.ts";
import { type ChangeConfig, type GatewayOptions, type TestGateway, withGateway } from "./support/gateway.ts";
import { freePort } from "./support/ports.ts";

/** A config of today, with the instances of yesterday retired or lost. */
const moveOn = (former: "retired" | "lost"): ChangeConfig => (config, { sandboxUrl, sandboxKey: token }) => {
  const kept = <Instance>(instances: Readonly<Record<string, Instance>>) =>
    former === "lost" ? {} : Object.fromEntries(
      Object.entries(instances).map(([name, instance]) => [name, { ...instance, retired: true }]),
    );
  const tiers = config.countries["*"]?.tiers ?? assert.fail();
  const [lightest, ...heavier] = tiers.map((tier): typeof tiers[number] => ({
    ...tier,
    levels: {
      ...(former === "lost" ? {} : tier.levels),
      "new-bureau": tier.levels["bureau"] ?? assert.fail(),
    },
  }));
  assert.ok(lightest);
  return {
    ...config,
    rails: {
      ...kept(config.rails),
      "new-bank": {
        module: sandboxBank({ url: `${sandboxUrl}/bank`, token, webhookSecrets: ["of the new bank"] }),
      },
    },
    kyc: {
      ...kept(config.kyc),
      "new-bureau": {
        module: sandboxKyc({ url: `${sandboxUrl}/kyc`, token, webhookSecrets: ["of the new bureau"] }),
      },
    },
    services: config.services.map((service) => ({ ...service, rail: "new-bank", kyc: "new-bureau" })),
    countries: { ...config.countries, "*": { tiers: [lightest, ...heavier] } },
  } satisfies AnchorConfig;
};

/** Starts that follow each other on the same records. */
async function inOneFolder(
  test: (
    start: (options: GatewayOptions, work: (gateway: TestGateway) => Promise<void>) => Promise<void>,
  ) => Promise<void>,
): Promise<void> {
  const dataDir = await Deno.makeTempDir({ prefix: "kedge-" });
  const port = freePort();
  try {
    await test((options, work) => withGateway({ ...options, dataDir, port }, work));
  } finally {
    await Deno.remove(dataDir, { recursive: true });
  }
}

Deno.test("an instance that records need may not vanish; retired it finishes what it began and gets nothing new", () =>
  inOneFolder(async (start) => {
    const never = () => assert.fail("it started");
    let secret = "";
    let deposit = "";
    let reviewed = "";
    let other = "";
    await start({}, async (gateway) => {
      const ada = await arrive(gateway);
      secret = ada.wallet.key.secret();
      deposit = await ada.askDeposit("100");
      const bob = await arrive(gateway, { lastName: "Review" });
      other = bob.wallet.key.secret();
      const opened = await bob.wallet.deposit({
        asset_code: gateway.code,
        type: "bank_account",
        amount: "50",
      });
      assert.ok("id" in opened);
      reviewed = opened.id ?? "";
      await bob.wallet.give(bob.person, reviewed);
    });

    await assert.rejects(start({ config: moveOn("lost") }, never), (error) => {
      assert.ok(error instanceof StartRefused);
      assert.match(error.message, /rails\.bank: put it back into anchor\.config\.ts, with retired: true/);
      assert.match(error.message, /kyc\.bureau/);
      assert.doesNotMatch(error.message, /new-/);
      return true;
    });

    await start({ config: moveOn("retired") }, async (gateway) => {
      const { db } = gateway.running.gateway;
      const ada = await arrive(gateway, { secret });
      // Her first transfer ends where it began; the next one begins elsewhere, and she is known there.
      await ada.payIn(deposit, "100");
      await ada.until(deposit, "completed");
      await ada.deposit("20");
      const bob = await arrive(gateway, { secret: other, lastName: "Review" });
      const { id: customer = "" } = await bob.wallet.customer();
      await gateway.kyc.decide(customer, "accepted");
      await bob.until(reviewed, "pending_user_transfer_start");
      await bob.payIn(reviewed, "50");
      await bob.until(reviewed, "completed");
      const rows = await db.query({ sql: "select rail, kyc, state from transfers order by started_ms" });
      assert.deepEqual(rows.map(({ rail, kyc, state }) => [rail, kyc, state]), [
        ["bank", "bureau", "completed"],
        ["bank", "bureau", "completed"],
        ["new-bank", "new-bureau", "completed"],
      ]);
      assert.equal((await db.query({ sql: "select 1 from kyc_cases" })).length, 2, "nobody was asked twice");
      await gateway.booksAgree();
    });

    // Nothing needs them any more.
    await start({ config: moveOn("lost") }, async (gateway) => {
      await gateway.booksAgree();
    });
  }));

Deno.test("P1 a database of another environment is neither migrated nor used, and the start says why", () =>
  inOneFolder(async (start) => {
    await start({}, () => Promise.resolve());
    await assert.rejects(
      start({ variables: { KEDGE_ENV: "staging" } }, () => assert.fail("it started")),
      (error) => {
        assert.ok(error instanceof StartRefused);
        assert.match(error.message, /environment: the database says "sandbox", the settings say "staging"/);
        return true;
      },
    );
  }));
