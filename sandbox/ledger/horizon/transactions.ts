/**
 * Submitting a transaction over HTTP.
 * @module
 */
import { xdr } from "@stellar/stellar-sdk";
import { resultCodes } from "../results.ts";
import type { HorizonContext } from "./env.ts";
import { transactionResource } from "./history-resources.ts";
import { sendResource } from "./page.ts";
import { type Problem, ProblemError } from "./problem.ts";

const UNSUPPORTED: Problem = {
  type: "unsupported_media_type",
  title: "Unsupported Media Type",
  status: 415,
  detail: "The request has an unsupported content type. Presently, the only supported content type is " +
    "application/x-www-form-urlencoded.",
};

/** `POST /transactions`. */
export async function postTransaction(c: HorizonContext): Promise<Response> {
  const text = await envelopeIn(c);
  const submission = await c.var.ledger.submit(text);
  switch (submission.kind) {
    case "included":
      return sendResource(c, transactionResource(submission.record, c.var.base, submission.id));
    case "malformed":
      throw new ProblemError(malformed(text));
    case "timeout":
      throw new ProblemError(timeout(submission.id, text));
    case "failed":
      throw new ProblemError(failed(submission.id, submission.result, text));
  }
}

async function envelopeIn(c: HorizonContext): Promise<string> {
  const type = (c.req.header("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
  if (type === "") return "";
  if (type !== "application/x-www-form-urlencoded" && type !== "multipart/form-data") {
    throw new ProblemError(UNSUPPORTED);
  }
  // A form that cannot be read holds no envelope.
  const { tx } = await c.req.parseBody().catch((): Record<string, undefined> => ({}));
  return typeof tx === "string" ? tx : "";
}

function malformed(text: string): Problem {
  return {
    type: "transaction_malformed",
    title: "Transaction Malformed",
    status: 400,
    detail:
      "Horizon could not decode the transaction envelope in this request. A transaction should be an XDR " +
      "TransactionEnvelope struct encoded using base64.  The envelope read from this request is echoed in the " +
      "`extras.envelope_xdr` field of this response for your convenience.",
    extras: { envelope_xdr: text },
  };
}

function timeout(hash: string, text: string): Problem {
  return {
    type: "timeout",
    title: "Timeout",
    status: 504,
    detail:
      "Your request timed out before completing.  Please try your request again. If you are submitting a " +
      "transaction make sure you are sending exactly the same transaction (with the same sequence number).",
    extras: { hash, envelope_xdr: text },
  };
}

function failed(hash: string, result: string, text: string): Problem {
  return {
    type: "transaction_failed",
    title: "Transaction Failed",
    status: 400,
    detail:
      "The transaction failed when submitted to the stellar network. The `extras.result_codes` field on this " +
      "response contains further details.  Descriptions of each code can be found at: " +
      "https://developers.stellar.org/api/errors/http-status-codes/horizon-specific/transaction-failed/",
    extras: {
      envelope_xdr: text,
      result_xdr: result,
      result_codes: resultCodes(xdr.TransactionResult.fromXdr(result, "base64").toXdrObject(), hash),
    },
  };
}
