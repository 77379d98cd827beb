/**
 * What became of a campaign: every customer's money on the ledger and at the bank, as Horizon and the bank themselves say,
 * beside what the stories say it must be; each payment beside the record of it; the books beside all; and nothing left that
 * is under way.
 * @module
 */
import type { Database } from "../../core/records/database.ts";
import { formatUnits } from "../../plugins/money.ts";
import { type BookedAsset, disagreements, type Witnesses } from "../load/agreement.ts";
import { costFaults } from "./costs.ts";
import { heldNative, nativeFaults } from "./native.ts";
import {
  approvalFaults,
  auditFaults,
  BOOKED,
  booked,
  bumpFaults,
  historyFaults,
  leftovers,
  readPositions,
  webhooksKept,
} from "./records.ts";
import { APART, type Ending } from "./stories/mod.ts";
import {
  type BankPayment,
  bankPayments,
  type Clawback,
  clawbacksBy,
  lastPosition,
  type LedgerPayment,
  ledgerPayments,
} from "./witnesses.ts";
import type { Played } from "./workload.ts";

/** What is judged. */
export interface Case {
  readonly witnesses: Witnesses;
  readonly db: Database;
  readonly distribution: string;
  readonly asset: BookedAsset;
  readonly played: readonly Played[];
  /** All stories together. */
  readonly ending: Ending;
  /** What others held before, units of 10⁻⁷. */
  readonly before: bigint;
  /** Accounts of ours that hold XLM, and how much of it all of them held before, units of 10⁻⁷. */
  readonly native: { readonly accounts: readonly string[]; readonly before: bigint };
  /** How many webhooks gateways have answered with 2xx. */
  readonly webhooks: number;
}

/** What is not at its end yet, a line each: gateways may come to it. */
export async function underWay(judged: Pick<Case, "db" | "ending">): Promise<string[]> {
  return [...await leftovers(judged.db), ...await keptApart(judged)];
}

/** Accounts of ours whose operations have not been read to the last one, a line each: what is read may begin something. */
export async function unread({ db, witnesses }: Pick<Case, "db" | "witnesses">): Promise<string[]> {
  const read = [...await readPositions(db)];
  const last = await Promise.all(read.map(([account]) => lastPosition(witnesses, account)));
  return read.filter(([, position], nth) => position < (last[nth] ?? 0n))
    .map(([account]) => `operations of ${account} that nobody has seen`);
}

/** Everything that is wrong, a line each; empty when every unit is in exactly one place. */
export async function judgeCase(judged: Case): Promise<string[]> {
  const { witnesses, db, distribution, asset, played, before, native, webhooks } = judged;
  const failures = played.flatMap(({ number, failure }) =>
    failure === null ? [] : [`customer ${number}: ${failure}`]
  );
  const kept = await webhooksKept(db);
  const [bank, ledger, clawedBack] = await Promise.all([
    bankPayments(witnesses),
    ledgerPayments(witnesses, distribution, asset.issuer),
    clawbacksBy(witnesses, asset.issuer),
  ]);
  const sent = [...ledger.filter(({ direction }) => direction === "out"), ...clawedBack];
  const bumps = sent.flatMap(({ bump }) => bump ?? []);
  return [
    ...failures,
    ...await underWay(judged),
    ...await unread(judged),
    ...await historyFaults(db),
    ...await auditFaults(db),
    ...await approvalFaults(db),
    ...await bumpFaults(db, bumps),
    ...await nativeFaults(db, native.before, await heldNative(witnesses.horizonUrl, native.accounts)),
    ...(kept < webhooks ? [`${webhooks} webhooks were answered as taken, and ${kept} were kept`] : []),
    ...customerFaults(played, bank, ledger),
    ...await paymentFaults(db, bank, ledger, clawedBack),
    ...await costFaults(db, asset.id, judged.ending),
    ...await disagreements(witnesses, {
      db,
      distribution,
      assets: [asset],
      before: new Map([[asset.id, before]]),
    }),
  ];
}

/** Where other money is kept apart than the stories left there. */
async function keptApart({ db, ending }: Pick<Case, "db" | "ending">): Promise<string[]> {
  const faults: string[] = [];
  for (const place of APART) {
    const side = place === "bank" ? "bank" : "ledger";
    const found = await booked(
      db,
      `select '' || gross as what from receipts where state = 'unmatched' and side = '${side}'
        and asset ${place === "native" ? "=" : "<>"} 'native'`,
    );
    const wanted = ending.apart[place].map((amount) => `${amount}`);
    faults.push(...differences(`kept apart (${place})`, found, wanted));
  }
  return faults;
}

/** What customers were paid by the bank and on the ledger, and sent, beside their stories. */
function customerFaults(
  played: readonly Played[],
  bank: readonly BankPayment[],
  ledger: readonly LedgerPayment[],
): string[] {
  const paid = Map.groupBy(bank.filter(isPaid), ({ to }) => to);
  const got = Map.groupBy(ledger.filter(({ direction }) => direction === "out"), ({ other }) => other);
  const sent = Map.groupBy(
    ledger.filter(({ direction, isNative }) => direction === "in" && !isNative),
    ({ other }) => other,
  );
  return played.filter(({ failure }) => failure === null).flatMap(
    ({ number, account, bankAccount, ending }) => {
      const accounts = [...new Set([account, ...ending.got.map((one) => one.account)])];
      const wantedOn = (on: string) =>
        ending.got.filter((one) => one.account === on).map(({ amount }) => amount);
      const sum = (sent.get(account) ?? []).reduce((total, { amount }) => total + amount, 0n);
      return [
        ...amountFaults(`customer ${number} was paid by the bank`, paid.get(bankAccount) ?? [], ending.paid),
        ...accounts.flatMap((on) =>
          amountFaults(`customer ${number} was paid on the ledger`, got.get(on) ?? [], wantedOn(on))
        ),
        ...(sum === ending.sent
          ? []
          : [`customer ${number} sent ${formatUnits(sum)}, not ${formatUnits(ending.sent)}`]),
      ];
    },
  );
}

/** Each payment is one that the records know, and each that they know was made: by what the other side calls it. */
async function paymentFaults(
  db: Database,
  bank: readonly BankPayment[],
  ledger: readonly LedgerPayment[],
  clawedBack: readonly Clawback[],
): Promise<string[]> {
  const found = {
    "came in at the bank": bank.filter(({ direction, state }) =>
      direction === "in" && (state === "booked" || state === "returned")
    ).map(({ account, id, amount }) => `${account} ${id} ${amount}`),
    "came in on the ledger": ledger.filter(({ direction }) => direction === "in")
      .map(({ id, amount }) => `${id} ${amount}`),
    "left the bank": bank.filter(({ direction }) => direction === "out")
      .map(({ account, key, amount, state }) => `${account} ${key} ${amount} ${state}`),
    "left on the ledger": ledger.filter(({ direction }) => direction === "out")
      .map(({ hash, amount }) => `${hash} ${amount}`),
    "was clawed back on the ledger": clawedBack.map(({ hash, amount }) => `${hash} ${amount}`),
  } as const satisfies Record<keyof typeof BOOKED, readonly string[]>;
  const faults: string[] = [];
  for (const [what, sql] of Object.entries(BOOKED)) {
    const known = await booked(db, sql);
    const made = Object.entries(found).find(([name]) => name === what)?.[1] ?? [];
    faults.push(...differences(what, made, known));
  }
  return faults;
}

function isPaid({ direction, state }: BankPayment): boolean {
  return direction === "out" && state !== "failed" && state !== "returned";
}

function amountFaults(
  what: string,
  found: readonly { readonly amount: bigint }[],
  wanted: readonly bigint[],
): string[] {
  const text = (amounts: readonly bigint[]) =>
    amounts.toSorted((a, b) => a < b ? -1 : 1).map(formatUnits).join(", ");
  const [is, must] = [text(found.map(({ amount }) => amount)), text(wanted)];
  return is === must ? [] : [`${what} [${is}], not [${must}]`];
}

/** What is in one list and not in the other, however often each is there. */
export function differences(what: string, found: readonly string[], known: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const one of found) left.set(one, (left.get(one) ?? 0) + 1);
  for (const one of known) left.set(one, (left.get(one) ?? 0) - 1);
  return [...left].flatMap(([one, count]) => {
    if (count === 0) return [];
    const times = Math.abs(count) === 1 ? "" : ` (${Math.abs(count)} times)`;
    return [`${what}${times}: ${one}, which ${count > 0 ? "no record tells" : "the records alone tell"}`];
  });
}
