/**
 * People who operate a gateway, one for each role and a second approver, and what they ask.
 * @module
 */
import { z } from "zod";
import type { World } from "./world.ts";

/** Name → role. */
export const OPERATORS = {
  vera: "viewer",
  sam: "support",
  anna: "approver",
  bert: "approver",
  root: "admin",
} as const;

/** One of them. */
export type OperatorName = keyof typeof OPERATORS;

/** The key of an operator. */
export const keyOf = (name: OperatorName): string => `${name}-0123456789-ABCDEFGH-abcdefgh`;

/** The variable that lets them in. */
export const operatorVariables: Readonly<Record<string, string>> = {
  OPERATOR_API_KEYS: Object.entries(OPERATORS).map(([name, role]) =>
    `${name}:${role}:${name}-0123456789-ABCDEFGH-abcdefgh`
  ).join(","),
};

/** What was answered. */
export interface OperatorAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Headers;
}

const object = z.record(z.string(), z.unknown());

/** Asks as an operator; with a body it is a POST of JSON, else as the method says. */
export async function askAs(
  world: Pick<World, "ask">,
  name: OperatorName,
  path: string,
  how: { readonly method?: "GET" | "POST"; readonly body?: unknown; readonly headers?: HeadersInit } = {},
): Promise<OperatorAnswer> {
  const { body } = how;
  const response = await world.ask(`/operator${path}`, {
    method: how.method ?? (body === undefined ? "GET" : "POST"),
    headers: {
      authorization: `Bearer ${keyOf(name)}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...Object.fromEntries(new Headers(how.headers)),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: object.parse(await response.json()), headers: response.headers };
}

/** Rows of a list that was answered. */
export function rowsIn(answer: OperatorAnswer, list: string): readonly Readonly<Record<string, unknown>>[] {
  return z.array(object).parse(answer.body[list]);
}
