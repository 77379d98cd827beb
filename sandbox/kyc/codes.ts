/**
 * Codes by which the sandbox KYC bureau verifies that a number or an address is the customer's own. Nothing leaves the
 * machine: `GET /sandbox/kyc/codes` shows what was sent.
 * @module
 */
import * as z from "zod";
import { Problem } from "../http/problem.ts";
import type { Bureau } from "./records.ts";
import type { Desk } from "./reviews.ts";

/** The body of `POST …/codes`. */
export const codeRequest = z.strictObject({
  /** The owner's key of this sending: `customer:…`. */
  key: z.string().min(1),
  field: z.string(),
  value: z.string(),
});

/** Digits at the end of a number to which nothing can be sent, so that a refusal can be played. */
const UNREACHABLE = "0000000";

/** Sends a code; the same key answers the same code. */
export async function sendCode(
  { records, now, inTurn }: Desk,
  { name, shape }: Bureau,
  { key, field, value }: z.output<typeof codeRequest>,
): Promise<{ code_ref: string }> {
  const isNumber = field !== "mobile_number" || /^\+\d{2,15}$/.test(value);
  if (!isNumber || value.endsWith(UNREACHABLE)) {
    throw new Problem(422, "invalid_request", "Cannot send a code: nobody is reached there", {
      [field]: "invalid_format",
    });
  }
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`${name} ${key}`));
  const ref = `code_${new Uint8Array(digest).toHex().slice(0, 32)}`;
  return await inTurn(async () => {
    if (await records.code(ref) === null) {
      const [number = 0] = crypto.getRandomValues(new Uint32Array(1));
      const code = String(number % 1_000_000).padStart(6, "0");
      const [customer = key] = key.split(":");
      const expires = now() + shape.codeSeconds * 1000;
      await records.write([records.keepCode({ ref, bureau: name, customer, field, value, code, expires })]);
    }
    return { code_ref: ref };
  });
}

/** Says of a code whether it is the one that was sent. */
export async function checkCode(
  { records, now }: Desk,
  bureau: Bureau,
  ref: string,
  code: string,
): Promise<"right" | "wrong" | "expired"> {
  const known = await records.code(ref);
  if (known?.bureau !== bureau.name) throw new Problem(404, "code_unknown", "Cannot find the code");
  if (known.expires <= now()) return "expired";
  return known.code === code ? "right" : "wrong";
}
