/**
 * A door before a gateway through which wallets go in stormy weather. It writes down every answer that none of them should
 * meet: an error that is no 503 with a word on when to come again, and a login that is refused because somebody is away.
 * @module
 */
import { z } from "zod";
import { serveCuttable } from "./cuttable-server.ts";

/** The door. */
export interface JudgedDoor extends AsyncDisposable {
  readonly url: string;
  /** What no wallet should meet, a line each. */
  readonly sins: readonly string[];
  /** How often wallets were asked to come again, by the method and path that they asked for. */
  readonly putOff: ReadonlyMap<string, number>;
}

const refusal = z.object({ error: z.string().min(1), code: z.string(), request_id: z.string() });

/** Opens it before the gateway that answers at `target`. @param mayFail address of a caller who is to be refused */
export async function openJudgedDoor(target: string, mayFail: string): Promise<JudgedDoor> {
  const sins: string[] = [];
  const putOff = new Map<string, number>();
  const server = await serveCuttable(async ({ method, path, headers, body }) => {
    headers.delete("host");
    headers.delete("connection");
    headers.delete("content-length");
    const answer = await fetch(target + path, { method, headers, ...(method === "GET" ? {} : { body }) });
    const text = await answer.text();
    const { pathname } = new URL(target + path);
    const called = `${method} ${pathname}`;
    const sin = sinOf(called, answer, text, headers.get("x-forwarded-for") === mayFail);
    if (sin !== null) sins.push(`${called}: ${answer.status} ${sin} ${text.slice(0, 200)}`);
    if (answer.status === 503) putOff.set(called, (putOff.get(called) ?? 0) + 1);
    return new Response(text, {
      status: answer.status,
      headers: { "content-type": answer.headers.get("content-type") ?? "text/plain" },
    });
  });
  return { url: server.url, sins, putOff, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

/** What is wrong with an answer; `null` when nothing is. */
function sinOf(called: string, { status, headers }: Response, text: string, mayFail: boolean): string | null {
  const isLogin = called.endsWith(" /auth");
  if (isLogin && mayFail) {
    return status === 200 && called.startsWith("POST") ? "lets in who has no weight" : null;
  }
  if (status < 400) return null;
  if (status < 500) return isLogin ? "refuses who should be let in" : null;
  if (status !== 503) return "is an error of ours";
  if (!(Number(headers.get("retry-after")) > 0)) return "does not say when to come again";
  return isRefusal(text) ? null : "is no refusal that a wallet can read";
}

function isRefusal(text: string): boolean {
  try {
    return refusal.safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
}
