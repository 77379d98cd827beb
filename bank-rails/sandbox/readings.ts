/**
 * How the sandbox bank's JSON reads as the contract's shapes. What it says that its documentation does not name is an
 * alarm.
 * @module
 */
import * as z from "zod";
import type { InboundTransfer, PayoutState, RailBalance, StatementPage } from "../../plugins/bank-rail.ts";
import { type Money, parseUnits } from "../../plugins/money.ts";
import { done, type Outcome, unrecognized } from "../../plugins/outcome.ts";
import { statusTable } from "../../plugins/status-table.ts";
import { reasonCode } from "./calls.ts";

const inboundState = statusTable({
  pending: "pending",
  booked: "booked",
  returned: "returned",
  reversed: "reversed",
  rejected: "rejected",
});

const payoutState = statusTable({
  accepted: "accepted",
  in_review: "in_review",
  sent: "sent",
  completed: "completed",
  failed: "failed",
  returned: "returned",
});

const amount = z.string().transform((text, context) => {
  const units = parseUnits(text);
  if (units !== null) return units;
  context.addIssue({ code: "custom", message: "no decimal" });
  return z.NEVER;
});
const seconds = z.iso.datetime().transform((text) => Math.floor(Date.parse(text) / 1000));

const inboundSchema = z.object({
  id: z.string().min(1),
  state: z.string(),
  currency: z.string(),
  gross: amount,
  fee: amount,
  net: amount,
  booked_at: seconds.optional(),
  instruction: z.string().optional(),
  customer: z.string().optional(),
  reference: z.string().optional(),
  remittance: z.string().optional(),
  payer: z.object({
    name: z.string().optional(),
    name_trusted: z.boolean(),
    account: z.string().optional(),
    account_kind: z.enum(["full", "masked", "none"]),
  }),
  original: z.object({ key: z.string(), id: z.string() }).optional(),
  reversal: z.object({ kind: z.enum(["fraud", "operational", "bank_return", "ours"]), code: z.string() })
    .optional(),
  revision: z.int(),
}).refine(({ gross, fee, net }) => gross === fee + net, "gross = net + fee does not hold");

const payoutSchema = z.object({
  id: z.string(),
  key: z.string(),
  state: z.string(),
  final: z.boolean(),
  currency: z.string(),
  amount,
  fee: amount,
  returnable_until: seconds.optional(),
  bank_reference: z.string().optional(),
  reason: z.object({ code: z.string(), fields: z.array(z.string()) }).optional(),
  revision: z.int(),
});

const balanceSchema = z.object({
  booked: z.string(),
  available: z.string(),
  currency: z.string(),
  at: seconds,
});

const pageSchema = z.object({
  inbound: z.array(z.unknown()),
  payouts: z.array(z.unknown()),
  debits: z.array(z.object({ id: z.string(), amount, currency: z.string(), at: seconds })),
});

/** Money that came in. */
export function readInbound(json: unknown): Outcome<InboundTransfer> {
  const parsed = inboundSchema.safeParse(json);
  if (!parsed.success) return unrecognized("inbound_shape");
  const read = parsed.data;
  const state = inboundState(read.state);
  if (state === "alarm") return unrecognized("inbound_state");
  const money = (units: bigint): Money => ({ units, currency: read.currency });
  return done({
    id: read.id,
    state,
    gross: money(read.gross),
    fee: money(read.fee),
    net: money(read.net),
    ...(read.booked_at !== undefined && { bookedAt: read.booked_at }),
    match: {
      ...(read.instruction !== undefined && { instructionId: read.instruction }),
      ...(read.reference !== undefined && { reference: read.reference }),
      ...(read.remittance !== undefined && { remittance: read.remittance }),
      ...(read.customer !== undefined && { customerKey: read.customer }),
    },
    payer: {
      ...(read.payer.name !== undefined && { name: read.payer.name }),
      nameTrusted: read.payer.name_trusted,
      account: {
        ...(read.payer.account !== undefined && { value: read.payer.account }),
        kind: read.payer.account_kind,
        trusted: read.payer.account_kind === "full",
      },
    },
    ...(read.original && { original: { payoutKey: read.original.key, payoutId: read.original.id } }),
    ...(read.reversal && { reversal: { kind: read.reversal.kind, providerCode: read.reversal.code } }),
    revision: read.revision,
  });
}

/** A payout or refund. */
export function readPayout(json: unknown): Outcome<PayoutState> {
  const parsed = payoutSchema.safeParse(json);
  if (!parsed.success) return unrecognized("payout_shape");
  const read = parsed.data;
  const state = payoutState(read.state);
  if (state === "alarm") return unrecognized("payout_state");
  return done({
    key: read.key,
    id: read.id,
    state,
    final: read.final,
    amount: { units: read.amount, currency: read.currency },
    fee: { units: read.fee, currency: read.currency },
    ...(read.returnable_until !== undefined && { returnableUntil: read.returnable_until }),
    ...(read.bank_reference !== undefined && { bankReference: read.bank_reference }),
    ...(read.reason && {
      reason: {
        code: reasonCode(read.reason.code),
        fields: read.reason.fields,
        providerCode: read.reason.code,
      },
    }),
    revision: read.revision,
  });
}

/** A balance; it may be below zero. */
export function readBalance(json: unknown): Outcome<RailBalance> {
  const parsed = balanceSchema.safeParse(json);
  if (!parsed.success) return unrecognized("balance_shape");
  const { booked, available, currency, at } = parsed.data;
  const [bookedUnits, availableUnits] = [booked, available].map(signedUnits);
  if (bookedUnits === null || bookedUnits === undefined) return unrecognized("balance_shape");
  return done({
    booked: { units: bookedUnits, currency },
    ...(availableUnits !== null && availableUnits !== undefined &&
      { available: { units: availableUnits, currency } }),
    asOf: at,
  });
}

function signedUnits(text: string): bigint | null {
  const units = parseUnits(text.replace(/^-/, ""));
  return units !== null && text.startsWith("-") ? -units : units;
}

/** The lines of a statement or file; what cannot be read is named and stops nothing else. */
export function readLines(json: unknown): Outcome<Omit<StatementPage, "next" | "more">> {
  const parsed = pageSchema.safeParse(json);
  if (!parsed.success) return unrecognized("statement_shape");
  const unreadable: string[] = [];
  const kept = <T>(lines: readonly unknown[], read: (line: unknown) => Outcome<T>): T[] =>
    lines.flatMap((line) => {
      const outcome = read(line);
      if (outcome.ok) return [outcome.value];
      unreadable.push(z.object({ id: z.string() }).catch({ id: "without id" }).parse(line).id);
      return [];
    });
  const inbound = kept(parsed.data.inbound, readInbound);
  const payouts = kept(parsed.data.payouts, readPayout);
  return done({
    inbound,
    payouts,
    otherDebits: parsed.data.debits.map(({ id, amount: units, currency, at }) => ({
      id,
      amount: { units, currency },
      at,
    })),
    ...(unreadable.length > 0 && { unreadable }),
  });
}
