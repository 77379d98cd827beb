/**
 * The bodies of the two POSTs, in any of three encodings, with what is wrong about them said in the caller's language.
 * @module
 */
import type { Context } from "hono";
import { z } from "zod";
import { MAX_FILE_BYTES } from "../../core/customers/mod.ts";
import { type HttpEnv, InvalidInput, type Languages, readBody, readInput, says } from "../http/mod.ts";
import { amount, memoType, stellarAddress } from "../transfers/parameters.ts";
import { givenValues } from "./given-values.ts";

/** More than all texts that a wallet could send. */
const MAX_TEXT_BYTES = 128 * 1024;
/** As PUT /customer of SEP-12 takes: two documents of the largest size, and the values beside them. */
const MAX_FORM_BYTES = 2 * MAX_FILE_BYTES + 1024 * 1024;

/** A JSON number was read as a binary one: with more digits than fifteen they need not be those that were written. */
function exactText(value: unknown): unknown {
  if (typeof value !== "number") return value;
  const text = String(value);
  return text.replaceAll(/\D/g, "").length > 15 ? "NaN" : text;
}

const booleanText = (value: unknown) => typeof value === "boolean" ? String(value) : value;

/** Memos of type `id` may be written as numbers; beyond 2⁵³ they have lost digits. */
const memoText = z.union([z.string(), z.int().transform(String)]);

/** Fields of both; unknown ones are left alone, as wallets send more than we read. */
const shared = {
  asset_code: z.string(),
  asset_issuer: z.string().optional(),
  amount: z.preprocess(exactText, amount).optional(),
  account: stellarAddress.optional(),
  customer_id: z.string().optional(),
  lang: z.string().optional(),
  // No quote is given, so none is ours (R-24-59).
  quote_id: z.unknown().refine((value) => value === undefined, { params: says("request.field.unknown") })
    .optional(),
};

/** The fields of a deposit (2.1). */
export const depositFields = z.object({
  ...shared,
  source_asset: z.string().optional(),
  memo_type: memoType.optional(),
  memo: memoText.optional(),
  // Text in forms, where "false" must not read as true (trap 17).
  claimable_balance_supported: z.preprocess(booleanText, z.enum(["true", "false"])).optional(),
});

/** The fields of a withdrawal (2.2). Its deprecated `memo` and `memo_type` say nothing: `sub` counts (R-24-113). */
export const withdrawFields = z.object({
  ...shared,
  destination_asset: z.string().optional(),
  refund_memo_type: memoType.optional(),
  refund_memo: memoText.optional(),
});

/** What a body asked, and what it said of the person. */
export interface Initiation<Asked> {
  readonly asked: Asked;
  /** SEP-9 name → text. */
  readonly values: Readonly<Record<string, string>>;
}

/**
 * Reads a body. Its `lang` counts from here on, as one in the query does (R-24-52); an empty field is a missing one.
 * @throws {InvalidInput} with every fault
 */
export async function readInitiation<Fields extends z.ZodObject>(
  c: Context<HttpEnv>,
  languages: Languages,
  schema: Fields,
): Promise<Initiation<z.output<Fields>>> {
  const isForm = /^multipart\//i.test(c.req.header("content-type") ?? "");
  const { fields, files } = await readBody(c, {
    maxBytes: isForm ? MAX_FORM_BYTES : MAX_TEXT_BYTES,
    accept: ["json", "form", "multipart"],
  });
  const present = Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== null && value !== ""),
  );
  const { lang } = present;
  languages.choose(c, typeof lang === "string" ? lang : undefined);
  // A memo that came as a file must not be a memo that was not given.
  const misplaced = Object.keys(schema.shape).filter((name) => files.has(name));
  if (misplaced.length > 0) {
    throw new InvalidInput(
      misplaced.map((field) => ({ field, code: "request.field.invalid", params: { field } })),
    );
  }
  return { asked: readInput(schema, present), values: givenValues(present) };
}
