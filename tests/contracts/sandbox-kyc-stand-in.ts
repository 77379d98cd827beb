/**
 * The sandbox KYC bureau as the stand-in of the sandbox KYC provider.
 * @module
 */
import * as z from "zod";
import { sandboxKyc, type SandboxKycOptions } from "../../kyc-providers/sandbox/mod.ts";
import type { KycCall, KycStandIn, KycSubject } from "../../plugins/contract-tests/mod.ts";
import { openWorld } from "./sandbox-world.ts";

/** Options of the provider but its address. */
export type Shape = Omit<SandboxKycOptions, "url">;

const TOKEN = "bearer-of-the-test";
const SECRET = "webhook-secret-of-the-test";
const OPERATIONS: Readonly<Record<KycCall, string>> = {
  openCase: "open",
  submitFields: "fields",
  startReview: "review",
  readCase: "read",
  hostedPage: "page",
  listChanged: "changes",
  sendCode: "send_code",
};
const codesSchema = z.object({ codes: z.array(z.object({ code: z.string() })) });

/** The last name that lets a case wait for a person. */
const FIELDS = {
  first_name: "Anabela",
  last_name: "Review",
  email_address: "anabela@example.com",
  birth_date: "1990-02-28",
  address: "12 Harbour Road",
  city: "Lisbon",
  postal_code: "1100-148",
  address_country_code: "PRT",
};

/** The subject of the contract tests for a shape. */
export function sandboxProvider(shape: Shape): KycSubject {
  return {
    provider: (url) => sandboxKyc({ ...shape, url, token: TOKEN, webhookSecrets: [SECRET] }),
    standIn: openStandIn,
  };
}

async function openStandIn(): Promise<KycStandIn> {
  const world = await openWorld();
  const fault = (on: string, kind: string) =>
    world.control("POST", "/kyc/faults", { on, fault: kind, ms: 2000 });
  return {
    url: `${world.url}/kyc`,
    ports: world.ports,
    fields: FIELDS,
    secrets: [TOKEN, SECRET, FIELDS.first_name, FIELDS.email_address, FIELDS.address],
    async decide(caseKey, { state, fields = [] }) {
      const [customer_id] = caseKey.split(":");
      await world.control("POST", "/kyc/decide", { customer_id, decision: state, fields, reason: "blurred" });
    },
    fault: async (call, kind) => void await fault(OPERATIONS[call], kind),
    webhookFault: async (kind) => void await fault("webhook", kind),
    webhooks: world.webhooks,
    async lastCode() {
      const { codes } = codesSchema.parse(await world.control("GET", "/kyc/codes"));
      return codes[0]?.code ?? "";
    },
    expireCodes: () => world.advance(3600),
    async fillPage(url) {
      const response = await world.ports.fetch({
        method: "POST",
        url,
        headers: { "Content-Type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams(FIELDS).toString(),
        idempotent: false,
      });
      if (response.kind !== "answered" || response.response.status !== 303) {
        throw new Error("Cannot fill the page");
      }
    },
    close: world.close,
  };
}
