/**
 * People who operate the gateways of chaos: two who approve. They look before they order, and look again when nobody has
 * answered or what they saw has changed; so an order is given once, however often it is asked for.
 * @module
 */
import { z } from "zod";
import type { Ask } from "../load/ask.ts";
import { Refused } from "./ask.ts";

/** Their names. */
export type OperatorName = "anna" | "bert";

const NAMES = ["anna", "bert"] as const satisfies readonly OperatorName[];

const keyOf = (name: OperatorName): string => `${name}-0123456789-ABCDEFGH-abcdefgh`;

/** The variable that lets them in. */
export const operatorVariables = {
  OPERATOR_API_KEYS: NAMES.map((name) => `${name}:approver:${keyOf(name)}`).join(","),
} as const;

const PAGE = 200;

/** Looks at something. @param path from `/operator` */
export async function look<T>(ask: Ask, path: string, schema: z.ZodType<T>): Promise<T> {
  const answer = await ask({ kind: "operator", path: `/operator${path}`, token: keyOf("anna") });
  return schema.parse(JSON.parse(answer));
}

/** The first of a list that is looked for, however many others there are; `null` when there is none. */
export async function findIn<T extends { readonly id: string }>(
  ask: Ask,
  list: string,
  schema: z.ZodType<T>,
  isWanted: (one: T) => boolean,
): Promise<T | null> {
  const page = z.object({ [list]: z.array(schema) }).transform((read) => read[list] ?? []);
  for (let after = "";;) {
    const rows = await look(ask, `/${list}?limit=${PAGE}${after}`, page);
    const found = rows.find(isWanted);
    const last = rows.at(-1);
    if (found || !last || rows.length < PAGE) return found ?? null;
    after = `&after=${last.id}`;
  }
}

/**
 * One of them orders something.
 * @returns why it is not done, a code: what was seen has changed, or the first answer was lost and it is done; else `null`
 */
export async function order(
  ask: Ask,
  name: OperatorName,
  path: string,
  body: unknown,
): Promise<string | null> {
  try {
    await ask({ kind: "operator", path: `/operator${path}`, method: "POST", token: keyOf(name), body });
    return null;
  } catch (error) {
    // 404: nothing waits for it any more.
    if (!(error instanceof Refused) || (error.status !== 409 && error.status !== 404)) throw error;
    return error.code;
  }
}

/** Both order the same at once: whatever each is told, the next look says what became of it (M-30). */
export async function orderTogether(ask: Ask, path: string, body: unknown): Promise<void> {
  await Promise.all(NAMES.map((name) => order(ask, name, path, body)));
}
