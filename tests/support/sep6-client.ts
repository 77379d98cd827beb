/**
 * SEP-6 by hand: raw answers with their status and headers, where the wallet SDK would hide them.
 * @module
 */
import { z } from "zod";

const listed = z.looseObject({
  id: z.string(),
  kind: z.string(),
  status: z.string(),
  started_at: z.string(),
});

/** What an answer may hold. */
const answerBody = z.looseObject({
  error: z.string().optional(),
  id: z.string().optional(),
  type: z.string().optional(),
  transaction: listed.optional(),
  transactions: z.array(listed).optional(),
});

/** An answer. */
export interface Sep6Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: z.output<typeof answerBody>;
}

/** Asks with a token, or without one. */
export function sep6Client(publicUrl: string, token: string | null) {
  return async function ask(
    path: string,
    query: Readonly<Record<string, string | readonly string[]>> = {},
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Sep6Answer> {
    const url = new URL(`${publicUrl}/sep6${path}`);
    for (const [name, values] of Object.entries(query)) {
      for (const value of typeof values === "string" ? [values] : values) {
        url.searchParams.append(name, value);
      }
    }
    const answer = await fetch(url, {
      headers: { ...headers, ...(token === null ? {} : { authorization: `Bearer ${token}` }) },
    });
    return { status: answer.status, headers: answer.headers, body: answerBody.parse(await answer.json()) };
  };
}
