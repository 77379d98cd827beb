/**
 * What there is of issued assets, over all accounts and claimable balances.
 * @module
 */
import { formatAmount } from "../amount.ts";
import { assetFields, splitAsset } from "../asset.ts";
import { ACCOUNT_FLAGS, TRUSTLINE_FLAGS, type TrustlineEntry } from "../entries.ts";
import type { JsonRecord } from "../records.ts";
import type { State } from "../state.ts";
import { accountIn } from "../view.ts";
import type { HorizonContext } from "./env.ts";
import { limitOf, orderOf, pageBody, sendResource } from "./page.ts";

/** `GET /assets`, by code and issuer. */
export function sendAssets(c: HorizonContext): Response {
  const { asset_code: code, asset_issuer: issuer, cursor = "" } = c.req.query();
  const order = orderOf(c);
  const { state } = c.var.snapshot;
  const names = new Set([...state.trustlines(), ...state.balances()].map(({ asset }) => asset));
  const records = [...names].flatMap((name) => {
    const parts = splitAsset(name);
    const wanted = parts !== undefined && (code === undefined || parts.code === code) &&
      (issuer === undefined || parts.issuer === issuer);
    return wanted ? [{ token: tokenOf(name), name, ...parts }] : [];
  }).filter(({ token }) => cursor === "" || (order === "asc" ? token > cursor : token < cursor))
    .sort((one, other) => (one.token < other.token ? -1 : 1) * (order === "asc" ? 1 : -1))
    .slice(0, limitOf(c));
  return sendResource(c, pageBody(c, records.map(({ name, issuer }) => assetResource(name, issuer, state))));
}

function tokenOf(name: string): string {
  const { asset_code, asset_issuer, asset_type } = assetFields(name);
  return `${asset_code}_${asset_issuer}_${asset_type}`;
}

function assetResource(name: string, issuer: string, state: State): JsonRecord {
  const lines = state.trustlines().filter(({ asset }) => asset === name);
  const waiting = state.balances().filter(({ asset }) => asset === name);
  const { authorized, maintain } = TRUSTLINE_FLAGS;
  const groups = {
    authorized: lines.filter(({ flags }) => (flags & authorized) !== 0),
    authorized_to_maintain_liabilities: lines.filter(({ flags }) =>
      (flags & (authorized | maintain)) === maintain
    ),
    unauthorized: lines.filter(({ flags }) => (flags & (authorized | maintain)) === 0),
  };
  const account = accountIn(state, issuer);
  const domain = account?.homeDomain ?? "";
  const has = (flag: number): boolean => ((account?.flags ?? 0) & flag) !== 0;
  const of = <T>(tell: (group: TrustlineEntry[]) => T): Record<string, T> =>
    Object.fromEntries(Object.entries(groups).map(([group, members]) => [group, tell(members)]));
  return {
    _links: { toml: { href: domain === "" ? "" : `https://${domain}/.well-known/stellar.toml` } },
    ...assetFields(name),
    paging_token: tokenOf(name),
    num_claimable_balances: waiting.length,
    num_liquidity_pools: 0,
    num_contracts: 0,
    accounts: of((group) => group.length),
    claimable_balances_amount: formatAmount(waiting.reduce((sum, { amount }) => sum + amount, 0n)),
    liquidity_pools_amount: formatAmount(0n),
    contracts_amount: formatAmount(0n),
    balances: of((group) => formatAmount(group.reduce((sum, { balance }) => sum + balance, 0n))),
    flags: {
      auth_required: has(ACCOUNT_FLAGS.required),
      auth_revocable: has(ACCOUNT_FLAGS.revocable),
      auth_immutable: has(ACCOUNT_FLAGS.immutable),
      auth_clawback_enabled: has(ACCOUNT_FLAGS.clawback),
    },
  };
}
