/**
 * An account as Horizon shows it.
 * @module
 */
import { formatAmount } from "../amount.ts";
import { assetFields } from "../asset.ts";
import { ACCOUNT_FLAGS, type AccountEntry, TRUSTLINE_FLAGS, type TrustlineEntry } from "../entries.ts";
import type { JsonRecord } from "../records.ts";
import type { State } from "../state.ts";
import { accountIn } from "../view.ts";
import { link, pagedLinks } from "./links.ts";

/** Horizon's names of the kinds of signers, by the first letter of their address. */
const SIGNER_TYPES: Readonly<Record<string, string>> = {
  G: "ed25519_public_key",
  T: "preauth_tx",
  X: "sha256_hash",
  P: "ed25519_signed_payload",
};

/** The account with this id, or undefined. `timeOf` says when a ledger closed. */
export async function accountResource(
  id: string,
  state: State,
  base: string,
  timeOf: (ledger: number) => Promise<string | null>,
): Promise<JsonRecord | undefined> {
  const account = accountIn(state, id);
  if (account === undefined) return undefined;
  const own = state.entriesOf(id);
  const lines = own.filter((entry) => entry.kind === "trustline");
  const data = own.filter((entry) => entry.kind === "data");
  const path = `/accounts/${id}`;
  const lists = ["transactions", "operations", "payments", "effects", "offers", "trades"];
  return {
    _links: {
      self: link(base, path),
      ...pagedLinks(base, path, lists),
      data: link(base, `${path}/data/{key}`),
    },
    id,
    account_id: id,
    sequence: account.sequence.toString(),
    ...(account.sequenceLedger === 0 ? {} : {
      sequence_ledger: account.sequenceLedger,
      sequence_time: String(account.sequenceTime),
    }),
    subentry_count: account.subentries,
    ...(account.inflationDestination === null ? {} : { inflation_destination: account.inflationDestination }),
    ...(account.homeDomain === "" ? {} : { home_domain: account.homeDomain }),
    last_modified_ledger: account.lastModified,
    last_modified_time: await timeOf(account.lastModified),
    thresholds: {
      low_threshold: account.thresholds.low,
      med_threshold: account.thresholds.medium,
      high_threshold: account.thresholds.high,
    },
    flags: {
      auth_required: has(account.flags, ACCOUNT_FLAGS.required),
      auth_revocable: has(account.flags, ACCOUNT_FLAGS.revocable),
      auth_immutable: has(account.flags, ACCOUNT_FLAGS.immutable),
      auth_clawback_enabled: has(account.flags, ACCOUNT_FLAGS.clawback),
    },
    balances: [...lines.map(lineBalance), nativeBalance(account)],
    signers: signersOf(account),
    data: Object.fromEntries(data.map(({ name, value }) => [name, value])),
    num_sponsoring: account.sponsoring,
    num_sponsored: 0,
    paging_token: id,
  };
}

function lineBalance(line: TrustlineEntry): JsonRecord {
  const authorized = has(line.flags, TRUSTLINE_FLAGS.authorized);
  return {
    balance: formatAmount(line.balance),
    limit: formatAmount(line.limit),
    ...NO_LIABILITIES,
    last_modified_ledger: line.lastModified,
    is_authorized: authorized,
    is_authorized_to_maintain_liabilities: authorized || has(line.flags, TRUSTLINE_FLAGS.maintain),
    is_clawback_enabled: has(line.flags, TRUSTLINE_FLAGS.clawback),
    ...assetFields(line.asset),
  };
}

function nativeBalance(account: AccountEntry): JsonRecord {
  return { balance: formatAmount(account.balance), ...NO_LIABILITIES, asset_type: "native" };
}

const NO_LIABILITIES = { buying_liabilities: "0.0000000", selling_liabilities: "0.0000000" };

/** Signers by their addresses, the master key at the end even if it weighs nothing. */
function signersOf(account: AccountEntry): JsonRecord[] {
  const master = { key: account.id, weight: account.thresholds.master };
  return [...account.signers, master].map(({ key, weight }) => ({
    weight,
    key,
    type: SIGNER_TYPES[key[0] ?? ""] ?? "unknown",
  }));
}

function has(flags: number, flag: number): boolean {
  return (flags & flag) !== 0;
}
