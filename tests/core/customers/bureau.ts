/** The sandbox bureau behind its module; the wire between them is a function call that tests may cut. */
import { z } from "zod";
import { sandboxKyc } from "../../../kyc-providers/sandbox/mod.ts";
import type { SandboxKycOptions } from "../../../kyc-providers/sandbox/mod.ts";
import type { KycProvider } from "../../../plugins/kyc-provider.ts";
import type { PortRequest, Ports } from "../../../plugins/ports.ts";
import type { WebhookRequest } from "../../../plugins/webhook.ts";
import { openKyc } from "../../../sandbox/kyc/mod.ts";
import { openStore } from "../../../sandbox/store.ts";

const codeShape = z.object({ field: z.string(), value: z.string(), code: z.string() });

export interface Bureau {
  readonly module: KycProvider;
  readonly ports: Ports;
  /** Webhooks that the bureau sent and nobody has read yet. */
  readonly webhooks: WebhookRequest[];
  /** Calls that the module made: `METHOD path`. */
  readonly calls: string[];
  /** What the next calls come to, in order; null lets one through. */
  readonly cuts: ("not_sent" | "answer_lost" | null)[];
  /** Steers the bureau: `POST /decide` and the like. */
  bureau(path: string, body: unknown): Promise<void>;
  /** A person fills the bureau's page. @returns where it leads then */
  fillPage(url: string, fields: Readonly<Record<string, string>>): Promise<string>;
  /** Names that the bureau's page asks for. */
  askedOn(url: string): Promise<readonly string[]>;
  /** Codes that were sent, newest first. */
  codes(): Promise<readonly { readonly field: string; readonly value: string; readonly code: string }[]>;
  /** Lets the bureau's time work. */
  work(): Promise<void>;
  closeBureau(): Promise<void>;
}

export async function bureauAtWork(options: Partial<SandboxKycOptions> = {}): Promise<Bureau> {
  const store = await openStore(":memory:");
  const webhooks: WebhookRequest[] = [];
  const kyc = await openKyc({
    store,
    fetch: async (input, init) => {
      const request = new Request(input, init);
      webhooks.push({
        method: request.method,
        path: "/",
        query: new URL(request.url).searchParams,
        headers: request.headers,
        body: await request.bytes(),
        receivedAt: Math.floor(Date.now() / 1000),
      });
      return new Response(null, { status: 204 });
    },
  });
  const calls: string[] = [];
  const cuts: Bureau["cuts"] = [];
  const ports: Ports = {
    async fetch({ method, url, headers, body }: PortRequest) {
      const { pathname, search } = new URL(url);
      calls.push(`${method} ${pathname}`);
      const cut = cuts.shift() ?? null;
      if (cut === "not_sent") return { kind: "not_sent" };
      const response = await kyc.routes.request(`${pathname}${search}`, {
        method,
        ...(headers === undefined ? {} : { headers: { ...headers } }),
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : new Uint8Array(body) }),
      });
      const bytes = await response.bytes();
      if (cut === "answer_lost") return { kind: "unknown" };
      return {
        kind: "answered",
        response: { status: response.status, headers: response.headers, body: bytes },
      };
    },
    store: {
      get: () => Promise.resolve(null),
      swap: () => Promise.resolve(true),
      once: async (_, __, work) => await work(),
    },
    files: {
      list: () => Promise.resolve([]),
      read: () => Promise.resolve(null),
      write: () => Promise.resolve(true),
    },
    now: () => Math.floor(Date.now() / 1000),
    instance: "bureau",
    webhookUrl: "http://gateway.example/webhooks/bureau/secret",
  };
  const module = sandboxKyc({ url: "http://bureau.example", ...options });
  await module.prepare?.(ports);
  calls.length = 0;
  return {
    module,
    ports,
    webhooks,
    calls,
    cuts,
    async bureau(path, body) {
      const response = await kyc.routes.request(path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`the bureau answered ${response.status}: ${text}`);
    },
    async fillPage(url, fields) {
      const body = new URLSearchParams(fields);
      const response = await kyc.routes.request(new URL(url).pathname, { method: "POST", body });
      if (response.status !== 303) throw new Error(`the page answered ${response.status}`);
      return response.headers.get("location") ?? "";
    },
    async askedOn(url) {
      const response = await kyc.routes.request(new URL(url).pathname);
      return [...(await response.text()).matchAll(/name="([a-z_]+)" required/g)].map(([, name = ""]) => name);
    },
    async codes() {
      const response = await kyc.routes.request("/codes");
      return z.object({ codes: z.array(codeShape) }).parse(await response.json()).codes;
    },
    work: kyc.work,
    async closeBureau() {
      await kyc.close();
      store.close();
    },
  };
}
