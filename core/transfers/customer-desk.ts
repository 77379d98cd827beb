/**
 * Where transfers and customers meet: which tier a transfer needs, whether its customer is ready, and what moves when a
 * review has been decided.
 * @module
 */
import { type Anchor, serves, type Tier } from "../config/anchor-runtime.ts";
import type { Customers, Need, Standing } from "../customers/mod.ts";
import { accountNames } from "../customers/need.ts";
import type { Statement } from "../records/database.ts";
import { expect } from "../records/expect-changed.ts";
import { rowsOfTable } from "../records/rows.ts";
import type { Vault } from "../records/vault.ts";
import { Refusal } from "../refusal.ts";
import { accountAskedMs, type MayAsk } from "./account-asked.ts";
import type { Choosing } from "./choices.ts";
import type { CustomerDesk } from "./opening.ts";
import { apply, type Books } from "./record.ts";
import { ASKS } from "./states.ts";
import { createTierSteps } from "./tier-steps.ts";
import { createTiers, type TierAsked, type Tiers } from "./tiers.ts";
import type { Transfer } from "./transfer.ts";
import { sealedBeneficiary, transferFrom } from "./transfer.ts";

/** What a transfer's need follows from. */
type Needing =
  & MayAsk
  & Pick<Transfer, "customerId" | "protocol" | "kind" | "tier" | "kyc" | "rail" | "country">;

/** The desk, and what follows from decisions about customers. */
export interface TransferCustomers
  extends CustomerDesk, Pick<Choosing["customers"], "countryOf" | "stepsFor"> {
  /** How money that came stands to tiers and limits (M-18). */
  readonly judge: Tiers["judge"];
  /** Makes a batch stale unless the transfer's customer is accepted at this moment (M-22). */
  readonly accepted: (transfer: Needing) => Promise<Statement>;
  readonly isAccepted: (transfer: Needing) => Promise<boolean>;
  /** Begins the review that a transfer waits for, when all that it needs is known. @returns keys of effects */
  readonly begin: (transfer: Needing) => Promise<readonly string[]>;
  /** What a transfer asks of its customer. */
  readonly needOf: (transfer: Needing) => Promise<Need>;
  /** The account that a withdrawal pays, opened; never to be logged. */
  readonly beneficiaryOf: (transfer: Transfer) => Promise<Readonly<Record<string, string>>>;
  /**
   * Moves the customer's transfers of a type that wait for KYC; when the customer has been rejected, ends those that nobody
   * has paid, and holds those whose money waits for data (M-22). Idempotent. @returns ids of those that moved
   */
  readonly settle: (customerId: string, type: string) => Promise<string[]>;
}

/** What the desk needs. */
export interface DeskOptions {
  readonly books: Books;
  readonly vault: Vault;
  readonly anchor: Pick<Anchor, "rails" | "pack">;
  /** Called late: customers are built with the desk's own `settle`. */
  readonly customers: () => Customers;
}

const transfers = rowsOfTable("transfers");

/** Creates the desk. */
export function createTransferCustomers({ books, vault, anchor, customers }: DeskOptions): TransferCustomers {
  const needOf = (transfer: Needing): Promise<Need> => {
    const { customerId, protocol: type, kind, country, tier, rail, kyc } = transfer;
    const asked = { type, kind, country, tier, rail, kyc, accountAskedMs: accountAskedMs(transfer) };
    return customers().needOfTransfer(customerId, asked);
  };

  const readiness: TransferCustomers["readiness"] = async (transfer) => {
    const { status } = await customers().standingOf(transfer.customerId, await needOf(transfer));
    return status === "ACCEPTED" ? "ready" : status === "REJECTED" ? "rejected" : "needs_info";
  };

  async function payoutValues(transfer: MayAsk & Pick<Transfer, "customerId" | "kind" | "rail">) {
    const { customerId, kind, rail } = transfer;
    const payout = kind === "deposit" ? null : anchor.rails[rail]?.module.declares.payout ?? null;
    if (payout === null) return null;
    const values = await customers().valuesOf(customerId, [...payout.fields, ...payout.optionalFields]);
    const sinceMs = accountAskedMs(transfer);
    if (sinceMs === null) return values;
    // What an optional field says of the account that did not work is nothing of the new one.
    const account = accountNames(payout);
    return {
      ...Object.fromEntries(Object.entries(values).filter(([name]) => !account.includes(name))),
      ...await customers().valuesOf(customerId, account, sinceMs),
    };
  }

  const beneficiary: TransferCustomers["beneficiary"] = async (transfer) => {
    const values = await payoutValues(transfer);
    return values && vault.sealJson(sealedBeneficiary.place(transfer.id), values);
  };

  /** How well the customer is known; an account to pay that is missing makes nobody a stranger. */
  async function knownFor(
    { customer, protocol, service, country }: Omit<TierAsked, "amount">,
    { name }: Tier,
  ): Promise<Standing> {
    const { rail, kyc } = service;
    const { id: customerId } = customer;
    const need = await needOf({ customerId, protocol, kind: "deposit", country, tier: name, rail, kyc });
    return await customers().standingOf(customerId, need);
  }

  const tiers = createTiers({
    db: books.db,
    anchor,
    isKnown: async (asked, tier) => (await knownFor(asked, tier)).status === "ACCEPTED",
    isReady: async (transfer, tier) => await readiness({ ...transfer, tier }) === "ready",
  });

  const stepsFor = createTierSteps({
    db: books.db,
    anchor,
    owes: async (asked, tier) => (await knownFor(asked, tier)).missing,
  });

  return {
    stepsFor,
    countryOf: (customerId) => customers().countryOf(customerId),
    async customerOf(owner, customerId) {
      if (customerId === undefined) return { id: await customers().ensure(owner), owner: owner.sub };
      const named = await customers().reachable(owner, customerId);
      // One answer for unknown and foreign ids.
      if (named === null) throw new Refusal("transfer.customer_unknown");
      return named;
    },
    chosenLanguage: (customerId) => customers().chosenLanguage(customerId),
    tierFor: async (asked) => {
      const country = await customers().countryOf(asked.customer.id);
      if (country !== null && !serves(asked.service, country)) {
        throw new Refusal("transfer.country_not_served");
      }
      return await tiers.tierFor({ ...asked, country: country ?? asked.country });
    },
    judge: async (transfer, amount) => {
      const country = await customers().countryOf(transfer.customerId);
      return await tiers.judge({ ...transfer, country: country ?? transfer.country }, amount);
    },
    readiness,
    needOf,
    beneficiary,
    accepted: async (transfer) => customers().acceptedCondition(transfer.customerId, await needOf(transfer)),
    isAccepted: async (transfer) => await readiness(transfer) === "ready",
    begin: async (transfer) => await customers().beginIfComplete(transfer.customerId, await needOf(transfer)),
    async beneficiaryOf(transfer) {
      if (transfer.beneficiary === null) return await payoutValues(transfer) ?? {};
      return stringsOf(vault.openJson(sealedBeneficiary.place(transfer.id), transfer.beneficiary));
    },
    async settle(customerId, type) {
      const rows = await books.db.query({
        sql: `select * from transfers where customer_id = ? and protocol = ?
              and state in ('draft', 'kyc', 'instructing', 'waiting', 'asking')
              order by state = 'asking' desc, state = 'kyc' desc, started_ms desc limit 100`,
        args: [customerId, type],
      });
      const moved: string[] = [];
      for (const transfer of rows.map(transferFrom)) {
        const state = await readiness(transfer);
        // Acceptance begins what waits for it; a rejection ends everything that nobody has paid (M-22).
        if (state === "needs_info" || (state === "ready" && !ASKS.has(transfer.state))) continue;
        // The account to pay stays as it was when the money was asked for, unless another one is asked for.
        const asksAccount = accountAskedMs(transfer) !== null;
        const isNew = state === "ready" && (transfer.beneficiary === null || asksAccount);
        const sealed = isNew ? await beneficiary(transfer) : null;
        const applied = await apply(
          books,
          transfer.id,
          state === "ready"
            ? { type: "customer_accepted", ...(sealed ? { beneficiary: sealed } : {}) }
            : { type: "customer_rejected" },
          // Asked once more meanwhile, it is not answered by what was given before.
          ({ version }) => asksAccount ? [expect("? = ?", [version, transfer.version])] : [],
        );
        if (applied.kind === "recorded") moved.push(transfer.id);
      }
      return moved;
    },
  };
}

/** Ids of customers whose identity number this is, by its keyed hashes (P12). */
export async function customersByIndex(
  { db, vault }: { readonly db: Books["db"]; readonly vault: Vault },
  kind: string,
  normalised: string,
): Promise<string[]> {
  const hashes = vault.indexes(kind, normalised);
  const rows = await db.query({
    sql: `select distinct customer_id as id from customer_indexes
          where kind = ? and hash in (${hashes.map(() => "?").join(", ")}) limit 50`,
    args: [kind, ...hashes],
  });
  return rows.map((row) => transfers.text(row, "id"));
}

function stringsOf(value: unknown): Record<string, string> {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}
