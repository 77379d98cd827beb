/**
 * The sandbox bank as the stand-in of the sandbox rail.
 * @module
 */
import * as z from "zod";
import { presets, sandboxBank, type SandboxBankOptions } from "../../bank-rails/sandbox/mod.ts";
import type { RailCall, RailStandIn, RailSubject } from "../../plugins/contract-tests/rail-bench.ts";
import { formatUnits } from "../../plugins/money.ts";
import { openWorld } from "./sandbox-world.ts";

export { presets };

/** Options of the rail but its address. */
export type Shape = Omit<SandboxBankOptions, "url">;

const TOKEN = "bearer-of-the-test";
const SECRET = "webhook-secret-of-the-test";
const PAGE_SIZE = 6;
const OPERATIONS: Readonly<Record<RailCall, string>> = {
  prepare: "prepare",
  depositInstructions: "instruction",
  readStatement: "statement",
  findInbound: "inbound",
  refundInbound: "refund",
  checkBeneficiary: "beneficiary",
  createPayout: "payout",
  findPayout: "payout_lookup",
  readBalance: "balance",
};
const idSchema = z.object({ id: z.string() });
const fileSchema = z.object({ name: z.string(), next: z.number(), content: z.unknown() });

/** The subject of the contract tests for a shape. Payouts wait until the test moves them, unless the shape says so. */
export function sandboxRail(shape: Shape): RailSubject {
  const options = (url: string): SandboxBankOptions => ({
    payoutAfterSeconds: null,
    openingBalance: "100000000",
    pageSize: PAGE_SIZE,
    ...shape,
    url,
    token: TOKEN,
    webhookSecrets: [SECRET],
  });
  return {
    rail: (url) => sandboxBank(options(url)),
    standIn: () => openStandIn(shape),
    payoutsCompleteAtOnce: shape.payoutAfterSeconds === 0,
    leastReceipt: shape.inboundFee === undefined ? 1n : 2n,
  };
}

async function openStandIn({ payoutFields = ["bank_account_number"] }: Shape): Promise<RailStandIn> {
  const world = await openWorld();
  const account = `/bank/accounts/${world.ports.instance}`;
  const headers = { Authorization: `Bearer ${TOKEN}` };
  const payer = { name: "Ana Contract", account: "7712345678" };
  const beneficiary = Object.fromEntries(payoutFields.map((name) => [name, "5544332211"]));
  let sequence = 0;
  let after = 0;
  const fault = (on: string, kind: string) =>
    world.control("POST", "/bank/faults", { on, fault: kind, ms: 2000 });
  const asOwner = async (method: "GET" | "POST", path: string, body?: string): Promise<Uint8Array> => {
    const answer = await world.ports.fetch({
      method,
      url: `${world.url}${account}${path}`,
      headers,
      ...(body !== undefined && { body }),
      idempotent: true,
    });
    if (answer.kind !== "answered" || answer.response.status !== 200) {
      throw new Error("Cannot reach the bank");
    }
    return answer.response.body;
  };
  return {
    url: `${world.url}/bank`,
    ports: world.ports,
    pageSize: PAGE_SIZE,
    beneficiary,
    secrets: [TOKEN, SECRET, payer.name, payer.account, "5544332211"],
    async payIn(to, amount, state) {
      const number = to.lines.find(({ name }) => name === "organization.bank_account_number")?.value;
      const paid = await world.control("POST", "/bank/transfers", {
        reference: to.reference === undefined ? number : `payment ${to.reference} thank you`,
        amount: formatUnits(amount.units),
        currency: amount.currency,
        payer,
        state,
      });
      return idSchema.parse(paid).id;
    },
    changeInbound: async (id, state) => {
      await world.control("POST", `/bank/transfers/${id}/state`, { state, reason: "fraud" });
    },
    changePayout: async (key, state) => {
      await world.control("POST", `/bank/transfers/${key}/state`, { state, reason: "account_closed" });
    },
    debit: async (amount) => {
      const request = { account: world.ports.instance, amount: formatUnits(amount.units) };
      await world.control("POST", "/bank/debits", request);
    },
    fault: async (call, kind) => void await fault(OPERATIONS[call], kind),
    webhookFault: async (kind) => void await fault("webhook", kind),
    webhooks: world.webhooks,
    onQuestion: world.onQuestion,
    async statementFile() {
      const raw = await asOwner("GET", `/files/${++sequence}?after=${after}`);
      const file = fileSchema.parse(JSON.parse(new TextDecoder().decode(raw)));
      after = file.next;
      return { name: file.name, bytes: new TextEncoder().encode(JSON.stringify(file.content)) };
    },
    takeFile: async (bytes) => void await asOwner("POST", "/files", new TextDecoder().decode(bytes)),
    close: world.close,
  };
}
