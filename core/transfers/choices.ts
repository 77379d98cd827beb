/**
 * What the person of a draft may choose, for the page that asks: countries where they differ, ways to pay with the bounds
 * that hold for this very customer, and what each sum will ask of them (P5). It only reads: what counts is decided when
 * they have chosen (`choose.ts`), by the same rules.
 * @module
 */
import { COUNTRIES } from "../../plugins/sep9/mod.ts";
import { type Pack, serves } from "../config/anchor-runtime.ts";
import type { Fee } from "../money/fees.ts";
import { Refusal } from "../refusal.ts";
import { standFor } from "./admit.ts";
import { needsAmount } from "./conditions.ts";
import type { CustomerDesk, Opening } from "./opening.ts";
import type { Service } from "./services.ts";
import type { LimitNear, StepsAsked, TierStep, TierSteps } from "./tier-steps.ts";
import type { Transfer } from "./transfer.ts";

/** What telling choices needs. */
export interface Choosing extends Opening {
  readonly packs: readonly Pack[];
  readonly customers: CustomerDesk & {
    /** The country that a customer gave, alpha-3: it goes before whatever else names one. */
    readonly countryOf: (customerId: string) => Promise<string | null>;
    readonly stepsFor: (asked: StepsAsked) => Promise<TierSteps>;
  };
}

/** One way to pay. Amounts in units of 10⁻⁷. */
export interface Way {
  readonly method: string;
  /** Name of the rail's instance, which may bring texts. */
  readonly rail: string;
  /** What one transfer may move by it, both ends included. */
  readonly min: bigint;
  readonly max: bigint;
  /** Deposits: every amount has to be a multiple of it. */
  readonly step: bigint;
  readonly needsAmount: boolean;
  readonly fee: Fee;
  /** Seconds until it is usually done; `null` when nothing is promised. */
  readonly eta: number | null;
  readonly steps: readonly TierStep[];
  readonly limit: LimitNear | null;
  /** Why this customer cannot take it now; `null` where they can. */
  readonly refusal: Refusal | null;
}

/** What a draft's page offers. */
export interface Choices {
  readonly assetCode: string;
  /** ISO 4217. */
  readonly currency: string;
  /** How many decimals people read. */
  readonly decimals: number;
  /** What the wallet asked for, in units of 10⁻⁷; `null`: open. */
  readonly proposed: bigint | null;
  /** Alpha-3; `null`: it is not known, or makes no difference. The ways are those of this country. */
  readonly country: string | null;
  /** Countries among which one has to be chosen; empty where none is asked. */
  readonly countries: readonly string[];
  /** None where nothing is served in the country. */
  readonly ways: readonly Way[];
}

/**
 * The choices of a draft.
 * @param named a country that was chosen on the page; one that cannot be chosen is as if none were
 */
export async function choices(on: Choosing, draft: Transfer, named: string | null = null): Promise<Choices> {
  const offered = on.services.filter(({ kind, asset }) => kind === draft.kind && asset.id === draft.asset);
  const [first] = offered;
  // The config has lost the asset since.
  if (first === undefined) throw new Refusal("transfer.unknown_asset", { asset: "?", assets: "" });
  const known = await on.customers.countryOf(draft.customerId);
  const places = placesOf(offered, on.packs);
  const countries = known === null ? places.toChoose : [];
  const chosen = [named, draft.country].find((code) => code !== null && countries.includes(code));
  const country = known ?? chosen ?? places.only ?? draft.country;
  const { code, currency, displayDecimals } = first.asset;
  return {
    assetCode: code,
    currency,
    decimals: displayDecimals,
    proposed: draft.amountRequested,
    country,
    countries,
    ways: await waysOf(on, draft, offered, country),
  };
}

/** Where a draft's asset is served: the countries to choose from where they differ, or the only one that there is. */
function placesOf(
  offered: readonly Service[],
  packs: readonly Pack[],
): { readonly toChoose: readonly string[]; readonly only: string | null } {
  const served = COUNTRIES.filter((country) => offered.some((service) => serves(service, country)));
  const [only, ...others] = served;
  if (only === undefined || others.length === 0) return { toChoose: [], only: only ?? null };
  const kindOf = (country: string) =>
    [
      ...offered.map((service) => serves(service, country)),
      packs.some((pack) => pack.country === country) ? country : "*",
    ].join(" ");
  return { toChoose: new Set(served.map(kindOf)).size > 1 ? served : [], only: null };
}

/** The first service of each method: the one that serves who chooses it. */
async function waysOf(
  on: Choosing,
  draft: Transfer,
  offered: readonly Service[],
  country: string | null,
): Promise<Way[]> {
  const byMethod = Map.groupBy(
    offered.filter((service) => serves(service, country ?? undefined)),
    ({ method }) => method,
  );
  const firsts = [...byMethod.values()].flatMap(([first]) => first === undefined ? [] : [first]);
  return await Promise.all(firsts.map((service) => wayOf(on, draft, service, country)));
}

async function wayOf(
  on: Choosing,
  draft: Transfer,
  service: Service,
  country: string | null,
): Promise<Way> {
  const { protocol, kind, customerId, customerOwner } = draft;
  const customer = { id: customerId, owner: customerOwner };
  const { method, rail, fee, eta, min, max } = service;
  const { steps, limit } = await on.customers.stepsFor({ customer, protocol, service, country });
  const most = steps.at(-1)?.upTo ?? max;
  return {
    method,
    rail,
    min,
    max: most < max ? most : max,
    step: kind === "deposit" ? on.railOf(rail).rail.declares.minUnit : 1n,
    needsAmount: needsAmount(service, draft, on.railOf),
    fee,
    eta,
    steps,
    limit,
    refusal: await refusalOf(() =>
      standFor(on, customer, service, {
        protocol,
        kind,
        amount: null,
        ...(country === null ? {} : { country }),
      })
    ),
  };
}

/** What is refused to this customer; a database that cannot be read is no answer about a way. */
async function refusalOf(standing: () => Promise<unknown>): Promise<Refusal | null> {
  try {
    await standing();
    return null;
  } catch (error) {
    if (error instanceof Refusal && error.status === 400) return error;
    throw error;
  }
}
