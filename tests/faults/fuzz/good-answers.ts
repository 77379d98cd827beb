/**
 * What routes say when they say yes.
 * @module
 */
import { z } from "zod";
import type { Answer, Shot } from "./shot.ts";

const amount = z.string().regex(/^\d+(\.\d{1,7})?$/);
const id = z.string().regex(/^[a-z2-7]{26}$/);
const time = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/);
const lines = z.record(z.string(), z.strictObject({ value: z.string(), description: z.string() }));

const offer = {
  id,
  eta: z.number().optional(),
  min_amount: z.number(),
  max_amount: z.number(),
  fee_fixed: z.number().optional(),
  fee_percent: z.number().optional(),
  extra_info: z.object({ message: z.string().min(5) }),
};

const transaction = z.looseObject({
  id,
  kind: z.enum(["deposit", "withdrawal"]),
  status: z.enum([
    "pending_customer_info_update",
    "pending_user_transfer_start",
    "pending_anchor",
    "pending_external",
    "pending_stellar",
    "pending_trust",
    "pending_user",
    "on_hold",
    "completed",
    "refunded",
    "expired",
    "error",
    "too_small",
    "too_large",
    "incomplete",
  ]),
  amount_in: amount.optional(),
  amount_out: amount.optional(),
  amount_fee: amount.optional(),
  started_at: time,
  instructions: lines.optional(),
});

/** Statuses of SEP-24 (3.4). */
const hosted = z.looseObject({
  id,
  kind: z.enum(["deposit", "withdrawal"]),
  status: z.enum([
    "incomplete",
    "pending_user_transfer_start",
    "pending_user_transfer_complete",
    "pending_external",
    "pending_anchor",
    "on_hold",
    "pending_stellar",
    "pending_trust",
    "pending_user",
    "completed",
    "refunded",
    "expired",
    "error",
  ]),
  more_info_url: z.url(),
  amount_in: amount.nullable(),
  started_at: time,
  stellar_transaction_id: z.string().nullable(),
  from: z.string().nullable(),
  to: z.string().nullable(),
});

const link = z.strictObject({
  type: z.literal("interactive_customer_info_needed"),
  url: z.url(),
  id,
});

const field = z.object({
  type: z.enum(["string", "binary", "number", "date"]),
  description: z.string().min(2),
  optional: z.boolean().optional(),
  choices: z.array(z.string()).optional(),
  status: z.enum(["ACCEPTED", "PROCESSING", "REJECTED", "VERIFICATION_REQUIRED"]).optional(),
  error: z.string().optional(),
});

const customer = z.strictObject({
  id: id.optional(),
  status: z.enum(["ACCEPTED", "PROCESSING", "NEEDS_INFO", "REJECTED"]),
  fields: z.record(z.string(), field).optional(),
  provided_fields: z.record(z.string(), field).optional(),
  message: z.string().optional(),
});

const file = z.strictObject({
  file_id: id,
  content_type: z.enum(["image/jpeg", "image/png", "application/pdf", "video/mp4", "video/webm"]),
  size: z.int().positive(),
  expires_at: time.optional(),
  customer_id: id.nullable(),
});

/** By route; a route that is not here answers no JSON, or nothing that others rely on. */
const SCHEMAS: Readonly<Record<string, z.ZodType>> = {
  "GET /sep6/info": z.looseObject({
    deposit: z.record(z.string(), z.looseObject({ enabled: z.boolean() })),
    withdraw: z.record(z.string(), z.looseObject({ enabled: z.boolean() })),
    transaction: z.looseObject({ enabled: z.literal(true) }),
    transactions: z.looseObject({ enabled: z.literal(true) }),
  }),
  "GET /sep6/deposit": z.strictObject({ ...offer, how: z.string().min(5), instructions: lines.optional() }),
  "GET /sep6/withdraw": z.strictObject({
    ...offer,
    account_id: z.string().regex(/^G[A-Z2-7]{55}$/).optional(),
    memo_type: z.literal("id").optional(),
    memo: z.string().regex(/^\d+$/).optional(),
  }),
  "GET /sep6/transactions": z.strictObject({ transactions: z.array(transaction).max(200) }),
  "GET /sep6/transaction": z.strictObject({ transaction }),
  "GET /sep6/fee": z.strictObject({ fee: z.number().positive() }),
  "GET /sep24/info": z.strictObject({
    deposit: z.record(z.string(), z.looseObject({ enabled: z.boolean() })),
    withdraw: z.record(z.string(), z.looseObject({ enabled: z.boolean() })),
    fee: z.strictObject({ enabled: z.literal(true), authentication_required: z.boolean() }),
    features: z.strictObject({ account_creation: z.boolean(), claimable_balances: z.boolean() }),
  }),
  "POST /sep24/transactions/deposit/interactive": link,
  "POST /sep24/transactions/withdraw/interactive": link,
  "GET /sep24/transactions": z.strictObject({ transactions: z.array(hosted).max(200) }),
  "GET /sep24/transaction": z.strictObject({ transaction: hosted }),
  "GET /sep24/fee": z.strictObject({ fee: z.number().positive() }),
  "PUT /sep12/customer/callback": z.strictObject({}),
  "PUT /sep12/customer/verification": customer,
  "GET /sep12/customer": customer,
  "DELETE /sep12/customer/:account": z.strictObject({}),
  "POST /sep12/customer/files": file,
  "GET /sep12/customer/files": z.strictObject({ files: z.array(file) }),
  "PUT /sep12/customer": z.strictObject({ id }),
  "GET /auth": z.strictObject({ transaction: z.base64(), network_passphrase: z.string() }),
  "POST /auth": z.strictObject({ token: z.string().regex(/^[\w-]+\.[\w-]+\.[\w-]+$/) }),
  "GET /health/live": z.strictObject({ status: z.literal("live") }),
};

/** What is wrong with a 2xx answer. */
export function goodAnswers(shot: Shot, { status, text }: Answer): string[] {
  const schema = SCHEMAS[shot.door];
  if (!schema || status >= 300 || shot.method === "OPTIONS") return [];
  if (shot.door === "PUT /sep12/customer" && status !== 202) return [`status ${status}, not 202`];
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return [`no JSON: ${text.slice(0, 100)}`];
  }
  const read = schema.safeParse(body);
  if (read.success) return [];
  const [first] = read.error.issues;
  return [`another form: ${first?.path.join(".")} ${first?.message}`];
}
