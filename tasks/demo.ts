/**
 * `deno task demo`: a wallet logs in, gives its customer's data, deposits and withdraws, against a gateway that runs
 * (`PUBLIC_URL`, by default http://localhost:8000) or that it starts by itself. Balances are read from Horizon and from
 * the bank's statement, not from Kedge; it ends non-zero when one of them is not exactly as promised. `--interactive` names
 * the address of a wallet in a browser instead, where a person does the same by hand.
 * @module
 */
import { z } from "zod";
import { formatUnits, parseUnits } from "../plugins/money.ts";
import { openWallet, type Wallet, type WalletTransaction } from "../sandbox/wallet/mod.ts";
import { openBank } from "./demo/bank.ts";
import { showWallet } from "./demo/interactive.ts";
import { findPlace, type Place } from "./demo/place.ts";
import { Broken, say } from "./demo/say.ts";

const DEPOSIT = "100";
const WITHDRAWAL = "40";
const PATIENCE_MS = 60_000;
const ENDED = new Set(["error", "expired", "refunded", "on_hold"]);
const PAYER = { name: "Ada Lovelace", account: "GB33BUKB20201555555555" };

const instructionLines = z.record(z.string(), z.object({ value: z.string(), description: z.string() }));

async function demo(place: Place): Promise<void> {
  const { publicUrl, horizonUrl, friendbotUrl, passphrase } = place;
  const bank = openBank(place);
  const home = new URL(publicUrl);
  const wallet = openWallet({
    homeDomain: home.host,
    plainHttp: home.protocol === "http:",
    horizonUrl,
    passphrase,
  });
  say(`the wallet reads ${publicUrl}/.well-known/stellar.toml`);
  const { code, issuer } = await anchoredAsset(wallet);
  say(`  asset ${code} of ${issuer}`);

  say(`friendbot funds ${wallet.account}, which then trusts ${code}`);
  const funded = await fetch(`${friendbotUrl}?addr=${wallet.account}`);
  await funded.body?.cancel();
  if (!funded.ok) throw new Broken(`friendbot answers ${funded.status}`);
  await wallet.trust(code, issuer);

  say("SEP-10: the wallet logs in");
  await wallet.logIn();

  say(`SEP-6: it asks to deposit ${DEPOSIT} ${code}`);
  const deposit = await wallet.deposit({ asset_code: code, amount: DEPOSIT, type: "bank_account" });
  const depositId = "id" in deposit ? deposit.id ?? "" : "";
  await until(wallet, depositId, "pending_customer_info_update");

  say("SEP-12: the anchor asks for data, the wallet gives it");
  // An account that nobody else has, so that the payout is found in the bank's statement.
  const accountNumber = String(crypto.getRandomValues(new Uint32Array(1))[0]).padStart(12, "7");
  const customerId = await wallet.give({
    first_name: "Ada",
    last_name: "Lovelace",
    email_address: "ada@example.com",
    bank_account_number: accountNumber,
  }, depositId);
  say(`  customer ${customerId}`);
  const payable = await until(wallet, depositId, "pending_user_transfer_start");
  const lines = Object.entries(instructionLines.parse(payable["instructions"]));
  for (const [, { value, description }] of lines) say(`  ${description}: ${value}`);
  const reference = lines.find(([name]) => name.endsWith("external_transfer_memo"))?.[1].value ?? "";

  say(`the customer pays ${DEPOSIT} USD in at the bank`);
  await bank.payIn({ reference, amount: DEPOSIT, currency: "USD", payer: PAYER });
  const deposited = await until(wallet, depositId, "completed");
  const tokens = text(deposited, "amount_out");
  const sum = `${text(deposited, "amount_in")} - ${text(deposited, "amount_fee")} = ${tokens} ${code}`;
  say(`  ${sum}, Stellar ${text(deposited, "stellar_transaction_id")}`);
  expect("the wallet's balance on Horizon", await wallet.balance(code, issuer), tokens);
  const incoming = (await bank.statement("in")).find(({ remittance }) => remittance === reference);
  expect("what came into the bank", incoming?.amount, DEPOSIT);

  say(`SEP-6: it asks to withdraw ${WITHDRAWAL} ${code}`);
  const withdrawal = await wallet.withdraw({ asset_code: code, type: "bank_account", amount: WITHDRAWAL });
  const withdrawalId = "id" in withdrawal ? withdrawal.id ?? "" : "";
  const waiting = await until(wallet, withdrawalId, "pending_user_transfer_start");
  const to = text(waiting, "withdraw_anchor_account");
  const memo = text(waiting, "withdraw_memo");
  say(`the wallet pays ${WITHDRAWAL} ${code} to ${to}, memo ${memo}`);
  const hash = await wallet.pay({ to, code, issuer, amount: WITHDRAWAL, memo });
  say(`  Stellar ${hash}`);
  const withdrawn = await until(wallet, withdrawalId, "completed");
  const left = formatUnits((parseUnits(tokens) ?? 0n) - (parseUnits(WITHDRAWAL) ?? 0n));
  expect("the wallet's balance on Horizon", await wallet.balance(code, issuer), left);
  const outgoing = (await bank.statement("out")).filter(({ beneficiary }) =>
    beneficiary?.["bank_account_number"] === accountNumber
  );
  if (outgoing.length > 1) throw new Broken(`the bank paid ${outgoing.length} times`);
  expect("what left the bank", outgoing[0]?.amount, text(withdrawn, "amount_out"));
  say("done: all balances are exactly as promised");
}

async function anchoredAsset(wallet: Wallet): Promise<{ code: string; issuer: string }> {
  const { currencies = [] } = await wallet.toml();
  const [currency] = currencies;
  const { code, issuer } = currency ?? {};
  if (!code || !issuer) throw new Broken("stellar.toml names no asset");
  return { code, issuer };
}

/** Waits for a status, telling each one as it comes. */
async function until(wallet: Wallet, id: string, wanted: string): Promise<WalletTransaction> {
  const end = performance.now() + PATIENCE_MS;
  let last = "";
  for (;;) {
    const transaction = await wallet.transaction(id);
    if (transaction.status !== last) say(`  ${id} is ${transaction.status}`);
    last = transaction.status;
    if (last === wanted) return transaction;
    if (ENDED.has(last) || performance.now() > end) {
      const message = String(transaction["message"] ?? "");
      throw new Broken(`transaction ${id} is ${last} and not ${wanted}: ${message}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

function expect(what: string, actual: string | null | undefined, promised: string): void {
  const same = actual !== null && actual !== undefined && parseUnits(actual) === parseUnits(promised);
  if (!same) throw new Broken(`${what} is ${actual ?? "not there"} and not ${promised}`);
  say(`  ${what} is ${promised}, as promised`);
}

function text(transaction: WalletTransaction, name: string): string {
  const value = transaction[name];
  if (typeof value !== "string") throw new Broken(`the transaction has no ${name}`);
  return value;
}

let place: Place | undefined;
let code = 0;
try {
  place = await findPlace();
  await (Deno.args.includes("--interactive") ? showWallet(place) : demo(place));
} catch (error) {
  code = 1;
  say(`FAILED: ${error instanceof Error ? error.message : String(error)}`);
  if (!(error instanceof Broken)) say(error instanceof Error ? error.stack ?? "" : "");
} finally {
  await place?.stop();
}
Deno.exit(code);
