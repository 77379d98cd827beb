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
  nationalFormName,
  problemOf,
  sep9Field,
  sep9Schema,
  takesMedia,
} from "../../plugins/sep9/mod.ts";
import type { NationalForm, Reading, Sep9Field } from "../../plugins/sep9/mod.ts";
import type { CheckedFile, ReferredFile } from "./files.ts";
import type { KnownFile } from "./uploads.ts";

/** Largest file, in bytes. */
export const MAX_FILE_BYTES = 10 * 1024 * 1024;

/** Names and values as the body had them: text, a file's bytes, or what JSON may hold. */
export type Entries = readonly (readonly [key: string, value: unknown])[];

/** Checked values by canonical name. */
export type Submission = ReadonlyMap<string, string | CheckedFile | ReferredFile>;

/** What the check may need besides. */
export interface SubmissionContext extends Omit<Reading, "mobileFormat"> {
  /** `mobile_number_format` as stored before. */
  readonly mobileFormat: string | null;
  /** Files that the submission refers to, by id, those that its sender may use. */
  readonly files?: ReadonlyMap<string, KnownFile>;
  /** The customer that it is about, if there is one. */
  readonly customerId?: string | null;
  /** National forms that the customer's country demands, by canonical name. */
  readonly forms?: Readonly<Record<string, readonly NationalForm[]>>;
  /** Of the caller, BCP 47. */
  readonly language: string;
}

/** Used once to check a payment and never kept (R-09-28). */
const NEVER_STORED: ReadonlySet<string> = new Set(["card.cvc"]);

/** What a check came to. */
export interface SubmissionReading {
  /** What is as it has to be. */
  readonly values: Submission;
  /** What is not, by canonical name: 400, 413 for a file above the limit. */
  readonly faults: ReadonlyMap<string, Refusal>;
}

/**
 * The checked values.
 * @throws {Refusal} 400 that names the field, 413 for a file above the limit
 */
export function readSubmission(entries: Entries, context: SubmissionContext): Submission {
  const { values, faults } = readEach(entries, context);
  const [first] = faults.values();
  if (first !== undefined) throw first;
  return values;
}

/** Every value by itself, so that a person can be told of all that is wrong at once. */
export function readEach(entries: Entries, context: SubmissionContext): SubmissionReading {
  const faults = new Map<string, Refusal>();
  const given = new Map<string, { key: string; value: unknown; refers: boolean }>();
  for (const [key, value] of entries) {
    if (value === null || value === undefined) continue; // JSON's way to leave a field out
    const derived = derivedName(key);
    if (derived?.kind === "verification") continue; // read by `check-codes.ts`
    const name = derived?.name ?? canonicalName(key);
    if (name === null) continue;
    const refers = derived !== null;
    const before = given.get(name);
    if (before !== undefined && (before.value !== value || before.refers !== refers)) {
      faults.set(name, faults.get(name) ?? new Refusal("sep12.given_twice", { field: key }));
      continue;
    }
    given.set(name, { key, value, refers });
  }
  const format = given.get("mobile_number_format")?.value ?? context.mobileFormat;
  const reading: Reading = {
    today: context.today,
    ...(typeof format === "string" ? { mobileFormat: format } : {}),
    ...(context.idTypes === undefined ? {} : { idTypes: context.idTypes }),
  };
  const checked = new Map<string, string | CheckedFile | ReferredFile>();
  for (const [name, { key, value, refers }] of given) {
    if (faults.has(name)) continue;
    const field = sep9Field(name);
    const read = orRefusal(() =>
      refers
        ? readReference(field, key, value, context, checked)
        : readOne(field, key, value, reading, context)
    );
    if (read instanceof Refusal) faults.set(name, read);
    else if (!NEVER_STORED.has(name)) checked.set(name, read);
  }
  return { values: checked, faults };
}

function orRefusal<Value>(read: () => Value): Value | Refusal {
  try {
    return read();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

function readOne(
  field: Sep9Field,
  key: string,
  value: unknown,
  reading: Reading,
  { forms, language }: SubmissionContext,
): string | CheckedFile {
  if (value instanceof Uint8Array && !isTextKind(field.kind) && value.length > MAX_FILE_BYTES) {
    throw new Refusal("sep12.file_too_large", { field: key, megabytes: MAX_FILE_BYTES / 1024 / 1024 });
  }
  const demanded = forms?.[field.name];
  const read = sep9Schema(field.name, { ...reading, ...(demanded && { forms: demanded }) }).safeParse(value);
  if (read.success) {
    if (typeof read.data === "string") return read.data;
    return { ...read.data, sha256: createHash("sha256").update(read.data.bytes).digest("hex") };
  }
  const problem = problemOf(read.error);
  switch (problem) {
    case "text_expected":
    case "file_expected":
      throw new Refusal(`sep12.${problem}`, { field: key });
    case "national":
      throw new Refusal("sep12.invalid.national", {
        field: key,
        formats: (demanded ?? []).map((form) => nationalFormName(form, language)).join(", "),
      });
    case "invalid":
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

/**
 * A file that was uploaded before. It stands in one place: when that gets another file, this one is erased. The same
 * reference again changes nothing.
 */
function readReference(
  field: Sep9Field,
  key: string,
  value: unknown,
  { files, customerId }: SubmissionContext,
  others: Submission,
): ReferredFile {
  const file = typeof value === "string" ? files?.get(value) : undefined;
  if (file === undefined || isTextKind(field.kind)) throw new Refusal("sep12.file_unknown", { field: key });
  const { id, sha256, size } = file;
  const isHere = file.field === field.name && file.customerId === customerId;
  const isElsewhere = [...others.values()].some((other) =>
    typeof other !== "string" && "fileId" in other && other.fileId === id
  );
  if (isElsewhere || (file.expiresMs === null && !isHere)) {
    throw new Refusal("sep12.file_taken", { field: key });
  }
  if (!takesMedia(field.kind, file.mediaType)) {
    throw new Refusal(`sep12.invalid.${field.kind}`, { field: key });
  }
  return { fileId: id, mediaType: file.mediaType, sha256, size };
}
