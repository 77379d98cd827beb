/**
 * The kinds of operations that the sandbox's ledger knows, by the number that the network gives them.
 * @module
 */
import type { xdr } from "@stellar/stellar-sdk";
import type { Party } from "../address.ts";
import { accountMerge } from "./account-merge.ts";
import { changeTrust } from "./change-trust.ts";
import { claimClaimableBalance } from "./claim-claimable-balance.ts";
import { clawback } from "./clawback.ts";
import { createAccount } from "./create-account.ts";
import { createClaimableBalance } from "./create-claimable-balance.ts";
import type { Applying, OperationHandler, Threshold } from "./handler.ts";
import { manageData } from "./manage-data.ts";
import { pathPaymentStrictReceive, pathPaymentStrictSend } from "./path-payment.ts";
import { payment } from "./payment.ts";
import { setOptions } from "./set-options.ts";
import { setTrustLineFlags } from "./set-trust-line-flags.ts";

export type { Applying, Threshold } from "./handler.ts";

/** One operation of a transaction, joined with what the ledger knows of its kind. */
export interface Operation {
  /** Horizon's name of the kind. */
  name: string;
  /** Whether Horizon counts it as a payment. */
  payment: boolean;
  /** Signature weight that its source account needs. */
  threshold: Threshold;
  /** The refusal of an operation that is wrong in itself. */
  check(source: string): xdr.OperationResultWire | undefined;
  /** Applies it to a view and answers its result; after a refusal the view is to be thrown away. */
  apply(at: Applying): xdr.OperationResultWire;
  /** What Horizon shows of it. */
  fields(source: Party, successful: boolean): Record<string, unknown>;
  /** Accounts that take part, beside the source. */
  participants: string[];
  /** The result of the operation before anybody looked at it. */
  untouched: xdr.OperationResultWire;
  /** A refusal by Horizon's name of the code, or the usual one of the kind. */
  refusal(code?: string): xdr.OperationResultWire;
}

/** Horizon's names of the codes of each kind; what is not in here was never refused by the sandbox. */
const REFUSALS = new Map<number, Readonly<Record<string, { code: number }>>>([
  [0, createAccount.refusals],
  [1, payment.refusals],
  [2, pathPaymentStrictReceive.refusals],
  [5, setOptions.refusals],
  [6, changeTrust.refusals],
  [8, accountMerge.refusals],
  [10, manageData.refusals],
  [13, pathPaymentStrictSend.refusals],
  [14, createClaimableBalance.refusals],
  [15, claimClaimableBalance.refusals],
  [19, clawback.refusals],
  [21, setTrustLineFlags.refusals],
]);

/** Horizon's name of a code of a kind of operations, 0 being success. */
export function refusalName(type: number, code: number): string {
  if (code === 0) return "op_success";
  const found = Object.entries(REFUSALS.get(type) ?? {}).find(([, refusal]) => refusal.code === code);
  return found?.[0] ?? `op_unknown_code_${code}`;
}

/** The operation of a body, or undefined when the sandbox does not know its kind. */
export function operationOf(body: xdr.OperationBodyWire): Operation | undefined {
  switch (body.type) {
    case 0:
      return joined(createAccount, body.createAccountOp, (r) => ({ type: 0, createAccountResult: r }));
    case 1:
      return joined(payment, body.paymentOp, (r) => ({ type: 1, paymentResult: r }));
    case 2:
      return joined(
        pathPaymentStrictReceive,
        body.pathPaymentStrictReceiveOp,
        (r) => ({ type: 2, pathPaymentStrictReceiveResult: r }),
      );
    case 5:
      return joined(setOptions, body.setOptionsOp, (r) => ({ type: 5, setOptionsResult: r }));
    case 6:
      return joined(changeTrust, body.changeTrustOp, (r) => ({ type: 6, changeTrustResult: r }));
    case 8:
      return joined(accountMerge, body, (r) => ({ type: 8, accountMergeResult: r }));
    case 10:
      return joined(manageData, body.manageDataOp, (r) => ({ type: 10, manageDataResult: r }));
    case 13:
      return joined(
        pathPaymentStrictSend,
        body.pathPaymentStrictSendOp,
        (r) => ({ type: 13, pathPaymentStrictSendResult: r }),
      );
    case 14:
      return joined(
        createClaimableBalance,
        body.createClaimableBalanceOp,
        (r) => ({ type: 14, createClaimableBalanceResult: r }),
      );
    case 15:
      return joined(
        claimClaimableBalance,
        body.claimClaimableBalanceOp,
        (r) => ({ type: 15, claimClaimableBalanceResult: r }),
      );
    case 19:
      return joined(clawback, body.clawbackOp, (r) => ({ type: 19, clawbackResult: r }));
    case 21:
      return joined(
        setTrustLineFlags,
        body.setTrustLineFlagsOp,
        (r) => ({ type: 21, setTrustLineFlagsResult: r }),
      );
    default:
      return undefined;
  }
}

function joined<Op, Result extends { code: number }>(
  handler: OperationHandler<Op, Result>,
  op: Op,
  wrap: (result: Result) => xdr.OperationResultTrWire,
): Operation {
  const inner = (result: Result): xdr.OperationResultWire => ({ code: 0, tr: wrap(result) });
  return {
    name: handler.name,
    payment: handler.payment,
    threshold: handler.threshold(op),
    participants: handler.participants(op),
    untouched: inner(handler.untouched),
    check(source) {
      const refused = handler.check(op, source);
      return refused === undefined ? undefined : inner(refused);
    },
    apply(at) {
      const outcome = handler.apply(op, at);
      return outcome === "too_many_subentries" ? { code: -4 } : inner(outcome);
    },
    fields: (source, successful) => handler.fields(op, source, successful),
    refusal(code) {
      const refused = code === undefined ? Object.values(handler.refusals)[0] : handler.refusals[code];
      // A kind without that code still has to fail as told.
      return refused === undefined ? { code: -5 } : inner(refused);
    },
  };
}
