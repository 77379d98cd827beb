/**
 * How a person pays a transfer that waits for it, as far as a page shows it.
 * @module
 */
import { openInstructions } from "../bank/stored-instructions.ts";
import type { InstructionLine } from "../../plugins/bank-rail.ts";
import type { Vault } from "../records/vault.ts";
import { payoutAccountOf } from "../seps/payout-account.ts";
import { payUri } from "../seps/sep7.ts";
import type { Transfer } from "../transfers/transfer.ts";

/** Money that is to be paid at a bank. */
export interface BankPayment {
  readonly kind: "deposit";
  /** Without that of the reference. */
  readonly lines: readonly InstructionLine[];
  /** What the payer must give, where there is such a thing. */
  readonly reference: string | null;
  /** A text for a QR code, which a banking app also takes as it is. */
  readonly qr: string | null;
}

/** Tokens that are to be paid on the ledger. */
export interface LedgerPayment {
  readonly kind: "withdrawal";
  /** `G…` */
  readonly destination: string;
  /** Digits; of the type `id`. */
  readonly memo: string;
  /** SEP-7, for a link and a QR code. */
  readonly uri: string;
  /** Where the money goes then, masked. */
  readonly payoutAccount: string | null;
}

/** One of the two. */
export type HowToPay = BankPayment | LedgerPayment;

/** What the facts are made of. */
export interface PaymentPlace {
  readonly vault: Vault;
  /** `G…` that withdrawals are paid to. */
  readonly receivingAccount: string;
  readonly passphrase: string;
  /** What people call the anchor. */
  readonly name: string;
}

/** How to pay; null where nothing is to be paid. */
export function howToPay(place: PaymentPlace, transfer: Transfer): HowToPay | null {
  if (transfer.state !== "waiting") return null;
  return transfer.kind === "deposit" ? atBank(place, transfer) : onLedger(place, transfer);
}

function atBank({ vault }: PaymentPlace, transfer: Transfer): BankPayment | null {
  const instructions = openInstructions(vault, transfer);
  if (instructions === null) return null;
  const { reference } = transfer;
  return {
    kind: "deposit",
    lines: instructions.lines.filter(({ value }) => value !== reference),
    reference,
    qr: instructions.qr,
  };
}

function onLedger(
  { vault, receivingAccount, passphrase, name }: PaymentPlace,
  transfer: Transfer,
): LedgerPayment | null {
  const { receiveMemo, amountIn } = transfer;
  const [code = "", issuer = ""] = transfer.asset.split(":");
  if (receiveMemo === null) return null;
  return {
    kind: "withdrawal",
    destination: receivingAccount,
    memo: receiveMemo.toString(),
    uri: payUri({
      destination: receivingAccount,
      amount: amountIn,
      asset: { code, issuer },
      memo: receiveMemo,
      passphrase,
      message: name,
    }),
    payoutAccount: payoutAccountOf(vault, transfer),
  };
}
