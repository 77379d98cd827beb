/**
 * The root of the ledger's HTTP: which network this is, and how far it has come.
 * @module
 */
import { PROTOCOL } from "../header.ts";
import { isoTime, type JsonRecord } from "../records.ts";
import type { HorizonContext } from "./env.ts";
import { link, pagedLink } from "./links.ts";

/** Where friendbot answers: beside the ledger's routes, unless these are at the root of their host. */
export function friendbotAt(base: string): string | undefined {
  return new URL(base).pathname === "/" ? undefined : new URL("friendbot", base).href;
}

/** `GET /`. */
export function rootResource({ var: { base, ledger, snapshot: { header } } }: HorizonContext): JsonRecord {
  const friendbot = friendbotAt(base);
  const list = "{?cursor,limit,order,include_failed}";
  return {
    _links: {
      account: link(base, "/accounts/{account_id}"),
      account_transactions: pagedLink(base, "/accounts/{account_id}/transactions"),
      claimable_balances: link(base, "/claimable_balances{?asset,sponsor,claimant,cursor,limit,order}"),
      assets: link(base, "/assets{?asset_code,asset_issuer,cursor,limit,order}"),
      fee_stats: link(base, "/fee_stats"),
      ...(friendbot === undefined ? {} : { friendbot: link(friendbot, "{?addr}") }),
      ledger: link(base, "/ledgers/{sequence}"),
      ledgers: pagedLink(base, "/ledgers"),
      operation: link(base, "/operations/{id}"),
      operations: link(base, `/operations${list}`),
      payments: link(base, `/payments${list}`),
      self: link(base, "/"),
      transaction: link(base, "/transactions/{hash}"),
      transactions: pagedLink(base, "/transactions"),
    },
    horizon_version: "sandbox",
    core_version: "sandbox",
    ingest_latest_ledger: header.sequence,
    history_latest_ledger: header.sequence,
    history_latest_ledger_closed_at: isoTime(header.closeTime),
    history_elder_ledger: ledger.elder(),
    core_latest_ledger: ledger.snapshot().header.sequence,
    network_passphrase: ledger.passphrase,
    current_protocol_version: PROTOCOL,
    supported_protocol_version: PROTOCOL,
    core_supported_protocol_version: PROTOCOL,
  };
}
