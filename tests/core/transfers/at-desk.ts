/**
 * Transfers that open at a desk of real customers: the light tier goes up to 100, the heavy one has no end.
 * @module
 */
import { instruct } from "../../../core/bank/instructions.ts";
import { buildPacks } from "../../../core/config/build.ts";
import type { CountryPack } from "../../../core/config/anchor.ts";
import { createOutbox } from "../../../core/records/outbox.ts";
import { createTransferCustomers } from "../../../core/transfers/customer-desk.ts";
import type { OpenRequest } from "../../../core/transfers/open-request.ts";
import type { Transfer } from "../../../core/transfers/transfer.ts";
import type { AtWork } from "../customers/at-work.ts";
import { holder } from "../customers/people.ts";
import { type AtWorkOptions, type MoneyAtWork, moneyAtWork, ONE } from "./money-at-work.ts";

/** How the desk differs. */
export interface DeskChanges extends Pick<AtWorkOptions, "service" | "judge" | "bank"> {
  readonly pack?: Pick<CountryPack, "period" | "limits">;
  /** Packs of countries beside the one for all others. */
  readonly countries?: Readonly<Record<string, CountryPack>>;
}

/** A desk over real customers, and transfers that open at it. */
export async function atDesk(
  at: AtWork,
  { pack = {}, countries = {}, judge, service, bank }: DeskChanges = {},
) {
  const { db, vault, policy } = at;
  const tiers = [
    { name: "light", upTo: "100", fields: [], levels: { bureau: "basic" } },
    { name: "heavy", fields: [], levels: { bureau: "full" } },
  ];
  const built = buildPacks({ "*": { tiers, ...pack }, ...countries });
  const desk = createTransferCustomers({
    books: { db, outbox: createOutbox({ db, vault }) },
    vault,
    // What is asked in each tier is the customers' own matter; the desk counts.
    anchor: { rails: policy.rails, ...built },
    customers: () => at.customers,
  });
  const work: MoneyAtWork = await moneyAtWork({
    db,
    judge: judge ?? desk.judge,
    opening: { customers: desk },
    ...(service === undefined ? {} : { service }),
    ...(bank === undefined ? {} : { bank }),
  });
  const open = (request: Partial<OpenRequest> = {}) =>
    work.open({ amount: 50n * ONE, owner: { ...holder(), clientDomain: null }, ...request });
  /** Reviews the customer of whom all is known, as the gateway does. @returns ids of transfers that moved */
  const review = async (transfer: Transfer) => {
    await at.performNow(await desk.begin(transfer));
    return await desk.settle(transfer.customerId, transfer.protocol);
  };
  return {
    desk,
    packs: built.packs,
    work,
    open,
    review,
    /** A deposit that waits for money. */
    async waiting(request: Partial<OpenRequest> = {}) {
      const transfer = await open(request);
      await review(transfer);
      const { books } = work;
      const railOf = () => work.bank.instance;
      await instruct({ books, vault, railOf, payerOf: () => Promise.resolve({}) }, transfer.id);
      return await work.now(transfer);
    },
  };
}
