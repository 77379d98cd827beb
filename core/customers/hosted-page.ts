/**
 * Pages of providers' own, where a person gives what a review wants: whether one is open to the customer, the review that
 * it belongs to, its address, and what came of the visit.
 *
 * The review is begun like every other one: recorded first, handed in by its effect with whatever is known, so that a
 * process that dies in between opens no second one. An address is asked for when somebody goes there, and never stored.
 * @module
 */
import type { ReasonCode } from "../../plugins/outcome.ts";
import { Refusal } from "../refusal.ts";
import type { Outbox } from "../records/outbox.ts";
import { standingIn } from "./answer.ts";
import { beginAlone } from "./begin-alone.ts";
import { findCustomer } from "./customer.ts";
import type { CustomerView } from "./customer.ts";
import type { CaseRecord } from "./kyc-case.ts";
import { handedIn, moduleOf } from "./need.ts";
import type { Need } from "./need.ts";
import { refreshCase } from "./news.ts";
import type { ReviewPorts } from "./read-case.ts";
import type { Standing } from "./standing.ts";

/** A page that is open to a customer, as its provider declares it. */
export interface HostedOffer {
  readonly instance: string;
  readonly shown: "redirect" | "frame";
  /** Origins that our content security policy has to let through. */
  readonly origins: readonly string[];
  /** Browser features that a frame of it needs. */
  readonly permissions: readonly string[];
  /** True where what it asks can be given in no other way. */
  readonly alone: boolean;
  /** Whether the provider waits for something more, after an earlier visit or values that it was given. */
  readonly isBegun: boolean;
  /** Why what was given there before was not enough; safe to show. */
  readonly reason: ReasonCode | null;
}

/** An address to go to. Never to be logged or stored: whoever has it may speak for the customer. */
export interface HostedVisit {
  readonly url: string;
  readonly offer: HostedOffer;
}

/** What is to be done before the address of a page can be asked for. */
export interface ToHandIn {
  /** Keys of the effects that were recorded now. */
  readonly effects: readonly string[];
  /** A review that was recorded before and is not handed in yet: its effect may wait for a later try, and a person does not. */
  readonly waiting: string | null;
}

/** Pages of providers' own, for what is asked of a customer. */
export interface HostedPages {
  /** The page that is open to the customer, or null. */
  offer(customerId: string, need: Need): Promise<HostedOffer | null>;
  /** Records the review of the page, where it is not there yet, or does not have all that is known. */
  begin(customerId: string, need: Need): Promise<ToHandIn>;
  /**
   * Asks for the page's address.
   * @returns null where no page is open any more, or its review is not begun
   * @throws {Refusal} 503 when the provider does not give it now
   */
  visit(
    customerId: string,
    need: Need,
    request: { readonly returnUrl: string; readonly language: string },
  ): Promise<HostedVisit | null>;
  /** Asks the provider how the customer's review stands, for a person who comes back. Failures change nothing. */
  read(customerId: string, need: Need): Promise<void>;
}

/** What pages need of their surroundings. */
export interface HostedPorts extends ReviewPorts {
  readonly outbox: Outbox;
}

/** Pages over these records. */
export function createHostedPages(ports: HostedPorts): HostedPages {
  async function stand(customerId: string, need: Need) {
    const view = await findCustomer(ports, { id: customerId });
    return { view, standing: standingIn(view, need) };
  }

  return {
    async offer(customerId, need) {
      return offerOf(ports, (await stand(customerId, need)).standing);
    },
    async begin(customerId, need) {
      const { view, standing } = await stand(customerId, need);
      const { current, page } = standing;
      if (view === null || page === null) return { effects: [], waiting: null };
      if (current?.state === "new") return { effects: [], waiting: current.id };
      const isReady = current !== null && isBegun(current) && !isRenewed(ports, view, current);
      return { effects: isReady ? [] : await beginAlone(ports, view, need, standing), waiting: null };
    },
    async visit(customerId, need, { returnUrl, language }) {
      const { standing } = await stand(customerId, need);
      const offer = offerOf(ports, standing);
      const { current } = standing;
      if (offer === null || current === null || !isBegun(current)) return null;
      return { url: await addressOf(ports, current, offer, { returnUrl, language }), offer };
    },
    async read(customerId, need) {
      const { current } = (await stand(customerId, need)).standing;
      if (current !== null && ["collecting", "retry", "processing"].includes(current.state)) {
        await refreshCase(ports, current.id);
      }
    },
  };
}

function offerOf({ policy }: HostedPorts, { page, current, reason }: Standing): HostedOffer | null {
  if (page === null) return null;
  const { hosted, takes } = moduleOf(policy, page).declares;
  return hosted && {
    ...hosted,
    instance: page,
    alone: !takes.fields,
    isBegun: current?.state === "collecting" || current?.state === "retry",
    reason,
  };
}

const isBegun = ({ state }: CaseRecord) => ["new", "collecting", "retry"].includes(state);

/** Whether something that the provider takes was given since values were handed in. */
function isRenewed({ policy }: HostedPorts, { values }: CustomerView, kyc: CaseRecord): boolean {
  return handedIn(policy, kyc.instance, kyc.level).some((name) =>
    (values.get(name)?.version ?? 0) > kyc.valuesVersion
  );
}

/** @throws {Refusal} 503 */
async function addressOf(
  { policy, ports }: HostedPorts,
  { instance, ref }: CaseRecord,
  { origins }: HostedOffer,
  request: { readonly returnUrl: string; readonly language: string },
): Promise<string> {
  const module = moduleOf(policy, instance);
  const unavailable = (why: string) =>
    new Refusal("sep12.page_unavailable", {}, `Cannot open the page of ${instance}: ${why}`);
  if (ref === null) throw unavailable("its review is not opened yet");
  // A module throws only for what nobody expected, be it before its first wait.
  const asked = async () => await module.hostedPage?.(ref, request, ports(instance));
  const outcome = await asked().catch(() => null);
  if (!outcome) throw unavailable("kyc.unknown_outcome");
  if (!outcome.ok) throw unavailable(`kyc.${outcome.error.kind}`);
  const { url } = outcome.value;
  // Whoever goes there trusts us: it leads to nobody but whom the module declares.
  if (!URL.canParse(url) || !origins.includes(new URL(url).origin)) throw unavailable("kyc.unknown_value");
  return url;
}
