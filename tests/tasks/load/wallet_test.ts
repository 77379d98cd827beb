import assert from "node:assert/strict";
import { askerOf, type Outcome, Unexpected } from "../../../tasks/load/ask.ts";
import { signChallenge } from "../../../tasks/load/challenge.ts";
import { openLoadWallet } from "../../../tasks/load/wallet.ts";
import { arrive } from "../../support/customer.ts";
import { withGateway } from "../../support/gateway.ts";

const ADA = {
  first_name: "Ada",
  last_name: "Lovelace",
  email_address: "ada@example.com",
  bank_account_number: "5544332211",
};

Deno.test("a wallet for load logs in, deposits and reads, and each request is heard once", () =>
  withGateway({}, async (gateway) => {
    const { publicUrl, passphrase, code } = gateway;
    const heard: Outcome[] = [];
    const ask = askerOf([publicUrl], (outcome) => void heard.push(outcome));
    // Account and trustline are made with the public SDK.
    const { wallet: { key } } = await arrive(gateway);
    const wallet = openLoadWallet({ ask, passphrase, code, seed: key.secret() });
    assert.equal(wallet.account, key.publicKey());
    await wallet.logIn();
    await wallet.register(ADA);
    const id = await wallet.deposit("10");
    const reference = await gateway.until("instructions", async () => {
      const lines = Object.entries((await wallet.transaction(id)).instructions ?? {});
      return lines.find(([name]) => name.endsWith("external_transfer_memo"))?.[1].value ?? null;
    });
    await gateway.bank.payIn({ reference, amount: "10" });
    await gateway.until("the deposit's end", async () => {
      const { status } = await wallet.transaction(id);
      return status === "completed" ? true : null;
    });
    assert.deepEqual(await wallet.transactions(5), [id]);
    const withdrawal = await wallet.withdraw("2");
    await gateway.until("a memo", async () => (await wallet.transaction(withdrawal)).withdraw_memo ?? null);
    await wallet.toml();
    await wallet.info();
    await wallet.customer();
    const kinds = new Set(heard.map(({ kind }) => kind));
    assert.deepEqual(
      [...kinds].sort(),
      [
        "challenge",
        "customer",
        "deposit",
        "info",
        "list",
        "login",
        "poll",
        "register",
        "toml",
        "withdraw",
      ],
    );
    assert.deepEqual(heard.filter(({ error }) => error !== null), []);
    await gateway.booksAgree();
  }));

Deno.test("an answer that is not expected is heard as status and code, without the answer's words", () =>
  withGateway({}, async ({ publicUrl, passphrase, code }) => {
    const heard: Outcome[] = [];
    const ask = askerOf([publicUrl, "http://127.0.0.1:1"], (outcome) => void heard.push(outcome));
    const wallet = openLoadWallet({ ask, passphrase, code });
    await assert.rejects(ask({ kind: "challenge", path: "/auth?account=G" }), Unexpected);
    await assert.rejects(wallet.info(), Unexpected);
    assert.deepEqual(heard.map(({ kind, status }) => [kind, status]), [["challenge", 400], ["info", null]]);
    assert.match(heard[0]?.error ?? "", /^400 sep10\.account_invalid request \S+$/);
    assert.match(heard[1]?.error ?? "", /^no answer: \w+$/);
  }));

Deno.test("only a transaction with the server's one signature is signed", () =>
  withGateway({}, async ({ publicUrl, passphrase, code }) => {
    const ask = askerOf([publicUrl], () => {});
    const wallet = openLoadWallet({ ask, passphrase, code });
    const challenge = await wallet.challenge();
    const networkId = new Uint8Array(32);
    const twice = signChallenge(challenge, wallet.signer, networkId);
    assert.throws(() => signChallenge(twice, wallet.signer, networkId), /one signature/);
    assert.throws(() => signChallenge("AAAA", wallet.signer, networkId), /one signature/);
    // Signed under another network's id it is refused, so the id counts.
    const ofAnother = openLoadWallet({ ask, passphrase: "another", code });
    await assert.rejects(ofAnother.logIn(), Unexpected);
    await wallet.answer(challenge);
    assert.ok(wallet.isLoggedIn());
  }));
