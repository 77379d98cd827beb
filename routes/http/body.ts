/**
 * Bodies in the three encodings of the SEPs: JSON, urlencoded forms and multipart forms with files.
 * @module
 */
import type { Context } from "hono";
import type { ErrorCode } from "../../core/errors/mod.ts";
import { Refusal } from "../../core/refusal.ts";
import { isPercentEncoded } from "./readable-query.ts";
import { repeatedKey } from "./json-keys.ts";
import { nameUnnamedFiles } from "./unnamed-files.ts";

/** An encoding that a route takes. */
export type BodyEncoding = "json" | "form" | "multipart";

/** A file of a multipart form. What it claims to be is the caller's word, no more. */
export interface UploadedFile {
  /** As given by the caller; never a path to write to. */
  readonly name: string;
  /** Declared media type; may be empty. */
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** What a body said. */
export interface RequestBody {
  /** Names and values, not checked yet: strings from forms, anything from JSON. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** Files of a multipart form, by field name. */
  readonly files: ReadonlyMap<string, UploadedFile>;
}

/** What a route takes. */
export interface BodyOptions {
  /** Bytes of the whole body, files included. */
  readonly maxBytes: number;
  /** JSON and urlencoded forms when absent. */
  readonly accept?: readonly BodyEncoding[];
  /** Takes an empty body of any of these types as one without fields: many stacks drop the body of a DELETE. */
  readonly mayBeEmpty?: boolean;
}

const MEDIA_TYPES: Readonly<Record<BodyEncoding, string>> = {
  json: "application/json",
  form: "application/x-www-form-urlencoded",
  multipart: "multipart/form-data",
};

/**
 * Reads a body. A request without a body and without a type has no fields.
 * @throws Refusal 400 for a body that cannot be read or names a field twice, 413 when it is larger than allowed (it is
 * read no further), 415 for a type, charset or compression that is not taken
 */
export async function readBody(c: Context, options: BodyOptions): Promise<RequestBody> {
  const { encoding, header } = encodingOf(c, options.accept ?? ["json", "form"]);
  const bytes = await readBytes(c, options.maxBytes);
  if (bytes.length === 0 && options.mayBeEmpty === true) return { fields: {}, files: new Map() };
  if (encoding === null) {
    if (bytes.length > 0) throw unsupportedType(options.accept ?? ["json", "form"]);
    return { fields: {}, files: new Map() };
  }
  if (encoding === "multipart") return await readMultipart(bytes, header);
  const text = decodeUtf8(bytes, encoding === "json" ? "request.malformed_json" : "request.malformed_form");
  const fields = encoding === "json" ? readJson(text) : readForm(text);
  return { fields, files: new Map() };
}

/**
 * Reads the raw bytes of a body, for routes that verify a signature over them.
 * @throws Refusal 413 when there are more than `maxBytes`, 400 when they do not come whole
 */
export async function readBytes(c: Context, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const tooLarge = () => new Refusal("request.too_large", { limit: maxBytes });
  if (Number(c.req.header("content-length") ?? "0") > maxBytes) throw tooLarge();
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    // Leaving the loop by a throw cancels the stream, so the rest is never read.
    for await (const part of c.req.raw.body ?? []) {
      length += part.length;
      if (length > maxBytes) throw tooLarge();
      parts.push(part);
    }
  } catch (error) {
    if (error instanceof Refusal) throw error;
    // The connection was cut, or what came was no HTTP: whoever sent it is at fault, if they are still there.
    throw new Refusal("http.bad_request");
  }
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

function encodingOf(
  c: Context,
  accept: readonly BodyEncoding[],
): { encoding: BodyEncoding | null; header: string } {
  const header = c.req.header("content-type") ?? "";
  const [type = "", ...parameters] = header.split(";").map((part) => part.trim());
  const compression = c.req.header("content-encoding")?.trim().toLowerCase() ?? "identity";
  const charset = parameters.find((parameter) => /^charset=/i.test(parameter))?.slice(8).replaceAll('"', "");
  if (compression !== "identity" || (charset !== undefined && !/^(utf-?8|us-ascii)$/i.test(charset))) {
    throw new Refusal("request.unsupported_encoding");
  }
  if (type === "") return { encoding: null, header };
  const encoding = accept.find((each) => MEDIA_TYPES[each] === type.toLowerCase());
  if (!encoding) throw unsupportedType(accept);
  return { encoding, header };
}

function unsupportedType(accept: readonly BodyEncoding[]): Refusal {
  return new Refusal("request.unsupported_type", {
    accepted: accept.map((each) => MEDIA_TYPES[each]).join(", "),
  });
}

function decodeUtf8(bytes: Uint8Array, code: ErrorCode): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Refusal(code);
  }
}

function readJson(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's message quotes the body.
    throw new Refusal("request.malformed_json");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Refusal("request.malformed_json");
  }
  const repeated = repeatedKey(text);
  if (repeated !== null) throw givenTwice(repeated);
  return Object.fromEntries(Object.entries(value));
}

function readForm(text: string): Record<string, unknown> {
  if (!isPercentEncoded(text)) throw new Refusal("request.malformed_form");
  return once([...new URLSearchParams(text)]);
}

async function readMultipart(bytes: Uint8Array<ArrayBuffer>, header: string): Promise<RequestBody> {
  const boundary = boundaryOf(header);
  if (!isWhole(bytes, boundary)) throw new Refusal("request.malformed_form");
  let form: FormData;
  try {
    const named = nameUnnamedFiles(bytes, boundary);
    form = await new Response(named, { headers: { "content-type": header } }).formData();
  } catch {
    throw new Refusal("request.malformed_form");
  }
  const entries = [...form];
  // The runtime puts U+FFFD in the place of what is no UTF-8.
  if (
    entries.some(([name, value]) => `${name}${typeof value === "string" ? value : ""}`.includes("\u{fffd}"))
  ) {
    throw new Refusal("request.malformed_form");
  }
  const files: [string, UploadedFile][] = [];
  for (const [field, value] of entries) {
    if (typeof value === "string") continue;
    files.push([field, { name: value.name, type: value.type, bytes: await value.bytes() }]);
  }
  const values = entries.flatMap(([field, value]): [string, string][] =>
    typeof value === "string" ? [[field, value]] : []
  );
  const all = once([...values, ...files]);
  const names = new Set(files.map(([field]) => field));
  return {
    fields: Object.fromEntries(Object.entries(all).filter(([field]) => !names.has(field))),
    files: new Map(files),
  };
}

/** Whether a multipart body ends as it must: the runtime takes one that was cut off, and drops what is missing. */
function isWhole(bytes: Uint8Array, boundary: string): boolean {
  const end = `--${boundary}--`;
  return new TextDecoder("latin1").decode(bytes.subarray(-(end.length + 16))).includes(end);
}

function boundaryOf(header: string): string {
  const found = /boundary=(?:"([^"]+)"|([^\s;"]+))/i.exec(header);
  if (!found) throw new Refusal("request.malformed_form");
  return found[1] ?? found[2] ?? "";
}

/** A name given twice has no one meaning, and two readers would take two different values. */
function once(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  const seen = new Set<string>();
  for (const [field] of entries) {
    if (seen.has(field)) throw givenTwice(field);
    seen.add(field);
  }
  return Object.fromEntries(entries);
}

function givenTwice(field: string): Refusal {
  return new Refusal("request.repeated_field", { field: field.replaceAll(/[^\w.\-]/g, "?").slice(0, 80) });
}
