import assert from "node:assert/strict";
import { payUri } from "../../../core/seps/sep7.ts";
import { NETWORKS } from "../../../core/stellar/network.ts";
import { drawQr, QrCode } from "../../../routes/interactive/qr.tsx";
import { ISSUER } from "../../core/config/example-anchor.ts";
import { readQrCodes } from "./read-qr.ts";

const TEXTS = [
  payUri({
    destination: ISSUER,
    amount: 1_201_234_567n,
    asset: { code: "USDX", issuer: ISSUER },
    memo: 18_446_744_073_709_551_615n,
    passphrase: NETWORKS.testnet.passphrase,
    message: "Kedge Example Anchor",
  }),
  "BCD\n002\n1\nSCT\n\nÄrzte ohne Grenzen\nDE89370400440532013000\nEUR10.50\n\n\nUSDX 22",
  "00020101021226",
];

Deno.test("another library reads from the picture what was written into it", () => {
  for (const text of TEXTS) {
    assert.deepEqual(readQrCodes(String(<QrCode text={text} label="a code" />)), [text]);
  }
});

Deno.test("the picture has a label, and nothing of its text can leave it", () => {
  const html = String(<QrCode text={`"><script>alert(1)</script>`} label={`Pay "now" & <here>`} />);
  assert.match(html, /<svg [^>]*role="img" aria-label="Pay &quot;now&quot; &amp; &lt;here&gt;"/);
  assert.doesNotMatch(html, /<script|style=/);
});

Deno.test("a text that no code can hold gives no picture, instead of no page", () => {
  assert.notEqual(drawQr("a".repeat(2331)), null);
  assert.equal(drawQr("a".repeat(2332)), null);
  assert.equal(drawQr("ä".repeat(1166)), null);
  assert.equal(String(<QrCode text={"a".repeat(2332)} label="a code" />), "");
});
