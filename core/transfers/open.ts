/**
 * Opens transfers: everything that can be refused is refused before anything is written (R-06-54).
 * @module
 */
import { admit } from "./admit.ts";
import { findTransfer } from "./find.ts";
import { newId } from "./id.ts";
import { writeNew } from "./new-transfer.ts";
import { refuseSecond } from "./open-deposit.ts";
import type { OpenRequest } from "./open-request.ts";
import type { Opening } from "./opening.ts";
import { firstState } from "./states.ts";
import type { Transfer } from "./transfer.ts";
import { untilWritten } from "./until-written.ts";

/**
 * Opens a transfer and records it with its first effect.
 * @throws Refusal with the SEP's 400 when the request cannot be served
 */
export async function openTransfer(on: Opening, request: OpenRequest): Promise<Transfer> {
  return await untilWritten(() => openOnce(on, request));
}

async function openOnce(on: Opening, request: OpenRequest): Promise<Transfer | null> {
  const id = newId();
  const { kind, amount, owner, customerId } = request;
  const admission = await admit(on, id, request, () => on.customers.customerOf(owner, customerId));
  const { service, customer, isReady, besides } = admission;
  const written = await writeNew(on, {
    ...admission,
    id,
    request,
    state: firstState(kind, isReady),
    amount,
    endsWithinMs: service.payWithin * 1000,
  }, besides);
  if (written === "stale") {
    await refuseSecond(on, { id, kind, customerId: customer.id, rail: service.rail });
  }
  return written === "written" ? await findTransfer(on.db, id) : null;
}
