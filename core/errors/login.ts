/**
 * Errors of SEP-10.
 * @module
 */
import type { ErrorTable } from "./table.ts";

/** See the module's text. */
export const loginErrors = {
  "sep10.account_missing": { status: 400, meaning: "`account` is missing." },
  "sep10.account_invalid": { status: 400, meaning: "`account` is no `G…` or `M…` address." },
  "sep10.memo_with_muxed": {
    status: 400,
    meaning: "`memo` beside an `M…` address, which names a user by itself.",
  },
  "sep10.memo_invalid": { status: 400, meaning: "`memo` is no unsigned 64-bit number." },
  "sep10.home_domain_unknown": { status: 400, meaning: "`home_domain` is none that this server serves." },
  "sep10.client_domain_required": {
    status: 400,
    meaning: "The anchor admits known wallets only and `client_domain` is missing.",
  },
  "sep10.client_domain_invalid": { status: 400, meaning: "`client_domain` is no domain name." },
  "sep10.client_domain_refused": {
    status: 403,
    meaning: "The anchor's config does not admit this client domain.",
  },
  "sep10.client_domain_unsupported": {
    status: 400,
    meaning: "`client_domain` does not go with the signed header that was sent.",
  },
  "sep10.client_domain_key": {
    status: 400,
    meaning: "The client domain's stellar.toml or its SIGNING_KEY cannot be read.",
  },
  "sep10.client_domain_signature": {
    status: 400,
    meaning: "The challenge lacks the client domain's signature.",
  },
  "sep10.transaction_missing": { status: 400, meaning: "`transaction` is missing." },
  "sep10.transaction_unreadable": {
    status: 400,
    meaning: "`transaction` is no envelope in base64, or too large.",
  },
  "sep10.transaction_fee_bump": { status: 400, meaning: "`transaction` is a fee bump." },
  "sep10.challenge_foreign": {
    status: 400,
    meaning: "The transaction is no challenge of this server, or was changed.",
  },
  "sep10.challenge_not_yet_valid": {
    status: 400,
    meaning: "The challenge's lower time bound has not been reached.",
  },
  "sep10.challenge_expired": { status: 400, meaning: "The challenge's upper time bound has passed." },
  "sep10.challenge_used": { status: 400, meaning: "The challenge was redeemed before; each is good once." },
  "sep10.signature_missing": { status: 400, meaning: "No signature of the account is there." },
  "sep10.signature_unknown": {
    status: 400,
    meaning: "A signature belongs to none of the account's signers.",
  },
  "sep10.signature_weight": {
    status: 400,
    meaning: "The signers' weight does not reach the account's threshold.",
  },
  "sep10.ledger_unavailable": {
    status: 503,
    meaning: "The account's signers cannot be read; nobody is let in on a guess.",
  },
  "sep10.header_missing": {
    status: 401,
    meaning: "The anchor asks for the client-signed Authorization header.",
  },
  "sep10.header_malformed": { status: 400, meaning: "The header's JWT cannot be read or is not EdDSA." },
  "sep10.header_signature": { status: 400, meaning: "The header's JWT is signed by another key." },
  "sep10.header_expired": { status: 400, meaning: "The header's JWT has expired or lives too long." },
  "sep10.header_endpoint": { status: 400, meaning: "The JWT's `web_auth_endpoint` is another server's." },
  "sep10.header_claims": { status: 400, meaning: "The JWT's claims differ from the request's parameters." },
  "sep10.not_admitted": {
    status: 403,
    meaning: "The anchor's config does not admit this account or wallet.",
  },
} as const satisfies ErrorTable;
