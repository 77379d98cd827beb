/**
 * What the person of a draft has chosen: from here on the transfer goes the way of one that has just opened, by the same
 * checks, tiers and limits.
 * @module
 */
import type { Database } from "../records/database.ts";
import { type Admission, admit, type Wanted } from "./admit.ts";
import type { EventOf } from "./outcome.ts";
import { findTransfer } from "./find.ts";
import { refuseSecond } from "./open-deposit.ts";
import type { Opening } from "./opening.ts";
import { apply } from "./record.ts";
import type { Transfer } from "./transfer.ts";
import { untilWritten } from "./until-written.ts";

/**
 * What a person chooses. What the wallet had asked for is what a page proposes; this is what counts. `method` may be left
 * out where there is one, `country` where the wallet named it.
 */
export interface Choice {
  /** Units of 10⁻⁷; `null`: open. */
  readonly amount: bigint | null;
  readonly method?: string;
  readonly country?: string;
}

/** What became of it. `stale`: it is over, or something else was chosen before; nothing was changed. */
export type Chosen = { readonly kind: "chosen"; readonly transfer: Transfer } | { readonly kind: "stale" };

/**
 * Records what was chosen. The same choice once more, by a form that was sent twice, answers the transfer as it stands by
 * then (R-24-86).
 * @throws Refusal with the SEP's 400 for what cannot be served; the draft stays as it is, and another choice may be made
 */
export async function choose(on: Opening, { id }: Pick<Transfer, "id">, choice: Choice): Promise<Chosen> {
  return await untilWritten(() => chooseOnce(on, id, choice));
}

async function chooseOnce(on: Opening, id: string, choice: Choice): Promise<Chosen | null> {
  const draft = await findTransfer(on.db, id);
  if (!draft) throw new Error(`Cannot choose for transfer ${id}: it is not there`);
  if (draft.state !== "draft") return await asItStands(on.db, draft, choice);
  const wanted = wantedOf(on, draft, choice);
  const { customerId, customerOwner, kind } = draft;
  const admission = await admit(
    on,
    id,
    wanted,
    () => Promise.resolve({ id: customerId, owner: customerOwner }),
  );
  const applied = await apply(on, id, chosenEvent(wanted, admission), () => admission.besides);
  if (applied.kind === "recorded") return { kind: "chosen", transfer: applied.transfer };
  if (applied.kind === "ignored") return await asItStands(on.db, applied.transfer, choice);
  await refuseSecond(on, { id, kind, customerId, rail: admission.service.rail });
  // Its transfers are being ended; nothing goes on for a customer who is no more.
  return await isErased(on.db, customerId) ? { kind: "stale" } : null;
}

/** What a choice asks for, with what the draft holds already. */
export function wantedOf(
  { services }: Pick<Opening, "services">,
  draft: Transfer,
  { amount, method, country }: Choice,
): Wanted {
  const { kind, protocol, destination, memo, claimable, payingAccount } = draft;
  const place = country ?? draft.country;
  return {
    kind,
    protocol,
    // The config may have lost the asset since; then its services are gone too, and it is refused as unknown.
    assetCode: services.find(({ asset }) => asset.id === draft.asset)?.asset.code ?? draft.asset,
    amount,
    claimable,
    ...(method === undefined ? {} : { method }),
    ...(place === null ? {} : { country: place }),
    ...(destination === null ? {} : { destination }),
    ...(memo === null ? {} : { memo }),
    ...(payingAccount === null ? {} : { source: payingAccount }),
  };
}

function chosenEvent({ amount, country }: Wanted, admission: Admission): EventOf<"chosen"> {
  const { service, terms, tier, isReady, reference, receiveMemo, beneficiary } = admission;
  return {
    type: "chosen",
    isReady,
    amount,
    currency: service.asset.currency,
    method: service.method,
    country: country ?? null,
    rail: service.rail,
    kyc: service.kyc,
    tier,
    terms,
    endsWithinMs: service.payWithin * 1000,
    ...(reference === null ? {} : { reference }),
    ...(receiveMemo === null ? {} : { receiveMemo }),
    ...(beneficiary === null ? {} : { beneficiary }),
  };
}

/** It is no draft any more: because of this choice, or of something else? */
async function asItStands(db: Database, transfer: Transfer, choice: Choice): Promise<Chosen> {
  const { amount, method = transfer.method, country = transfer.country } = choice;
  const isSame = transfer.amountRequested === amount && transfer.method === method &&
    transfer.country === country;
  // One that ended as a draft keeps what the wallet asked, which may be the same.
  return isSame && await wasChosen(db, transfer.id) ? { kind: "chosen", transfer } : { kind: "stale" };
}

async function wasChosen(db: Database, id: string): Promise<boolean> {
  const rows = await db.query({
    sql: "select 1 from transfer_history where transfer_id = ? and event = 'chosen' limit 1",
    args: [id],
  });
  return rows.length > 0;
}

async function isErased(db: Database, customerId: string): Promise<boolean> {
  const rows = await db.query({
    sql: "select 1 from customers where id = ? and erased_ms is not null",
    args: [customerId],
  });
  return rows.length > 0;
}
