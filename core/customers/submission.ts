/**
 * Checks what a PUT carries: every value by SEP-9's form, before anything is stored. One rule for unknown keys in all
 * encodings (R-09-31): a key that SEP-9 does not have is ignored, a known one with a bad value refuses the whole.
 * @module
 */
import { createHash } from "node:crypto";
import { Refusal } from "../refusal.ts";
import {
  canonicalName,
  choicesOf,
  derivedName,
  isTextKind,
  mediaTypeOf,
  mediaTypesOf,
  nationalFormName,
  problemOf,
  sep9Field,
  sep9TextSchema,
} from "../../plugins/sep9/mod.ts";
import type { NationalForm, Reading, Sep9Field } from "../../plugins/sep9/mod.ts";
import type { CheckedFile } from "./files.ts";

/** Largest file, in bytes. */
export const MAX_FILE_BYTES = 10 * 1024 * 1024;

/** Names and values as the body had them: text, a file's bytes, or what JSON may hold. */
export type Entries = readonly (readonly [key: string, value: unknown])[];

/** Checked values by canonical name. */
export type Submission = ReadonlyMap<string, string | CheckedFile>;

/** What the check may need besides. */
export interface SubmissionContext extends Omit<Reading, "mobileFormat"> {
  /** `mobile_number_format` as stored before. */
  readonly mobileFormat: string | null;
  /** National forms that the customer's country demands, by canonical name. */
  readonly forms?: Readonly<Record<string, readonly NationalForm[]>>;
  /** Of the caller, BCP 47. */
  readonly language: string;
}

/** Used once to check a payment and never kept (R-09-28). */
const NEVER_STORED: ReadonlySet<string> = new Set(["card.cvc"]);

/**
 * The checked values.
 * @throws {Refusal} 400 that names the field, 413 for a file above the limit
 */
export function readSubmission(entries: Entries, context: SubmissionContext): Submission {
  const given = new Map<string, { key: string; value: unknown }>();
  for (const [key, value] of entries) {
    if (value === null || value === undefined) continue; // JSON's way to leave a field out
    const name = canonicalName(key);
    if (name === null) {
      refuseDerived(key);
      continue;
    }
    const before = given.get(name);
    if (before !== undefined && before.value !== value) {
      throw new Refusal("sep12.given_twice", { field: key });
    }
    given.set(name, { key, value });
  }
  const format = given.get("mobile_number_format")?.value ?? context.mobileFormat;
  const reading: Reading = {
    today: context.today,
    ...(typeof format === "string" ? { mobileFormat: format } : {}),
    ...(context.idTypes === undefined ? {} : { idTypes: context.idTypes }),
  };
  const checked = new Map<string, string | CheckedFile>();
  for (const [name, { key, value }] of given) {
    const field = sep9Field(name);
    const read = isTextKind(field.kind)
      ? readText(field, key, value, reading, context)
      : readFile(field, key, value);
    if (!NEVER_STORED.has(name)) checked.set(name, read);
  }
  return checked;
}

/** References to files belong to fields that wait for them; none does yet. Codes are read by `check-codes.ts`. */
function refuseDerived(key: string): void {
  const derived = derivedName(key);
  if (derived?.kind === "file_id") throw new Refusal("sep12.file_unknown", { field: derived.name });
}

function readText(
  field: Sep9Field,
  key: string,
  value: unknown,
  reading: Reading,
  { forms, language }: SubmissionContext,
): string {
  const demanded = forms?.[field.name];
  const read = sep9TextSchema(field, { ...reading, ...(demanded && { forms: demanded }) }).safeParse(value);
  if (read.success) return read.data;
  switch (problemOf(read.error)) {
    case "text_expected":
      throw new Refusal("sep12.text_expected", { field: key });
    case "national":
      throw new Refusal("sep12.invalid.national", {
        field: key,
        formats: (demanded ?? []).map((form) => nationalFormName(form, language)).join(", "),
      });
    default:
      throw invalid(field, key, reading);
  }
}

function invalid({ kind }: Sep9Field, key: string, { idTypes }: Reading): Refusal {
  const choices = kind === "id_type" ? idTypes : choicesOf[kind];
  return new Refusal(`sep12.invalid.${kind}`, {
    field: key,
    ...(choices === undefined ? {} : { choices: choices.join(", ") }),
  });
}

function readFile({ kind }: Sep9Field, key: string, value: unknown): CheckedFile {
  if (!(value instanceof Uint8Array)) throw new Refusal("sep12.file_expected", { field: key });
  if (value.length > MAX_FILE_BYTES) {
    throw new Refusal("sep12.file_too_large", { field: key, megabytes: MAX_FILE_BYTES / 1024 / 1024 });
  }
  const accepted = kind === "image" || kind === "image_or_video" ? mediaTypesOf[kind] : [];
  const mediaType = mediaTypeOf(value);
  if (mediaType === null || !accepted.includes(mediaType)) {
    throw new Refusal(`sep12.invalid.${kind}`, { field: key });
  }
  return { bytes: value, mediaType, sha256: createHash("sha256").update(value).digest("hex") };
}
