import assert from "node:assert/strict";
import W from "@stellar/typescript-wallet-sdk";
import fc from "fast-check";
import { payUri } from "../../../core/seps/sep7.ts";
import { NETWORKS } from "../../../core/stellar/network.ts";
import { ISSUER } from "../config/example-anchor.ts";
import { ONE } from "../transfers/money-at-work.ts";

const asked = {
  destination: ISSUER,
  amount: 1_201_234_567n,
  asset: { code: "USDX", issuer: ISSUER },
  memo: 18_446_744_073_709_551_615n,
  passphrase: NETWORKS.public.passphrase,
};

/** The parameters as a wallet reads them, which decodes each by the letter of the SEP. */
function read(uri: string): Record<string, string> {
  const [head, query = ""] = uri.split("?");
  assert.equal(head, "web+stellar:pay");
  return Object.fromEntries(query.split("&").map((pair) => pair.split("=").map(decodeURIComponent)));
}

Deno.test("a payment that is asked for names whom, how much, of what, and with which memo", () => {
  assert.deepEqual(read(payUri(asked)), {
    destination: ISSUER,
    amount: "120.1234567",
    asset_code: "USDX",
    asset_issuer: ISSUER,
    memo: "18446744073709551615",
    memo_type: "MEMO_ID",
  });
});

Deno.test("a payment that is not on the public network says on which, and one without an amount leaves it to the payer", () => {
  const read7 = read(payUri({ ...asked, amount: null, passphrase: NETWORKS.testnet.passphrase }));
  assert.equal(read7["network_passphrase"], "Test SDF Network ; September 2015");
  assert.equal("amount" in read7, false);
  assert.ok(!payUri({ ...asked, passphrase: NETWORKS.testnet.passphrase }).includes("+SDF"));
});

Deno.test("a message of any characters comes out as it went in, up to 300 of them", () => {
  fc.assert(fc.property(fc.string({ maxLength: 400, unit: "grapheme" }), (message) => {
    const msg = read(payUri({ ...asked, message }))["msg"] ?? "";
    assert.ok(msg.length <= 300);
    assert.ok(message.toWellFormed().startsWith(msg.replace(/\uFFFD$/, "")));
    if (message.length <= 300) assert.equal(msg, message.toWellFormed());
  }));
});

Deno.test("the wallet SDK takes what is asked for as a payment of SEP-7", () => {
  const { parseSep7Uri, isValidSep7Uri } = W;
  const uri = payUri({
    ...asked,
    amount: 5n * ONE,
    passphrase: NETWORKS.testnet.passphrase,
    message: "Kedge & Co",
  });
  assert.deepEqual(isValidSep7Uri(uri), { result: true });
  const parsed = parseSep7Uri(uri);
  assert.ok(parsed instanceof W.Sep7Pay);
  assert.deepEqual(
    [parsed.destination, parsed.amount, parsed.assetCode, parsed.memo, parsed.memoType, parsed.msg],
    [ISSUER, "5", "USDX", asked.memo.toString(), "MEMO_ID", "Kedge & Co"],
  );
  assert.equal(String(parsed.networkPassphrase), NETWORKS.testnet.passphrase);
  assert.equal(parsed.originDomain, undefined);
});
