/**
 * The sandbox bank and KYC bureau on a loopback port, with storage in memory and their webhooks caught.
 * @module
 */
import { Hono } from "hono";
import { openTestPorts, type TestPorts } from "../../plugins/contract-tests/ports.ts";
import type { WebhookReply, WebhookRequest } from "../../plugins/webhook.ts";
import { openBank } from "../../sandbox/bank/mod.ts";
import { openKyc } from "../../sandbox/kyc/mod.ts";
import { openStore } from "../../sandbox/store.ts";

/** A running world of one test. */
export interface World {
  /** `http://127.0.0.1:PORT/sandbox` */
  readonly url: string;
  readonly ports: TestPorts;
  /** Calls a control route; fails when it answers no 2xx. */
  control(method: string, path: string, body?: unknown): Promise<unknown>;
  /** Like `control`, and answers whatever came. */
  call(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }>;
  /** Webhooks since the last call, all deliveries ended. */
  webhooks(): Promise<readonly WebhookRequest[]>;
  /** Who answers questions before booking. */
  onQuestion(answer: (request: WebhookRequest) => Promise<WebhookReply | null>): void;
  /** Moves the sandbox's clock and the ports' clock. */
  advance(seconds: number): Promise<void>;
  close(): Promise<void>;
}

/** Starts a world. */
export async function openWorld(): Promise<World> {
  const store = await openStore(":memory:");
  let shift = 0;
  const now = () => Date.now() + shift;
  let caught: WebhookRequest[] = [];
  let answer = (_: WebhookRequest): Promise<WebhookReply | null> => Promise.resolve({ status: 500 });
  const ports = openTestPorts({ now: () => Math.floor(now() / 1000) });

  async function receive(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    const request = new Request(input, init);
    const webhook: WebhookRequest = {
      method: request.method,
      path: request.url.slice(ports.webhookUrl.length),
      query: new URLSearchParams(),
      headers: request.headers,
      body: new Uint8Array(await request.arrayBuffer()),
      receivedAt: Math.floor(now() / 1000),
    };
    if (webhook.path !== "/decision") {
      caught.push(webhook);
      return new Response(null, { status: 204 });
    }
    const reply = await answer(webhook);
    return new Response(reply?.body ?? null, {
      status: reply?.status ?? 404,
      headers: { ...reply?.headers },
    });
  }

  const bank = await openBank({ store, now, fetch: receive });
  const kyc = await openKyc({ store, now, fetch: receive });
  const app = new Hono().route("/sandbox/bank", bank.routes).route("/sandbox/kyc", kyc.routes);
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, app.fetch);
  const client = Deno.createHttpClient({});
  const url = `http://127.0.0.1:${server.addr.port}/sandbox`;

  async function call(method: string, path: string, body?: unknown) {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { "Content-Type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      redirect: "manual",
      client,
    });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.startsWith("application/json") ?? false;
    return { status: response.status, body: isJson ? JSON.parse(text) as unknown : text };
  }

  async function settle(): Promise<void> {
    await Promise.all([bank.work(), kyc.work()]);
    await Promise.all([bank.settled(), kyc.settled()]);
  }

  return {
    url,
    ports,
    call,
    async control(method, path, body) {
      const answered = await call(method, path, body);
      if (answered.status >= 300) {
        throw new Error(`Cannot ${method} ${path}: ${answered.status} ${JSON.stringify(answered.body)}`);
      }
      return answered.body;
    },
    async webhooks() {
      await settle();
      const since = caught;
      caught = [];
      return since;
    },
    onQuestion(next) {
      answer = next;
    },
    async advance(seconds) {
      shift += seconds * 1000;
      await settle();
    },
    async close() {
      client.close();
      await bank.close();
      await kyc.close();
      await server.shutdown();
      store.close();
    },
  };
}
