/**
 * Opens drafts: transfers of SEP-24 of which a person still has to say what they are to be. They are found from the first
 * moment on (R-24-40), and promise nothing: no memo, no reference and no address is given for one, and none of its amounts
 * counts as moved. What can never be served is refused at once and leaves nothing behind (R-24-55).
 *
 * Its row names a service, terms and a tier all the same: those of the first service that fits what is known. They are
 * supposed, and replaced when the person has chosen (`choose.ts`).
 * @module
 */
import { Refusal } from "../refusal.ts";
import { notErased, standFor } from "./admit.ts";
import { fittingServices, servicesOf, termsOf } from "./conditions.ts";
import { findTransfer } from "./find.ts";
import { notFrozen } from "./freezes.ts";
import { newId } from "./id.ts";
import { writeNew } from "./new-transfer.ts";
import type { OpenRequest } from "./open-request.ts";
import type { CustomerOf, Opening } from "./opening.ts";
import type { Service, Services } from "./services.ts";
import type { Transfer } from "./transfer.ts";
import { untilWritten } from "./until-written.ts";

/**
 * How long a person has to choose. The time to pay begins when they have. SEP-24 shows it as `user_action_required_by`, so
 * that abandoned drafts do not pile up.
 */
export const DRAFT_MS = 86_400_000;

/** What is asked. The amount may be open and the method unnamed, whatever the services need in the end (R-24-38). */
export interface DraftRequest extends OpenRequest {
  readonly protocol: "sep24";
  /** What the wallet says, BCP 47, or `und` where it says nothing: the pages then ask their visitor. */
  readonly language: string;
}

/**
 * Opens a draft.
 * @throws Refusal with the SEP's 400 when nothing that the person may choose could be served
 */
export async function openDraft(on: Opening, request: DraftRequest): Promise<Transfer> {
  return await untilWritten(() => openOnce(on, request));
}

async function openOnce(on: Opening, request: DraftRequest): Promise<Transfer | null> {
  const candidates = fittingServices(servicesOf(on.services, request), request, on.railOf);
  // Services of one asset differ in nothing that a destination is judged by.
  await on.checkDestination(candidates[0], request);
  const customer = await on.customers.customerOf(request.owner, request.customerId);
  const { service, tier } = await firstFor(on, customer, candidates, request);
  const language = await on.customers.chosenLanguage(customer.id) ?? request.language;
  const id = newId();
  const written = await writeNew(on, {
    id,
    request: { ...request, language },
    state: "draft",
    service,
    terms: termsOf(service, on.railOf),
    customer,
    tier,
    // An amount is promised where it is clear by which service it would be served.
    amount: candidates.length === 1 ? request.amount : null,
    receiveMemo: null,
    reference: null,
    beneficiary: null,
    endsWithinMs: DRAFT_MS,
  }, [notErased(customer.id), notFrozen(customer.owner)]);
  return written === "written" ? await findTransfer(on.db, id) : null;
}

/** The first service that could serve this customer. @throws Refusal what the first of all was refused for, if none can */
async function firstFor(
  on: Opening,
  customer: CustomerOf,
  candidates: Services,
  request: DraftRequest,
): Promise<{ readonly service: Service; readonly tier: string }> {
  const refusals: Refusal[] = [];
  for (const service of candidates) {
    try {
      const { given } = await standFor(on, customer, service, request);
      return { service, tier: given.tier };
    } catch (error) {
      // A database that cannot be read is no answer about a service.
      if (!(error instanceof Refusal) || error.status !== 400) throw error;
      refusals.push(error);
    }
  }
  throw refusals[0] ?? new Error("Cannot open a draft: no service was asked");
}
