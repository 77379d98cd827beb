import assert from "node:assert/strict";
import { newSigningAccount } from "../../../tasks/bench/signing.ts";
import { deploy, PASSPHRASE } from "../../routes/sep10/deployment.ts";

Deno.test("a challenge that the bench signs is a login, with the SDK's own signature for the network", async () => {
  const { challenge, post } = deploy();
  const account = newSigningAccount();
  const transaction = await challenge({ account: account.address });
  assert.equal((await post(account.sign(transaction, "another network"))).status, 400);
  const answer = await post(account.sign(transaction, PASSPHRASE));
  assert.equal(answer.status, 200, answer.text);
});

Deno.test("what has not one signature is not signed", async () => {
  const account = newSigningAccount();
  const once = account.sign(await deploy().challenge({ account: account.address }), PASSPHRASE);
  assert.throws(() => account.sign(once, PASSPHRASE), /not one signature/);
});
