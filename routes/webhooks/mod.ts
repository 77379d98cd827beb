/**
 * Webhooks of providers at `/webhooks/{instance}/{secret}/*`, any method, any tail. The raw request is committed before
 * the 2xx; it is read afterwards. Only a provider that waits for keep or return is answered more.
 * @module
 */
import { type Context, Hono } from "hono";
import type { InboxContract, RawRequest } from "../../core/records/inbox.ts";
import type { WebhookReply } from "../../plugins/webhook.ts";
import { type HttpEnv, readBytes } from "../http/mod.ts";

/** What the routes need. */
export interface WebhookOptions {
  /** The contract of an instance whose secret this is, or `null`: both unknown and wrong answer 404. */
  readonly instanceOf: (name: string, secret: string) => InboxContract | null;
  /** Commits the request. */
  readonly put: (instance: string, contract: InboxContract, request: RawRequest) => Promise<void>;
  /** A synchronous decision within its deadline, where the instance's provider waits for one; else `null`. */
  readonly decide: (
    instance: string,
    contract: InboxContract,
    request: RawRequest,
  ) => Promise<WebhookReply | null>;
  /** Reads what was committed, two seconds at most. */
  readonly readNow: () => Promise<void>;
}

/** A provider's news is small; statements travel as files. */
const MAX_BYTES = 1024 * 1024;

/** Headers that say nothing to a module and may hold what is not ours to keep. */
const DROPPED = new Set(["cookie", "connection", "x-forwarded-for", "forwarded"]);

/** The routes, to be mounted at `/webhooks`. */
export function webhookRoutes(options: WebhookOptions): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>();
  async function take(c: Context<HttpEnv, "/:instance/:secret">): Promise<Response> {
    const { instance, secret } = c.req.param();
    const contract = options.instanceOf(instance, secret);
    if (!contract) return c.notFound();
    const request = await rawRequest(c, `/webhooks/${instance}/${secret}`);
    await options.put(instance, contract, request);
    const reply = await options.decide(instance, contract, request);
    if (reply) {
      return new Response(reply.body ?? null, { status: reply.status, headers: { ...reply.headers } });
    }
    await options.readNow();
    return c.body(null, 200);
  }
  app.all("/:instance/:secret", take);
  app.all("/:instance/:secret/*", take);
  return app;
}

async function rawRequest(c: Context<HttpEnv>, prefix: string): Promise<RawRequest> {
  const url = new URL(c.req.url);
  const at = url.pathname.indexOf(prefix);
  return {
    method: c.req.method,
    path: at < 0 ? "" : url.pathname.slice(at + prefix.length),
    query: url.search.slice(1),
    headers: [...c.req.raw.headers].filter(([name]) => !DROPPED.has(name)),
    body: await readBytes(c, MAX_BYTES),
  };
}
