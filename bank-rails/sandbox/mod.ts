/**
 * The sandbox rail: a bank rail whose bank is the sandbox's. It obeys the contract like every module, so an anchor can
 * be tried whole before it has a bank, and its options give the rail any shape that real ones have.
 *
 * @example
 * rails: { bank: { module: sandboxBank({ url: `${sandboxUrl}/bank`, token: sandboxKey, currency: "USD" }) } }
 * @module
 */
import * as z from "zod";
import type { BankRail, PayoutState, RailBalance } from "../../plugins/bank-rail.ts";
import { formatUnits } from "../../plugins/money.ts";
import { done, failed, type Outcome, unrecognized } from "../../plugins/outcome.ts";
import type { Ports } from "../../plugins/ports.ts";
import { type Call, callBank } from "./calls.ts";
import { declarationOf } from "./declaration.ts";
import { readStatementFile, registered, waitingInFile, writePaymentFile, writtenPayout } from "./files.ts";
import { openInstructions } from "./instructions.ts";
import { optionsSchema, type SandboxBankOptions } from "./options.ts";
import { readBalance, readInbound, readLines, readPayout } from "./readings.ts";
import { shapeOf } from "./shape.ts";
import { texts } from "./texts.ts";
import { answerQuestion, readWebhook } from "./webhook.ts";

export { presets } from "./presets.ts";
export type { SandboxBankOptions } from "./options.ts";

const CURSOR = /^v1:(\d{1,15})$/;
const pageEnd = z.object({ next: z.int().min(0), more: z.boolean() });

/**
 * Makes a sandbox rail.
 * @throws TypeError with every option that is wrong and what to write
 */
export function sandboxBank(raw: SandboxBankOptions): BankRail {
  const parsed = optionsSchema.safeParse(raw);
  if (!parsed.success) {
    throw new TypeError(`Cannot set up the sandbox bank: ${z.prettifyError(parsed.error)}`);
  }
  const options = parsed.data;
  const { decimals, currency } = options;

  /** Calls the bank and reads its answer. */
  async function ask<T>(ports: Ports, call: Call, read: (json: unknown) => Outcome<T>): Promise<Outcome<T>> {
    const answer = await callBank(options, ports, call);
    return answer.ok ? read(answer.value) : answer;
  }

  async function findPayout(key: string, ports: Ports): Promise<Outcome<PayoutState | null>> {
    const path = `/payouts/${encodeURIComponent(key)}`;
    const found = await ask(ports, { method: "GET", path, moves: false }, readPayout);
    if (found.ok || found.error.providerCode !== "payout_unknown") return found;
    return done(options.files ? await waitingInFile(key, currency, ports) : null);
  }

  return {
    id: "sandbox",
    contract: "bank-rail/1",
    declares: declarationOf(options),
    texts,

    prepare: (ports) =>
      ask(
        ports,
        { method: "PUT", path: "", body: shapeOf(options, ports), moves: false },
        () => done(undefined),
      ),

    depositInstructions: (request, ports) => openInstructions(options, request, ports),

    cancelInstructions: (id, ports) =>
      ask(
        ports,
        { method: "DELETE", path: `/instructions/${encodeURIComponent(id)}`, moves: false },
        () => done(undefined),
      ),

    findInbound: async (id, ports) => {
      const path = `/inbound/${encodeURIComponent(id)}`;
      const found = await ask(ports, { method: "GET", path, moves: false }, readInbound);
      return !found.ok && found.error.kind === "not_found" ? done(null) : found;
    },

    findPayout,

    createPayout: (request, ports) => {
      if (request.amount.currency !== currency) return Promise.resolve(failed("invalid_input"));
      if (options.files) return Promise.resolve(done(registered(request.key, request.amount)));
      const body = writtenPayout(request, decimals);
      const path = `/payouts/${encodeURIComponent(request.key)}`;
      return ask(ports, { method: "PUT", path, body, moves: true }, readPayout);
    },

    ...(options.pollEverySeconds !== null && {
      readStatement: async (cursor, ports) => {
        const after = cursor === null ? "0" : CURSOR.exec(cursor)?.[1];
        if (after === undefined) return failed("config", { providerCode: "foreign_cursor" });
        return await ask(
          ports,
          { method: "GET", path: `/statement?after=${after}`, moves: false },
          (json) => {
            const lines = readLines(json);
            const end = pageEnd.safeParse(json);
            if (!lines.ok) return lines;
            if (!end.success) return unrecognized("statement_shape");
            return done({ ...lines.value, next: `v1:${end.data.next}`, more: end.data.more });
          },
        );
      },
    }),

    ...(options.refund !== "none" && {
      refundInbound: ({ inboundId, key, amount }, ports) =>
        ask(ports, {
          method: "PUT",
          path: `/refunds/${encodeURIComponent(key)}`,
          body: { inbound: inboundId, amount: formatUnits(amount.units, decimals) },
          moves: true,
        }, readPayout),
    }),

    ...(options.beneficiaryCheck !== "none" && {
      checkBeneficiary: (beneficiary, ports) =>
        ask(ports, { method: "POST", path: "/beneficiary", body: beneficiary, moves: false }, (json) => {
          const read = z.object({ exists: z.boolean(), name_on_file: z.string().optional() }).safeParse(json);
          if (!read.success) return unrecognized("beneficiary_shape");
          const { exists, name_on_file } = read.data;
          return done({ exists, ...(name_on_file !== undefined && { nameOnFile: name_on_file }) });
        }),
    }),

    ...(options.balance !== "none" && {
      readBalance: (ports) =>
        ask<RailBalance | "later">(ports, { method: "GET", path: "/balance", moves: false }, (json) => {
          const later = z.object({ later: z.literal(true) }).safeParse(json).success;
          return later ? done("later") : readBalance(json);
        }),
    }),

    ...(options.webhook !== "none" && {
      readWebhook: (request) => Promise.resolve(readWebhook(options, request)),
    }),

    ...(options.decision !== null && {
      answerDecision: (request, judge) => answerQuestion(options, request, judge),
    }),

    ...(options.files && {
      readFile: ({ bytes }) => readStatementFile(bytes),
      writeFile: (payouts) => Promise.resolve(done(writePaymentFile(payouts, decimals))),
    }),
  };
}
