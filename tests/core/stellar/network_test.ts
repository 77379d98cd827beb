import { Networks } from "@stellar/stellar-sdk";
import assert from "node:assert/strict";
import { NETWORKS } from "../../../core/stellar/network.ts";

Deno.test("P2 a network's name stands for the passphrase that the SDK knows it by", () => {
  assert.equal(NETWORKS.public.passphrase, Networks.PUBLIC);
  assert.equal(NETWORKS.testnet.passphrase, Networks.TESTNET);
  assert.equal(NETWORKS.sandbox.passphrase, Networks.TESTNET);
  assert.equal(NETWORKS.sandbox.horizonUrl, null);
});
