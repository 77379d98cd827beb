/**
 * `deno task demo`: a wallet logs in, gives its customer's data, deposits and withdraws, against a gateway that runs
 * (`PUBLIC_URL`, by default http://localhost:8000) or that it starts by itself. Balances are read from Horizon and from
 * the bank's statement, not from Kedge; it ends non-zero when one of them is not exactly as promised.
 * @module
 */
import { formatUnits, parseUnits } from "../plugins/money.ts";
import { openWallet, type Wallet, type WalletTransaction } from "../sandbox/wallet/mod.ts";
import { noLog } from "../core/log.ts";

const started = performance.now();
const say = (text: string) =>
  void Deno.stdout.writeSync(
    new TextEncoder().encode(`${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s  ${text}\n`),
  );

/** What went wrong, for the last line. */
class Broken extends Error {}

const DEPOSIT = "100";
const WITHDRAWAL = "40";
const PATIENCE_MS = 60_000;

/** A gateway: its address, and how to end it when this task started it. */
interface Place {
  readonly publicUrl: string;
  readonly stop: () => Promise<void>;
}

async function place(): Promise<Place> {
  const publicUrl = Deno.env.get("PUBLIC_URL") ?? "http://localhost:8000";
  const runs = await fetch(`${publicUrl}/.well-known/stellar.toml`).then(async (answer) => {
    await answer.body?.cancel();
    return answer.ok;
  }, () => false);
  if (runs) return { publicUrl, stop: () => Promise.resolve() };
  say(`nothing answers at ${publicUrl}: starting a gateway for this demo alone`);
  const dataDir = await Deno.makeTempDir({ prefix: "kedge-demo-" });
  const port = freePort();
  const { run } = await import("../main.ts");
  const running = await run({
    variables: { DATA_DIR: dataDir, PORT: String(port) },
    mode: "dev",
    log: noLog,
  });
  return {
    publicUrl: running.environment.publicUrl,
    stop: async () => {
      await running.stop();
      await Deno.remove(dataDir, { recursive: true });
    },
  };
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
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
    if (["error", "expired", "refunded", "on_hold"].includes(last) || performance.now() > end) {
      throw new Broken(
        `transaction ${id} is ${last} and not ${wanted}: ${String(transaction["message"] ?? "")}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

/** One line of the bank's statement. */
interface StatementLine {
  readonly id: string;
  readonly direction: string;
  readonly amount: string;
  readonly beneficiary?: Readonly<Record<string, string>>;
}

async function statement(publicUrl: string, direction: "in" | "out"): Promise<StatementLine[]> {
  const answer = await fetch(`${publicUrl}/sandbox/bank/transfers?direction=${direction}`);
  if (!answer.ok) throw new Broken(`the bank's statement answers ${answer.status}`);
  const { transfers }: { transfers: StatementLine[] } = await answer.json();
  return transfers;
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

async function demo({ publicUrl }: Place): Promise<void> {
  const home = new URL(publicUrl);
  const wallet = openWallet({
    homeDomain: home.host,
    plainHttp: home.protocol === "http:",
    horizonUrl: Deno.env.get("HORIZON_URL") ?? `${publicUrl}/sandbox/horizon`,
    passphrase: Deno.env.get("NETWORK_PASSPHRASE") ?? "Test SDF Network ; September 2015",
  });
  say(`the wallet reads ${publicUrl}/.well-known/stellar.toml`);
  const toml = await wallet.toml();
  const [currency] = toml.currencies ?? [];
  const { code, issuer } = currency ?? {};
  if (!code || !issuer) throw new Broken("stellar.toml names no asset");
  say(`  asset ${code} of ${issuer}`);

  say(`friendbot funds ${wallet.account}, which then trusts ${code}`);
  const friendbot = Deno.env.get("FRIENDBOT_URL") ?? `${publicUrl}/sandbox/friendbot`;
  const funded = await fetch(`${friendbot}?addr=${wallet.account}`);
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
  const customerId = await wallet.give({
    first_name: "Ada",
    last_name: "Lovelace",
    email_address: "ada@example.com",
    bank_account_number: "GB33BUKB20201555555555",
  }, depositId);
  say(`  customer ${customerId}`);
  const payable = await until(wallet, depositId, "pending_user_transfer_start");
  const instructions = payable["instructions"];
  if (typeof instructions !== "object" || instructions === null) {
    throw new Broken("there are no instructions");
  }
  const lines: [string, { value: string; description: string }][] = Object.entries(instructions);
  for (const [, { value, description }] of lines) say(`  ${description}: ${value}`);
  const reference = lines.find(([name]) => name.endsWith("external_transfer_memo"))?.[1].value ?? "";

  say(`the customer pays ${DEPOSIT} USD in at the bank`);
  const paid = await fetch(`${publicUrl}/sandbox/bank/transfers`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      reference,
      amount: DEPOSIT,
      currency: "USD",
      payer: { name: "Ada Lovelace", account: "GB33BUKB20201555555555" },
    }),
  });
  if (!paid.ok) throw new Broken(`the bank answers ${paid.status}: ${await paid.text()}`);
  await paid.body?.cancel();
  const deposited = await until(wallet, depositId, "completed");
  const tokens = text(deposited, "amount_out");
  say(
    `  ${text(deposited, "amount_in")} - ${text(deposited, "amount_fee")} = ${tokens} ${code}, Stellar ${
      text(deposited, "stellar_transaction_id")
    }`,
  );
  expect(`the wallet's balance on Horizon`, await wallet.balance(code, issuer), tokens);

  say(`SEP-6: it asks to withdraw ${WITHDRAWAL} ${code}`);
  const withdrawal = await wallet.withdraw({ asset_code: code, type: "bank_account", amount: WITHDRAWAL });
  const withdrawalId = "id" in withdrawal ? withdrawal.id ?? "" : "";
  const waiting = await until(wallet, withdrawalId, "pending_user_transfer_start");
  const to = text(waiting, "withdraw_anchor_account");
  const memo = text(waiting, "withdraw_memo");
  say(`the wallet pays ${WITHDRAWAL} ${code} to ${to}, memo ${memo}`);
  const hash = await wallet.pay({ to, code, issuer, amount: WITHDRAWAL, memo });
  say(`  Stellar ${hash}`);
  const before = new Set((await statement(publicUrl, "out")).map(({ id }) => id));
  const withdrawn = await until(wallet, withdrawalId, "completed");
  const left = formatUnits((parseUnits(tokens) ?? 0n) - (parseUnits(WITHDRAWAL) ?? 0n));
  expect("the wallet's balance on Horizon", await wallet.balance(code, issuer), left);
  const money = text(withdrawn, "amount_out");
  const fresh = (await statement(publicUrl, "out")).filter(({ id }) => !before.has(id));
  const out = fresh.length > 0 ? fresh : (await statement(publicUrl, "out")).slice(0, 1);
  expect("what left the bank", out[0]?.amount, money);
  const incoming = (await statement(publicUrl, "in"))[0];
  expect("what came into the bank", incoming?.amount, DEPOSIT);
  say("done: both balances are exactly as promised");
}

const where = await place();
let code = 0;
try {
  await demo(where);
} catch (error) {
  code = 1;
  say(`FAILED: ${error instanceof Error ? error.message : String(error)}`);
  if (!(error instanceof Broken)) say(error instanceof Error ? error.stack ?? "" : "");
} finally {
  await where.stop();
}
Deno.exit(code);
