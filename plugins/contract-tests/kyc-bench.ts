/**
 * What the contract tests of KYC providers stand on: a module, and a stand-in of its provider that can be told what to
 * do.
 * @module
 */
import { createHash } from "node:crypto";
import type { KycCase, KycDocument, KycProvider } from "../kyc-provider.ts";
import type { WebhookRequest } from "../webhook.ts";
import type { CallFault, WebhookFault } from "./outcomes.ts";
import { present, valueOf } from "./outcomes.ts";
import type { TestPorts } from "./ports.ts";

/** Members of the contract that call the provider. */
export type KycCall =
  | "openCase"
  | "submitFields"
  | "startReview"
  | "readCase"
  | "hostedPage"
  | "listChanged"
  | "sendCode";

/** How a stand-in is told to decide a case that is in review or decided. */
export interface Decision {
  readonly state: Exclude<KycCase["state"], "collecting">;
  /** For `retry`: the SEP-9 names that were refused. */
  readonly fields?: readonly string[];
}

/** A stand-in of a KYC provider. Cases are in review until the test decides them. */
export interface KycStandIn {
  /** Its address, for the module's options. */
  readonly url: string;
  readonly ports: TestPorts;
  /** Values for every field that a level can need, which the provider takes. */
  readonly fields: Readonly<Record<string, string>>;
  /** Texts that must never reach a log: secrets and values. */
  readonly secrets: readonly string[];
  decide(caseKey: string, decision: Decision): Promise<void>;
  /** The next call of a member goes wrong. */
  fault(call: KycCall, fault: CallFault): Promise<void>;
  /** The next webhook goes wrong. */
  webhookFault(fault: WebhookFault): Promise<void>;
  /** Webhooks that arrived since the last time, in order. */
  webhooks(): Promise<readonly WebhookRequest[]>;
  /** The code that was sent last; only where values are verified. */
  lastCode?(): Promise<string>;
  /** Lets codes run out; only where values are verified. */
  expireCodes?(): Promise<void>;
  /** A person fills the provider's page; only where it has one. */
  fillPage?(url: string): Promise<void>;
  close(): Promise<void>;
}

/** What the suite is run with. */
export interface KycSubject {
  /** The module, for a stand-in's address. Called once more before the tests, to read the declaration. */
  readonly provider: (url: string) => KycProvider;
  readonly standIn: () => Promise<KycStandIn>;
}

/** One test's own module and stand-in. */
export interface KycBench {
  readonly provider: KycProvider;
  readonly standIn: KycStandIn;
  readonly ports: TestPorts;
}

/** Registers one test with a stand-in of its own, prepared and closed afterwards. */
export function kycTest(name: string, subject: KycSubject, body: (bench: KycBench) => Promise<void>): void {
  Deno.test(name, async () => {
    const standIn = await subject.standIn();
    try {
      const provider = subject.provider(standIn.url);
      if (provider.prepare) valueOf(await provider.prepare(standIn.ports));
      await body({ provider, standIn, ports: standIn.ports });
    } finally {
      standIn.ports.close();
      await standIn.close();
    }
  });
}

/** The key that cases of these tests have. */
export const CASE_KEY = "customer-one:sep6:1";

/** Opens a case at the lightest level without any values. */
export async function openCase({ provider, ports }: KycBench, caseKey = CASE_KEY): Promise<string> {
  return valueOf(await provider.openCase({ caseKey, level: levelOf(provider), fields: {} }, ports)).ref;
}

/** The lightest level. */
export function levelOf({ declares }: KycProvider): string {
  return present(Object.keys(declares.levels)[0], "level");
}

/** Gives everything that a case still needs. */
export async function fill(bench: KycBench, ref: string): Promise<void> {
  const { provider, ports, standIn } = bench;
  const missing = (await caseNow(bench, ref)).missing;
  const fields = Object.fromEntries(
    missing.filter((name) => Object.hasOwn(standIn.fields, name)).map((
      name,
    ) => [name, standIn.fields[name] ?? ""]),
  );
  if (Object.keys(fields).length > 0) valueOf(await provider.submitFields(ref, fields, ports));
  for (const name of missing.filter((wanted) => !Object.hasOwn(standIn.fields, wanted))) {
    valueOf(await present(provider.submitDocument, "submitDocument")(ref, documentOf(name), ports));
  }
}

/** Opens a case, gives all and starts the review. */
export async function inReview(bench: KycBench, caseKey = CASE_KEY): Promise<string> {
  const ref = await openCase(bench, caseKey);
  await fill(bench, ref);
  valueOf(await bench.provider.startReview(ref, bench.ports));
  return ref;
}

/** What the provider says of a case. */
export async function caseNow({ provider, ports }: KycBench, ref: string): Promise<KycCase> {
  return present(valueOf(await provider.readCase(ref, ports)), "case");
}

/** A small picture. */
export function documentOf(field: string): KycDocument {
  const bytes = Uint8Array.fromHex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000049454e44ae426082",
  );
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { field, bytes, mediaType: "image/png", sha256 };
}
