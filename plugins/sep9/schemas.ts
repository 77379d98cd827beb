/**
 * The fields of SEP-9 as zod schemas: what a wallet may send for each, read into what is stored. Forms are known to the
 * readers of `kinds.ts`, `media.ts` and `formats.ts` alone; a schema says which of them reads a field.
 *
 * @example
 * sep9Schema("clabe_number", { today: "2026-01-31" }).parse("032 180 0001 1835 9719"); // "032180000118359719"
 * @module
 */
import { z } from "zod";
import type { Sep9Field } from "./catalogue.ts";
import { sep9Field } from "./catalogue.ts";
import { type NationalForm, readNational } from "./formats.ts";
import { isTextKind, readValue } from "./kinds.ts";
import type { Reading } from "./kinds.ts";
import { type MediaType, mediaTypeOf, takesMedia } from "./media.ts";

/** What is wrong with a value: its type, the form of its kind, or the form that the country demands. */
export type Sep9Problem = "text_expected" | "file_expected" | "invalid" | "national";

/** What a schema is made for. */
export interface SchemaContext extends Reading {
  /** Forms of which a text must have one; none are demanded when absent. */
  readonly forms?: readonly NationalForm[];
}

/** A file whose content is of a type that its field takes. */
export interface Sep9File {
  readonly bytes: Uint8Array;
  readonly mediaType: MediaType;
}

/**
 * The schema of a field by the name that we write; the message of an issue is a {@link Sep9Problem}, and none holds the
 * value.
 * @throws {RangeError} for a name that SEP-9 does not have
 */
export function sep9Schema(name: string, context: SchemaContext): z.ZodType<string | Sep9File> {
  const field = sep9Field(name);
  return isTextKind(field.kind) ? textSchema(field, context) : fileSchema(field);
}

/** Text; numbers of JSON are taken where SEP-9 says number (R-09-19). */
function textSchema({ kind, type }: Sep9Field, context: SchemaContext): z.ZodType<string> {
  const text = z.string({ error: "text_expected" });
  const sent = type === "number"
    ? z.union([text, z.number().transform(String)], { error: "text_expected" })
    : text;
  return sent.transform((value, refinement) => {
    // Half a surrogate pair would become another character when it is stored.
    const read = isTextKind(kind) && value.isWellFormed() ? readValue(kind, value, context) : null;
    if (read === null) return refused(refinement, "invalid");
    if (context.forms === undefined) return read;
    return readNational(context.forms, read) ?? refused(refinement, "national");
  });
}

/** A file, by its content and not by what its sender declares (R-09-25). */
function fileSchema({ kind }: Sep9Field): z.ZodType<Sep9File> {
  return z.instanceof(Uint8Array, { error: "file_expected" }).transform((bytes, refinement) => {
    const mediaType = mediaTypeOf(bytes);
    if (mediaType === null || !takesMedia(kind, mediaType)) return refused(refinement, "invalid");
    return { bytes, mediaType };
  });
}

/** What the first issue says. */
export function problemOf(error: z.ZodError): Sep9Problem {
  const message = error.issues[0]?.message;
  return PROBLEMS.find((problem) => problem === message) ?? "invalid";
}

const PROBLEMS: readonly Sep9Problem[] = ["text_expected", "file_expected", "invalid", "national"];

function refused(refinement: z.RefinementCtx<unknown>, problem: Sep9Problem): never {
  refinement.issues.push({ code: "custom", message: problem, input: undefined });
  return z.NEVER;
}
