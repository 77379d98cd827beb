/**
 * Deposit instructions of the sandbox bank.
 * @module
 */
import * as z from "zod";
import type { BankRail, DepositInstructions, InstructionLine } from "../../plugins/bank-rail.ts";
import { epcQr } from "../../plugins/epc-qr.ts";
import { formatUnits, parseUnits } from "../../plugins/money.ts";
import { pixCode } from "../../plugins/pix-code.ts";
import { done, failed, type Outcome, unrecognized } from "../../plugins/outcome.ts";
import type { Ports } from "../../plugins/ports.ts";
import { NATIONAL_FORMATS } from "../../plugins/sep9/mod.ts";
import { callBank } from "./calls.ts";
import type { ReadOptions } from "./options.ts";

type Request = Parameters<NonNullable<BankRail["depositInstructions"]>>[0];

const answerSchema = z.object({
  id: z.string().min(1),
  bank: z.string(),
  holder: z.string(),
  account_number: z.string().min(1),
  reference: z.string().optional(),
  amount: z.string().optional(),
  currency: z.string(),
  expires_at: z.iso.datetime({ offset: true }).optional(),
  location: z.string().min(1).optional(),
});

/** Asks the bank for a way to pay. An address per customer is asked for by the customer alone. */
export async function openInstructions(
  options: ReadOptions,
  request: Request,
  ports: Ports,
): Promise<Outcome<DepositInstructions>> {
  if (options.amount === "exact" && request.amount === undefined) return failed("invalid_input");
  if (request.amount !== undefined && request.amount.currency !== options.currency) {
    return failed("invalid_input");
  }
  const perCustomer = options.address === "per_customer";
  const key = perCustomer ? request.customerKey : request.transferKey;
  const answer = await callBank(options, ports, {
    method: "PUT",
    path: `/instructions/${encodeURIComponent(key)}`,
    body: perCustomer ? { customer: request.customerKey } : body(options, request),
    moves: false,
  });
  if (!answer.ok) return answer;
  const read = answerSchema.safeParse(answer.value);
  return read.success ? instructionsOf(options, read.data) : unrecognized("instruction_shape");
}

function body(options: ReadOptions, request: Request) {
  const { amount, expiresAt, payer } = request;
  const name = [payer?.first_name, payer?.last_name].filter((part) => part).join(" ");
  const takesReference = options.address === "shared_with_reference";
  return {
    customer: request.customerKey,
    ...(takesReference && request.reference !== undefined && { reference: request.reference }),
    ...(amount && options.amount !== "open" && { amount: formatUnits(amount.units, options.decimals) }),
    ...(options.expires && expiresAt !== undefined && {
      expires_at: new Date(expiresAt * 1000).toISOString(),
    }),
    ...(options.payerFilter && name !== "" && { payer_name: name }),
  };
}

function instructionsOf(
  options: ReadOptions,
  answer: z.output<typeof answerSchema>,
): Outcome<DepositInstructions> {
  const lines: InstructionLine[] = [
    { name: "organization.bank_name", value: answer.bank, text: "bank_name" },
    { name: "organization.bank_account_number", value: answer.account_number, text: "account_number" },
    ...(answer.reference === undefined
      ? []
      : [{ name: "organization.external_transfer_memo", value: answer.reference, text: "reference" }]),
  ];
  const units = answer.amount === undefined ? null : parseUnits(answer.amount);
  if (answer.amount !== undefined && units === null) return unrecognized("instruction_shape");
  const qr = qrOf(options, answer, units);
  return done({
    id: answer.id,
    lines,
    ...(qr !== null && { qr }),
    ...(answer.reference !== undefined && { reference: answer.reference }),
    ...(units !== null && options.amount === "exact" && { amount: { units, currency: answer.currency } }),
    ...(answer.expires_at !== undefined && {
      validUntil: Math.floor(Date.parse(answer.expires_at) / 1000),
    }),
  });
}

/** Whoever scans it finds all lines filled in. */
function qrOf(
  { qr, currency }: ReadOptions,
  { holder, account_number, reference, location }: z.output<typeof answerSchema>,
  units: bigint | null,
): string | null {
  if (qr === "pix" && location !== undefined) {
    return pixCode({ url: location, name: holder, city: "SAO PAULO" });
  }
  // An account that was opened before it was to have an IBAN keeps its number.
  if (qr !== "epc" || NATIONAL_FORMATS.iban(account_number) === null) return null;
  return epcQr({
    name: holder,
    iban: account_number,
    ...(reference !== undefined && { remittance: reference }),
    ...(units !== null && { amount: { units, currency } }),
  });
}
