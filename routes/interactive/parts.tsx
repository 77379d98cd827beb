/**
 * What pages are made of.
 * @module
 */
import type { JSX } from "hono/jsx/jsx-runtime";
import type { Child } from "hono/jsx";
import { formatDateTime, type Translator } from "../../core/i18n/mod.ts";
import { FORM_TOKEN, type Visit } from "./visit.ts";

/** A form of a visit, safe to be sent twice. @param action what follows the visit's path, such as `/amount` */
export function Form(
  { visit, action, hasFiles = false, estimate, children }: {
    readonly visit: Visit;
    readonly action: string;
    /** Whether it holds files. */
    readonly hasFiles?: boolean;
    /** Address that answers what the present values of these inputs come to, for the script; they stand in its query. */
    readonly estimate?: { readonly address: string; readonly names: readonly string[] };
    readonly children: Child;
  },
): JSX.Element {
  return (
    <form
      method="post"
      action={visit.path + action}
      enctype={hasFiles ? "multipart/form-data" : "application/x-www-form-urlencoded"}
      novalidate
      data-estimate={estimate?.address}
      data-estimated={estimate?.names.join(" ")}
    >
      <input type="hidden" name={FORM_TOKEN} value={visit.formToken} />
      {children}
    </form>
  );
}

/** A box that stands out. `error` is read out at once and gets the focus, since it says what is to be mended. */
export function Notice(
  { kind, children }: { readonly kind: "info" | "warning" | "error" | "success"; readonly children: Child },
): JSX.Element {
  return kind === "error"
    ? <div class="notice error" role="alert" tabindex={-1} data-focus>{children}</div>
    : <div class={`notice ${kind}`} role="status">{children}</div>;
}

/** What stands around an input: its label, a hint, and what is wrong with it. */
export interface Labelling {
  /** Name of the input; its id follows from it. */
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  /** What is wrong and what to do. */
  readonly error?: string;
}

/** The id of an input, to which a summary of errors links. */
export function inputId(name: string): string {
  return `in-${name.replaceAll(/[^\w-]/g, "-")}`;
}

/** Attributes that tie an input to its label, hint and error. */
export function labelled({ name, hint, error }: Omit<Labelling, "label">): {
  readonly id: string;
  readonly name: string;
  readonly "aria-describedby"?: string;
  readonly "aria-invalid"?: "true";
} {
  const id = inputId(name);
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter((part) => part);
  return {
    id,
    name,
    ...(described.length === 0 ? {} : { "aria-describedby": described.join(" ") }),
    ...(error === undefined ? {} : { "aria-invalid": "true" }),
  };
}

/** A labelled input: `<Labelled name="amount" label="…"><input {...labelled({ name: "amount" })}></Labelled>`. */
export function Labelled(
  { name, label, hint, error, children }: Labelling & { readonly children: Child },
): JSX.Element {
  const id = inputId(name);
  return (
    <div class={error === undefined ? "field" : "field faulty"}>
      <label for={id}>{label}</label>
      {hint !== undefined && <p class="hint" id={`${id}-hint`}>{hint}</p>}
      {children}
      {error !== undefined && <p class="fault" id={`${id}-error`}>{error}</p>}
    </div>
  );
}

/** What is wrong with a form, above it, each with a link to its input. @param faults name of an input → what is wrong */
export function FaultSummary(
  { title, faults }: { readonly title: string; readonly faults: ReadonlyMap<string, string> },
): JSX.Element | null {
  if (faults.size === 0) return null;
  return (
    <Notice kind="error">
      <p>
        <strong>{title}</strong>
      </p>
      <ul>
        {[...faults].map(([name, text]) => (
          <li>
            <a href={`#${inputId(name)}`}>{text}</a>
          </li>
        ))}
      </ul>
    </Notice>
  );
}

/** A value that is to be used elsewhere, with a button that copies it. @param shown how people read it; the value when absent */
export function CopyLine(
  { label, value, shown = value, translator: { t } }: {
    readonly label: string;
    readonly value: string;
    readonly shown?: string;
    readonly translator: Translator;
  },
): JSX.Element {
  return (
    <div class="line">
      <dt>{label}</dt>
      <dd>
        <bdi class="value">{shown}</bdi>
        <button
          type="button"
          class="quiet with-script"
          data-copy={value}
          data-copied={t("pages.parts.copied")}
          aria-label={t("pages.parts.copy_what", { what: label })}
        >
          {t("pages.parts.copy")}
        </button>
      </dd>
    </div>
  );
}

/** A moment, in UTC until the script writes it in the person's own time zone. @param at milliseconds since 1970 */
export function LocalTime(
  { at, translator: { language } }: { readonly at: number; readonly translator: Translator },
): JSX.Element {
  return (
    <time datetime={new Date(at).toISOString()} data-local>
      {formatDateTime(language, at)}
    </time>
  );
}
