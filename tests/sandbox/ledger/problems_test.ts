import assert from "node:assert/strict";
import { Keypair, Networks } from "@stellar/stellar-sdk";
import { onNetwork } from "./network.ts";
import { record } from "./steps.ts";

Deno.test(
  "the root and the problems have what the table of Horizon's answers says",
  onNetwork(async (network) => {
    const root = await network.get("/");
    const said = [
      "horizon_version",
      "core_version",
      "ingest_latest_ledger",
      "history_latest_ledger",
      "history_latest_ledger_closed_at",
      "history_elder_ledger",
      "core_latest_ledger",
      "network_passphrase",
      "current_protocol_version",
      "core_supported_protocol_version",
      "_links",
    ];
    for (const name of said) assert.ok(name in root.body, name);
    assert.equal(root.body.network_passphrase, Networks.TESTNET);
    const missing = [
      `/accounts/${Keypair.random().publicKey()}`,
      `/transactions/${"0".repeat(64)}`,
      `/claimable_balances/${"0".repeat(72)}`,
      `/ledgers/999`,
      `/operations/4294971393`,
      "/nothing/here",
    ];
    for (const path of missing) {
      const { status, body, headers } = await network.get(path);
      assert.equal(status, 404, path);
      assert.equal(body.type, "https://stellar.org/horizon-errors/not_found");
      assert.equal(body.title, "Resource Missing");
      assert.equal(body.status, 404);
      assert.ok(body.detail);
      assert.ok(headers.get("latest-ledger"), path);
      assert.equal(headers.get("access-control-allow-origin"), "*");
    }
    const bad = {
      "/accounts/GNONSENSE": "account_id",
      "/ledgers?limit=0": "limit",
      "/ledgers?limit=201": "limit",
      "/ledgers?order=up": "order",
      "/operations?cursor=x": "cursor",
      "/operations?join=ledgers": "join",
      "/operations?include_failed=1": "include_failed",
      "/transactions/xyz": "tx_id",
      "/claimable_balances/xyz": "id",
    };
    for (const [path, field] of Object.entries(bad)) {
      const { status, body } = await network.get(path);
      assert.equal(status, 400, path);
      assert.equal(body.type, "https://stellar.org/horizon-errors/bad_request");
      assert.equal(record.parse(body.extras).invalid_field, field, path);
      assert.ok(record.parse(body.extras).reason);
    }
  }),
);
