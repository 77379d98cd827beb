/**
 * One field of the customer's form: its label, its hint, its input, and what is wrong with it.
 * @module
 */
import type { JSX } from "hono/jsx/jsx-runtime";
import { type FormField, MAX_FILE_BYTES } from "../../core/customers/mod.ts";
import { isolated, namedCountries, type Translator } from "../../core/i18n/mod.ts";
import { alpha2Of, COUNTRIES, LANGUAGE_CODES } from "../../plugins/sep9/mod.ts";
import { labelOf } from "./customer-faults.ts";
import { autocompleteOf, captureOf, exampleOf, lookOf } from "./customer-inputs.ts";
import { Labelled, labelled } from "./parts.tsx";

/** A field as it is shown. */
export interface ShownField {
  readonly field: FormField;
  /** What stands in it already; empty for none. */
  readonly value: string;
  /** A file that was taken already and need not be sent again. */
  readonly fileId: string | undefined;
  /** What is wrong with it. */
  readonly error: string | undefined;
  readonly translator: Translator;
}

/** The field. */
export function CustomerField(shown: ShownField): JSX.Element {
  const { field, error, translator } = shown;
  const { name, required } = field;
  const label = labelOf(field, translator);
  const hint = hintOf(shown);
  const about = { name, ...(hint === null ? {} : { hint }), ...(error === undefined ? {} : { error }) };
  return (
    <Labelled {...about} label={required ? label : translator.t("pages.customer.optional", { label })}>
      <Input {...shown} attributes={labelled(about)} />
    </Labelled>
  );
}

function hintOf({ field, fileId, translator: { t } }: ShownField): string | null {
  const { kind, media } = field;
  if (fileId !== undefined) return t("pages.hint.kept");
  const megabytes = MAX_FILE_BYTES / 1024 / 1024;
  if (media.length > 0) {
    return t(kind === "image" ? "pages.hint.image" : "pages.hint.image_or_video", { megabytes });
  }
  if (kind === "occupation") return t("pages.hint.occupation");
  const found = exampleOf(field);
  if (found === null) return null;
  const example = isolated(found);
  return kind === "phone" || kind === "mobile"
    ? t("pages.hint.phone", { example })
    : t("pages.hint.example", { example });
}

interface InputParts extends ShownField {
  readonly attributes: ReturnType<typeof labelled>;
}

function Input(parts: InputParts): JSX.Element {
  const { field, value, attributes } = parts;
  const { name, kind, required } = field;
  const autocomplete = autocompleteOf(name);
  if (field.media.length > 0) return <FileInput {...parts} />;
  if (kind === "lines") {
    return (
      <textarea
        {...attributes}
        rows={3}
        maxlength={1000}
        required={required}
        dir="auto"
        autocomplete={autocomplete}
      >
        {value}
      </textarea>
    );
  }
  const options = optionsOf(field, parts.translator);
  if (options !== null) {
    return (
      <select {...attributes} required={required} autocomplete={autocomplete}>
        <option value="">{parts.translator.t("pages.customer.choose")}</option>
        {options.map(([code, text]) => <option value={code} selected={code === value}>{text}</option>)}
      </select>
    );
  }
  const { type, inputmode, autocapitalize, spellcheck, dir, maxlength } = lookOf(field);
  return (
    <input
      {...attributes}
      type={type}
      value={value}
      required={required}
      inputmode={inputmode}
      autocomplete={autocomplete}
      autocapitalize={autocapitalize}
      spellcheck={spellcheck}
      maxlength={maxlength}
      dir={dir}
    />
  );
}

/** A photo that was taken already rides along by its id, and another one takes its place. */
function FileInput({ field, fileId, attributes }: InputParts): JSX.Element {
  const { name, media, required } = field;
  return (
    <>
      {fileId !== undefined && <input type="hidden" name={`${name}_file_id`} value={fileId} />}
      <input
        {...attributes}
        type="file"
        accept={media.join(",")}
        capture={captureOf(name)}
        required={required && fileId === undefined}
      />
    </>
  );
}

/** What may be chosen, in the language of the page and the order of its alphabet; null for what is typed. */
function optionsOf(
  { kind, choices }: FormField,
  { find, language }: Translator,
): readonly (readonly [code: string, text: string])[] | null {
  switch (kind) {
    case "country":
      return namedCountries(language, COUNTRIES).map(({ code, name }) => [code, name]);
    case "country_alpha2":
      return namedCountries(language, COUNTRIES).map(({ code, name }) => [alpha2Of(code) ?? code, name]);
    case "language":
      return namedLanguages(language);
    default:
      return choices?.map((
        choice,
      ) => [choice, find(`pages.choice.${choice}`) ?? choice.replaceAll("_", " ")]) ?? null;
  }
}

function namedLanguages(language: string): [string, string][] {
  const names = new Intl.DisplayNames(language, { type: "language" });
  const { compare } = new Intl.Collator(language);
  return LANGUAGE_CODES.map((code): [string, string] => [code, names.of(code) ?? code])
    .sort(([, one], [, other]) => compare(one, other));
}
