/**
 * What SEP-12 says of a customer: the body of `GET /customer` and of callbacks, in one language. Never holds a value that was given (R-12-52).
 * @module
 */
import type { Answer, FieldStatus, Standing } from "../customers/mod.ts";
import type { Translator } from "../i18n/mod.ts";
import { choicesOf, sep9Field } from "../../plugins/sep9/mod.ts";

/** A field that is asked. */
export interface FieldBody {
  readonly type: "string" | "binary" | "number" | "date";
  readonly description: string;
  readonly choices?: readonly string[];
  readonly optional?: boolean;
}

/** A field that was given. */
export interface ProvidedFieldBody extends FieldBody {
  readonly status?: FieldStatus;
  readonly error?: string;
}

/** SEP-12's customer. */
export interface CustomerBody {
  readonly id?: string;
  readonly status: Standing["status"];
  readonly fields?: Readonly<Record<string, FieldBody>>;
  readonly provided_fields?: Readonly<Record<string, ProvidedFieldBody>>;
  readonly message?: string;
}

/** Writes a customer as SEP-12 has it. */
export function sep12Customer({ id, need, standing }: Answer, translator: Translator): CustomerBody {
  const { status, missing, optional, provided } = standing;
  const asked = status === "REJECTED" ? [] : [...missing, ...optional];
  // What a review wants all the same is not optional any more (R-12-44).
  const optionalNames = new Set(need.optional.filter((name) => !missing.includes(name)));
  const field = (name: string): FieldBody => {
    const { type, kind } = sep9Field(name);
    const choices = kind === "id_type" ? need.idTypes : choicesOf[kind];
    return {
      type,
      description: translator.find(`fields.${name}`) ?? name,
      ...(choices === undefined ? {} : { choices }),
      ...(optionalNames.has(name) ? { optional: true } : {}),
    };
  };
  const providedFields = Object.entries(provided).map(([name, { status: state, reason }]) => {
    const error = state === "REJECTED" ? reasonText(translator, reason ?? "other") : null;
    return [
      name,
      {
        ...field(name),
        ...(state === undefined ? {} : { status: state }),
        ...(error === null ? {} : { error }),
      },
    ] as const;
  });
  const message = messageOf(standing, translator);
  return {
    ...(id === null ? {} : { id }),
    status,
    // NEEDS_INFO always says which fields, be it none (trap 2).
    ...(asked.length > 0 || status === "NEEDS_INFO"
      ? { fields: Object.fromEntries(asked.map((name) => [name, field(name)])) }
      : {}),
    ...(providedFields.length > 0 ? { provided_fields: Object.fromEntries(providedFields) } : {}),
    ...(message === null ? {} : { message }),
  };
}

function messageOf(
  { status, reason, missing, waits, page }: Standing,
  translator: Translator,
): string | null {
  if (status === "ACCEPTED") return null;
  const isListed = status !== "NEEDS_INFO" || missing.length > 0;
  const key = isListed ? status.toLowerCase() : waits ? "verification" : page ? "page" : "needs_info";
  const message = translator.find(`customer.message.${key}`) ?? "";
  const why = status !== "PROCESSING" && reason !== null && reason !== "other"
    ? reasonText(translator, reason)
    : null;
  return why === null ? message : `${message} ${why}`;
}

function reasonText(translator: Translator, code: string): string {
  return translator.find(`reasons.${code}`) ?? translator.find("reasons.other") ?? "";
}
