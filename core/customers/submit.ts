/**
 * Takes what a person gives on a page for one transfer: all of it or nothing, as SEP-12's PUT does, but with everything
 * that is wrong told at once, and with files kept so that nobody takes a photo twice (P7).
 * @module
 */
import { Refusal } from "../refusal.ts";
import { canonicalName, derivedName } from "../../plugins/sep9/mod.ts";
import { standingIn } from "./answer.ts";
import { NewCodeSent, readCodes, sendAnother } from "./check-codes.ts";
import { findCustomer, textOf } from "./customer.ts";
import { formOf, needOfForm } from "./form.ts";
import type { CustomerForm, FormField, FormTransfer } from "./form.ts";
import type { CustomersOptions } from "./options.ts";
import { putOnce } from "./put.ts";
import type { PutPorts, PutRequest, PutResult } from "./put.ts";
import { givenCountry } from "./requests.ts";
import { readEach } from "./submission.ts";
import type { Entries, Submission, SubmissionReading } from "./submission.ts";
import { typedEntries } from "./typed.ts";
import { untilStored } from "./until-stored.ts";
import type { Uploads } from "./uploads.ts";
import { valuesOfMover } from "./values-of-mover.ts";

/** What a person gives. */
export interface FormSubmission {
  /** Names of SEP-9 with text as it was typed or a file's bytes, `<name>_file_id`, `<name>_verification`. */
  readonly entries: Entries;
  /** BCP 47; kept for messages. */
  readonly language: string;
  /** What the form asked: all that the transfer needs, or another account to be paid to alone. `all` when absent. */
  readonly part?: "all" | "payout";
}

/** What became of it. */
export type Submitted =
  /** Keys of effects to be performed. */
  | { readonly kind: "stored"; readonly effects: readonly string[] }
  /** Nothing was stored. */
  | {
    readonly kind: "faults";
    /** Texts by canonical name; of a code by `<name>_verification`. */
    readonly faults: ReadonlyMap<string, Refusal>;
    /** The form to be shown again: what is being given decides what it asks. */
    readonly form: CustomerForm;
    /** Files that need not be sent again: canonical name → the id to be sent as `<name>_file_id`. */
    readonly files: ReadonlyMap<string, string>;
    /** A new code may be on its way. */
    readonly effects: readonly string[];
  }
  /** The customer was erased meanwhile, and the transfer is being ended. */
  | { readonly kind: "erased" };

/** What taking it needs. */
export interface SubmitPorts extends PutPorts, Pick<CustomersOptions, "today" | "onStanding"> {
  readonly uploads: Uploads;
}

/** Takes it; safe to be sent twice. @throws {Refusal} 503 */
export async function submitForm(
  ports: SubmitPorts,
  transfer: FormTransfer,
  request: FormSubmission,
): Promise<Submitted> {
  const kept: Kept = { storedFiles: new Map(), rightCodes: new Set() };
  const submitted = await untilStored(() => submitOnce(ports, transfer, request, kept));
  if (submitted.kind === "erased") {
    await ports.files.drop([...kept.storedFiles.values()]);
    return submitted;
  }
  await dropReplaced(ports, transfer, request.entries);
  if (submitted.kind === "faults") return submitted;
  if (!submitted.begun) await settleIfAccepted(ports, transfer);
  return { kind: "stored", effects: submitted.effects };
}

/** What the tries to store one submission share; see `put.ts`. */
type Kept = Pick<PutRequest, "storedFiles" | "rightCodes">;

async function submitOnce(
  ports: SubmitPorts,
  transfer: FormTransfer,
  { entries, language, part = "all" }: FormSubmission,
  kept: Kept,
): Promise<PutResult | Exclude<Submitted, { readonly kind: "stored" }>> {
  const { policy, vault } = ports;
  const view = await findCustomer(ports, { id: transfer.customerId });
  if (view === null) return { kind: "erased" };
  const known = textOf(vault, view, "address_country_code");
  const given = part === "all" ? givenCountry(entries) ?? known : known;
  const { formats: forms } = policy.pack(given ?? transfer.country ?? undefined);
  const need = needOfForm(policy, transfer, given);
  const before = formOf(ports, view, transfer, { given: known });
  const shown = part === "all" ? before.fields : before.payout?.fields ?? [];
  const asked = part === "all"
    ? [...shown, ...formOf(ports, view, transfer, { given }).fields].map(({ name }) => name)
    : shown.map(({ name }) => name);
  const mobileFormat = textOf(vault, view, "mobile_number_format");
  const moved = given === known ? [] : Object.keys(forms);
  const waiting = part === "all" ? before.codes.map(({ name }) => name) : [];
  const typed = onlyOf(typedEntries(entries, { mobileFormat, forms }), {
    names: new Set([...asked, ...moved, ...waiting]),
    codes: new Set(waiting),
  });
  const reading = readEach([...typed, ...valuesOfMover(vault, view, { entries: typed, forms })], {
    today: ports.today(),
    idTypes: need.idTypes,
    mobileFormat,
    forms,
    language,
    files: await ports.uploads.referred((owner) => owner === transfer.customerOwner, typed),
    customerId: view.customer.id,
  });
  const refuse = async (faults: ReadonlyMap<string, Refusal>, effects: readonly string[] = []) => {
    const { files, refused } = await keepFiles(ports.uploads, transfer, reading.values);
    const all = new Map([...faults, ...refused]);
    const also = part === "all"
      ? [...all.keys()].filter((name) => canonicalName(name) === name && !waiting.includes(name))
      : [];
    const form = formOf(ports, view, transfer, { given, also });
    return { kind: "faults", faults: all, form, files, effects } as const;
  };
  const faults = new Map([...reading.faults, ...missing(shown, waiting, typed, reading)]);
  if (faults.size > 0) return await refuse(faults);
  try {
    return await putOnce(ports, {
      view,
      owner: view.customer.owner,
      account: transfer.account,
      language,
      submission: reading.values,
      needs: [need],
      codes: readCodes(typed),
      ...kept,
    });
  } catch (error) {
    if (!(error instanceof Refusal) || !error.code.startsWith("sep12.code_")) throw error;
    const name = String(error.params["field"]);
    // Too many codes to a number that is being given is a fault of the number.
    const place = reading.values.has(name) ? name : `${name}_verification`;
    return await refuse(new Map([[place, error]]), error instanceof NewCodeSent ? error.effects : []);
  }
}

/** Nobody changes on a form what it does not ask; a code that was right a moment ago is no fault when it comes twice. */
function onlyOf(
  entries: Entries,
  { names, codes }: { readonly names: ReadonlySet<string>; readonly codes: ReadonlySet<string> },
): Entries {
  const given = new Set(entries.map(([key]) => canonicalName(key)));
  return entries.filter(([key]) => {
    const derived = derivedName(key);
    // The code of a number that is just being replaced says nothing of the new one.
    if (derived?.kind === "verification") return codes.has(derived.name) && !given.has(derived.name);
    return names.has(derived?.name ?? canonicalName(key) ?? "");
  });
}

/** What the form asked and nobody filled in; a code only where nothing else was given either. */
function missing(
  shown: readonly FormField[],
  waiting: readonly string[],
  typed: Entries,
  { values, faults }: SubmissionReading,
): [string, Refusal][] {
  const fields = shown.filter(({ name, required }) => required && !values.has(name) && !faults.has(name));
  const codes = typed.length === 0 && fields.length === 0
    ? waiting.map((name) => `${name}_verification`)
    : [];
  return [...fields.map(({ name }) => name), ...codes].map((
    field,
  ) => [field, new Refusal("request.field.missing", { field })]);
}

/** Keeps the files that are right until the rest is. */
async function keepFiles(uploads: Uploads, { customerOwner }: FormTransfer, values: Submission) {
  const files = new Map<string, string>();
  const refused = new Map<string, Refusal>();
  for (const [name, value] of values) {
    if (typeof value === "string") continue;
    try {
      files.set(
        name,
        "fileId" in value ? value.fileId : (await uploads.upload(customerOwner, value.bytes)).id,
      );
    } catch (error) {
      if (!(error instanceof Refusal) || error.status === 503) throw error;
      refused.set(name, error);
    }
  }
  return { files, refused };
}

/** A file that another one was sent for waits for nothing any more. */
async function dropReplaced(
  { uploads, files }: Pick<SubmitPorts, "uploads" | "files">,
  { customerOwner }: FormTransfer,
  entries: Entries,
): Promise<void> {
  const anew = new Set(
    entries.flatMap(([key, value]) =>
      value instanceof Uint8Array && value.length > 0 ? [canonicalName(key)] : []
    ),
  );
  const replaced = entries.filter(([key]) => anew.has(derivedName(key)?.name ?? null));
  const known = await uploads.referred((owner) => owner === customerOwner, replaced);
  await files.drop([...known.values()].filter(({ expiresMs }) => expiresMs !== null).map(({ id }) => id));
}

/** An account to pay may be all that the transfer waited for, and needs no review. */
async function settleIfAccepted(ports: SubmitPorts, transfer: FormTransfer): Promise<void> {
  const view = await findCustomer(ports, { id: transfer.customerId });
  if (view === null) return;
  const need = needOfForm(ports.policy, transfer, textOf(ports.vault, view, "address_country_code"));
  if (standingIn(view, need).status === "ACCEPTED") {
    await ports.onStanding(transfer.customerId, transfer.protocol);
  }
}

/** What became of asking for a new code. */
export type CodeAsked =
  /** Keys of effects to be performed. */
  | { readonly kind: "decided"; readonly effects: readonly string[] }
  /** It is on its way already, none is waited for, or too many were sent. */
  | { readonly kind: "refused"; readonly refusal: Refusal }
  | { readonly kind: "erased" };

/** Sends a new code to a value that waits for one. @param name of SEP-9, canonical */
export async function askForCode(
  ports: SubmitPorts,
  transfer: FormTransfer,
  name: string,
): Promise<CodeAsked> {
  return await untilStored<CodeAsked>(async () => {
    const view = await findCustomer(ports, { id: transfer.customerId });
    if (view === null) return { kind: "erased" };
    const country = textOf(ports.vault, view, "address_country_code");
    const needs = [needOfForm(ports.policy, transfer, country)];
    try {
      const effects = await sendAnother(ports, { view, needs }, name);
      return effects === null ? { kind: "overtaken" } : { kind: "decided", effects };
    } catch (error) {
      if (!(error instanceof Refusal) || error.status === 503) throw error;
      return { kind: "refused", refusal: error };
    }
  });
}
