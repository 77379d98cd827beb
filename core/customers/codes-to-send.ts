/**
 * The codes that a PUT sends, as statements of its batch.
 * @module
 */
import { refuseTooMany } from "./check-codes.ts";
import type { CheckPorts } from "./check-codes.ts";
import { openValue } from "./customer.ts";
import type { CustomerView } from "./customer.ts";
import type { Difference } from "./differences.ts";
import { sendCode, waitForCode } from "./send-codes.ts";
import type { Sending } from "./send-codes.ts";

/**
 * Codes to values that this PUT brings, or that were there before anybody asked for a code.
 * @throws {Refusal} 400 when too many were sent for a value of this PUT
 */
export async function codesToSend(
  ports: Pick<CheckPorts, "db" | "vault" | "outbox">,
  after: {
    readonly view: CustomerView | null;
    readonly id: string;
    readonly version: number;
    readonly writeId: string;
    readonly changes: readonly Difference[];
  },
  codes: ReadonlyMap<string, string>,
): Promise<Sending[]> {
  const { view, id, version, writeId, changes } = after;
  const found: Sending[] = [];
  for (const [name, instance] of codes) {
    const change = changes.find((changed) => changed.name === name);
    const stored = view?.values.get(name);
    const value = change?.value ?? (stored && openValue(ports.vault, id, name, stored));
    if (typeof value !== "string") continue;
    const code = { customerId: id, name, value };
    if (change !== undefined) await refuseTooMany(ports, code);
    else if (await waitForCode(ports, code) > 0) continue;
    const givenVersion = change === undefined ? stored?.version ?? version : version;
    found.push(sendCode(ports, { ...code, givenVersion, instance, replaces: null }, writeId));
  }
  return found;
}
