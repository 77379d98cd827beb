/**
 * Checks the codes that a PUT carries (R-12-70 to R-12-74). Every answer is counted before the provider is asked, so that
 * requests at once never have more tries than are allowed; a code that ran out is replaced by a new one.
 * @module
 */
import type { CodeCheck } from "../../plugins/kyc-provider.ts";
import type { Database } from "../records/database.ts";
import { NOW_MS } from "../records/clock.ts";
import { expectChanged } from "../records/expect-changed.ts";
import { Refusal } from "../refusal.ts";
import { derivedName } from "../../plugins/sep9/mod.ts";
import { newId } from "../transfers/id.ts";
import { textOf } from "./customer.ts";
import type { CustomerView } from "./customer.ts";
import { moduleOf } from "./need.ts";
import type { Need } from "./need.ts";
import type { CustomersOptions } from "./options.ts";
import { sendCode, waitForCode } from "./send-codes.ts";
import type { Entries } from "./submission.ts";
import { CODE_LIMITS, sealedCodeRef } from "./verifications.ts";
import type { Verification } from "./verifications.ts";

/** Longest code that is looked at. */
const MAX_CODE = 64;

/** Codes by canonical name of the field. */
export type Codes = ReadonlyMap<string, string>;

/** Refused, and a new code was decided: whoever answers performs the effects first. */
export class NewCodeSent extends Refusal {
  constructor(
    field: string,
    /** Keys of the effects. */
    readonly effects: readonly string[],
  ) {
    super("sep12.code_expired", { field });
  }
}

/**
 * The codes of a PUT. Leading zeros count, so a code is text (SEP-9, trap 8).
 * @throws {Refusal} 400 for a code that is no text, or two for one field
 */
export function readCodes(entries: Entries): Codes {
  const codes = new Map<string, string>();
  for (const [key, value] of entries) {
    const derived = derivedName(key);
    if (derived?.kind !== "verification" || value === null || value === undefined) continue;
    if (typeof value !== "string") throw new Refusal("sep12.text_expected", { field: key });
    const code = value.trim();
    if ((codes.get(derived.name) ?? code) !== code) throw new Refusal("sep12.given_twice", { field: key });
    codes.set(derived.name, code);
  }
  return codes;
}

/** What the check needs of its surroundings. */
export type CheckPorts = Pick<CustomersOptions, "db" | "vault" | "policy" | "ports" | "outbox">;

/** What is to be checked against what was read. */
export interface CodeRequest {
  readonly view: CustomerView | null;
  readonly needs: readonly Need[];
  readonly codes: Codes;
  /** Names whose values this very request replaces: their codes are still to be sent. */
  readonly replaced: ReadonlySet<string>;
  /** Sendings whose code an earlier try of this request found right. */
  readonly right: Set<string>;
}

/**
 * The verifications whose codes are right; they become so in the batch of the PUT.
 * @returns null when another request moved one of them meanwhile: read again, try again
 * @throws {Refusal} 400 that says what to do, 503 when the provider cannot check
 */
export async function checkCodes(
  ports: CheckPorts,
  request: CodeRequest,
): Promise<readonly Verification[] | null> {
  const verified: Verification[] = [];
  for (const [name, code] of request.codes) {
    const row = awaited(request, name);
    if (!request.right.has(row.sendId)) {
      if (row.tries >= CODE_LIMITS.tries || (row.expiresMs ?? 0) <= (request.view?.nowMs ?? 0)) {
        return await replace(ports, request, row);
      }
      if (code === "" || code.length > MAX_CODE) throw wrong(row, row.tries);
      if (!await countTry(ports.db, row)) return null;
      const answer = await ask(ports, row, code);
      if (answer === "wrong") {
        if (row.tries + 1 < CODE_LIMITS.tries) throw wrong(row, row.tries + 1);
        // Nobody is told to send a code again that can be right no more.
        await replace(ports, request, row);
        throw new Refusal("sep12.code_expired", { field: name });
      }
      if (answer === "expired") return await replace(ports, request, row);
      request.right.add(row.sendId);
    }
    verified.push(row);
  }
  return verified;
}

function awaited({ view, replaced }: Pick<CodeRequest, "view" | "replaced">, name: string): Verification {
  const row = view?.verifications.get(name);
  const value = view?.values.get(name);
  const waits = row !== undefined && row.givenVersion === value?.version && !replaced.has(name) &&
    (row.state === "sent" || row.state === "to_send");
  if (!waits) throw new Refusal("sep12.not_to_verify", { field: name });
  if (row.state === "to_send") throw new Refusal("sep12.code_not_sent", { field: name });
  return row;
}

function wrong({ name }: Verification, tries: number): Refusal {
  return new Refusal("sep12.code_wrong", { field: name, left: CODE_LIMITS.tries - tries });
}

/** Counts an answer before it is looked at; false when the code has been replaced or used up meanwhile. */
async function countTry(db: Database, { sendId }: Verification): Promise<boolean> {
  const writeId = newId();
  const result = await db.write([
    {
      sql: `update customer_verifications set tries = tries + 1, write_id = ?
        where send_id = ? and state = 'sent' and tries < ? and expires_ms > ${NOW_MS}`,
      args: [writeId, sendId, CODE_LIMITS.tries],
    },
    expectChanged,
  ], {
    committed: {
      sql: "select 1 from customer_verifications where send_id = ? and write_id = ?",
      args: [sendId, writeId],
    },
  });
  return result.kind === "written";
}

async function ask(
  { vault, policy, ports }: CheckPorts,
  row: Verification,
  code: string,
): Promise<CodeCheck> {
  const { name, instance, sealedRef } = row;
  // An instance that the config has lost cannot be asked any more: another one sends a code of its own.
  if (policy.kyc[instance] === undefined || sealedRef === null) return "expired";
  const ref = vault.openText(sealedCodeRef.place(row.customerId, name), sealedRef);
  const outcome = await moduleOf(policy, instance).checkCode?.(ref, code, ports(instance)).catch(() => null);
  if (outcome?.ok) return outcome.value;
  if (outcome?.error.kind === "not_found") return "expired";
  throw new Refusal("sep12.code_unchecked", { field: name });
}

/** Sends a new code and says so, or says when one may be sent. */
async function replace(ports: CheckPorts, request: CodeRequest, row: Verification): Promise<null> {
  const effects = await decideAnother(ports, request, row);
  if (effects === null) return null;
  throw new NewCodeSent(row.name, effects);
}

/**
 * Sends another code to a value that waits for one, because its owner asks for it.
 * @returns keys of effects, or null when another request moved the code meanwhile: read again, try again
 * @throws {Refusal} 400 for what awaits none, or when too many were sent
 */
export async function sendAnother(
  ports: CheckPorts,
  request: Pick<CodeRequest, "view" | "needs">,
  name: string,
): Promise<readonly string[] | null> {
  return await decideAnother(ports, request, awaited({ view: request.view, replaced: new Set() }, name));
}

async function decideAnother(
  ports: CheckPorts,
  { view, needs }: Pick<CodeRequest, "view" | "needs">,
  row: Verification,
): Promise<readonly string[] | null> {
  const { customerId, name, givenVersion, sendId } = row;
  const value = view === null ? null : textOf(ports.vault, view, name);
  const instance = needs.find((need) => need.verifies.includes(name))?.instance ?? row.instance;
  if (value === null || ports.policy.kyc[instance] === undefined) {
    throw new Refusal("sep12.not_to_verify", { field: name });
  }
  await refuseTooMany(ports, { customerId, name, value });
  const code = { customerId, name, value, givenVersion, instance, replaces: sendId };
  const sending = sendCode(ports, code, newId());
  const result = await ports.db.write(sending.statements, {
    committed: { sql: "select 1 from outbox where id = ?", args: [sending.effectId] },
  });
  return result.kind === "written" ? [sending.effectId] : null;
}

/** @throws {Refusal} 400 that says in how many minutes a code may be sent to this field */
export async function refuseTooMany(
  ports: Pick<CheckPorts, "db" | "vault">,
  code: { readonly customerId: string; readonly name: string; readonly value: string },
): Promise<void> {
  const waitMs = await waitForCode(ports, code);
  if (waitMs === 0) return;
  throw new Refusal("sep12.code_limit", { field: code.name, minutes: Math.ceil(waitMs / 60_000) });
}
