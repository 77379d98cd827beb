/**
 * Claimable balances as Horizon shows them.
 * @module
 */
import { StrKey, xdr } from "@stellar/stellar-sdk";
import { formatAmount } from "../amount.ts";
import type { ClaimableBalanceEntry } from "../entries.ts";
import { predicateJson } from "../predicates.ts";
import type { JsonRecord } from "../records.ts";
import type { State } from "../state.ts";
import { balanceIn } from "../view.ts";
import type { HorizonContext } from "./env.ts";
import { link, pagedLinks } from "./links.ts";
import { limitOf, orderOf, pageBody, sendResource } from "./page.ts";
import { badRequest, NOT_FOUND, ProblemError } from "./problem.ts";

/** When a ledger closed, in Horizon's form; null when it is not known. */
export type TimeOf = (ledger: number) => Promise<string | null>;

/** The 72 digits of a balance out of the path, where it may also be a `B…` address. */
export function balanceIdOf(text: string): string {
  if (/^0{8}[0-9a-f]{64}$/.test(text)) return text;
  if (StrKey.isValidClaimableBalance(text)) {
    // The address carries the type in one byte, the id in four.
    return `000000${xdr.encodeBytes(StrKey.decodeClaimableBalance(text), "hex")}`;
  }
  throw new ProblemError(badRequest("id", "Invalid claimable balance ID"));
}

/** `GET /claimable_balances/{id}`. */
export async function sendBalance(c: HorizonContext, id: string, timeOf: TimeOf): Promise<Response> {
  const balance = balanceIn(c.var.snapshot.state, balanceIdOf(id));
  if (balance === undefined) throw new ProblemError(NOT_FOUND);
  return sendResource(c, await balanceResource(balance, c.var.base, timeOf));
}

/** `GET /claimable_balances`, by sponsor, asset and claimant. */
export async function sendBalances(c: HorizonContext, timeOf: TimeOf): Promise<Response> {
  const { sponsor, asset, claimant } = c.req.query();
  const order = orderOf(c);
  const cursor = c.req.query("cursor") ?? "";
  if (cursor !== "" && !/^\d+-0{8}[0-9a-f]{64}$/.test(cursor)) {
    throw new ProblemError(badRequest("cursor", "the cursor is not of the form ledger-balance"));
  }
  const found = candidates(c.var.snapshot.state, claimant, sponsor).filter((balance) =>
    (sponsor === undefined || balance.sponsor === sponsor) &&
    (asset === undefined || balance.asset === asset) &&
    (claimant === undefined || balance.claimants.some(({ destination }) => destination === claimant))
  ).sort((one, other) => place(one) < place(other) ? -1 : 1);
  const ordered = order === "asc" ? found : found.reverse();
  const after = cursor === "" ? undefined : sortable(cursor);
  const rest = after === undefined
    ? ordered
    : ordered.filter((balance) => order === "asc" ? place(balance) > after : place(balance) < after);
  const records = await Promise.all(
    rest.slice(0, limitOf(c)).map((balance) => balanceResource(balance, c.var.base, timeOf)),
  );
  return sendResource(c, pageBody(c, records));
}

function candidates(state: State, claimant?: string, sponsor?: string): ClaimableBalanceEntry[] {
  const owner = claimant ?? sponsor;
  const entries = owner === undefined ? state.balances() : state.entriesOf(owner);
  return entries.filter((entry) => entry.kind === "balance");
}

/** Where a balance stands in the list, as text that sorts. */
function place({ lastModified, id }: ClaimableBalanceEntry): string {
  return sortable(`${lastModified}-${id}`);
}

function sortable(token: string): string {
  const [ledger = "", id = ""] = token.split("-");
  return `${ledger.padStart(12, "0")}-${id}`;
}

async function balanceResource(
  balance: ClaimableBalanceEntry,
  base: string,
  timeOf: TimeOf,
): Promise<JsonRecord> {
  const path = `/claimable_balances/${balance.id}`;
  return {
    _links: { self: link(base, path), ...pagedLinks(base, path, ["operations", "transactions"]) },
    id: balance.id,
    asset: balance.asset,
    amount: formatAmount(balance.amount),
    sponsor: balance.sponsor,
    last_modified_ledger: balance.lastModified,
    last_modified_time: await timeOf(balance.lastModified),
    claimants: balance.claimants.map(({ destination, predicate }) => ({
      destination,
      predicate: predicateJson(predicate),
    })),
    flags: { clawback_enabled: balance.clawback },
    paging_token: `${balance.lastModified}-${balance.id}`,
  };
}
