/**
 * The form of the amount page: how, how much, what it comes to; and the question for the country where it matters.
 * @module
 */
import type { JSX } from "hono/jsx/jsx-runtime";
import { countryName, namedCountries } from "../../core/i18n/mod.ts";
import type { PayingBalance } from "../../core/stellar/paying-balance.ts";
import type { Choices, Way } from "../../core/transfers/choices.ts";
import type { AmountTyped } from "./amount-input.ts";
import type { AmountWords, EstimateWords } from "./amount-words.ts";
import { FaultSummary, Form, inputId, Labelled, labelled, Notice } from "./parts.tsx";
import type { Visit } from "./visit.ts";

/** What the form shows. */
export interface AmountShown {
  readonly visit: Visit;
  readonly choices: Choices;
  readonly words: AmountWords;
  readonly typed: AmountTyped;
  /** The way that is chosen; null while several could be. */
  readonly way: Way | null;
  /** Name of the input → what is wrong. */
  readonly faults: ReadonlyMap<string, string>;
  readonly estimate: EstimateWords;
  readonly balance: PayingBalance | null;
  /** Where a withdrawal is paid to, with the fields of another account; null where it is not known yet. */
  readonly account: JSX.Element | null;
}

/** The question for the country. */
export function CountryForm(
  { visit, choices, typed, faults }: Pick<AmountShown, "visit" | "choices" | "typed" | "faults">,
): JSX.Element {
  const { t, language } = visit.translator;
  const error = faults.get("country");
  const about = { name: "country", ...(error === undefined ? {} : { error }) };
  return (
    <>
      <FaultSummary title={t("pages.amount.mend")} faults={faults} />
      <Form visit={visit} action="/amount">
        <input type="hidden" name="amount" value={typed.amount} />
        <Labelled {...about} label={t("pages.amount.country")}>
          <select {...labelled(about)} required autocomplete="country">
            <option value="">{t("pages.amount.country_choose")}</option>
            {namedCountries(language, choices.countries).map(({ code, name }) => (
              <option value={code} selected={code === typed.country}>{name}</option>
            ))}
          </select>
        </Labelled>
        <button type="submit" name="action" value="country">{t("pages.amount.continue")}</button>
      </Form>
    </>
  );
}

/** The form for the amount. */
export function AmountForm(shown: AmountShown): JSX.Element {
  const { visit, choices, words, way, faults, account, balance } = shown;
  const { t } = visit.translator;
  const [only, ...others] = choices.ways;
  const limit = way && words.limit(way);
  const tiers = words.tiers(choices.ways);
  const held = words.balance(balance);
  return (
    <>
      <FaultSummary title={t("pages.amount.mend")} faults={faults} />
      {limit !== null && (
        <Notice kind="info">
          <p>{limit}</p>
        </Notice>
      )}
      <Form
        visit={visit}
        action="/amount"
        estimate={{ address: `${visit.path}/estimate`, names: ["amount", "method", "country"] }}
      >
        <ChosenCountry {...shown} />
        {only !== undefined && others.length > 0 && <Methods {...shown} />}
        <AmountInput {...shown} />
        {held !== null && <p class="hint">{held}</p>}
        {tiers.map((text) => <p class="hint">{text}</p>)}
        <Estimated {...shown} />
        {account}
        <button type="submit" name="action" value="choose">{t("pages.amount.continue")}</button>
        <button type="submit" class="quiet without-script" name="action" value="estimate">
          {t("pages.amount.recalculate")}
        </button>
      </Form>
    </>
  );
}

/** The country that was chosen on this page, and the way back to the question. */
function ChosenCountry({ visit, choices }: AmountShown): JSX.Element | null {
  const { country, countries } = choices;
  if (country === null || countries.length === 0) return null;
  const { t, language } = visit.translator;
  return (
    <p>
      <input type="hidden" name="country" value={country} />
      <EnterButton>{t("pages.amount.continue")}</EnterButton>
      {t("pages.amount.country_shown", { country: countryName(language, country) })}{" "}
      <button type="submit" class="link" id={inputId("country")} name="action" value="ask_country">
        {t("pages.amount.country_change")}
      </button>
    </p>
  );
}

/** What the Enter key presses is the first button of a form, and must not be the one that changes the country. */
function EnterButton({ children }: { readonly children: string }): JSX.Element {
  return (
    <button type="submit" class="spoken" name="action" value="choose" tabindex={-1} aria-hidden="true">
      {children}
    </button>
  );
}

function Methods({ visit, choices, words, typed, faults }: AmountShown): JSX.Element {
  const error = faults.get("method");
  const id = inputId("method");
  return (
    <fieldset
      class={error === undefined ? "field" : "field faulty"}
      aria-describedby={error === undefined ? undefined : `${id}-error`}
    >
      <legend>{visit.translator.t(`pages.amount.methods_${visit.transfer.kind}`)}</legend>
      {choices.ways.map((way, at) => (
        <div class="choice">
          <input
            type="radio"
            name="method"
            id={at === 0 ? id : `${id}-${at}`}
            value={way.method}
            checked={way.method === typed.method}
            required
            aria-describedby={`${id}-${at}-about`}
          />
          <div>
            <label for={at === 0 ? id : `${id}-${at}`}>{words.method(way)}</label>
            <p class="hint" id={`${id}-${at}-about`}>{`${words.bounds(way)} ${words.rule(way)}`}</p>
          </div>
        </div>
      ))}
      {error !== undefined && <p class="fault" id={`${id}-error`}>{error}</p>}
    </fieldset>
  );
}

function AmountInput({ visit, choices, words, typed, faults, way }: AmountShown): JSX.Element {
  const error = faults.get("amount");
  // With several ways each says its own bounds.
  const hint = way !== null && choices.ways.length === 1 ? words.bounds(way) : undefined;
  const about = {
    name: "amount",
    ...(hint === undefined ? {} : { hint }),
    ...(error === undefined ? {} : { error }),
  };
  return (
    <Labelled {...about} label={visit.translator.t("pages.amount.label", { currency: words.code })}>
      <input
        {...labelled(about)}
        type="text"
        inputmode="decimal"
        autocomplete="transaction-amount"
        dir="ltr"
        maxlength={60}
        value={typed.amount}
        required={way?.needsAmount ?? true}
      />
    </Labelled>
  );
}

/** What it comes to. Readers of the screen are told when it changes; the script writes into its parts. */
function Estimated({ words, way, choices, estimate, faults }: AmountShown): JSX.Element {
  // What is wrong stands beside its input already.
  const { fault, fee, gets, asks } = faults.size > 0 ? { ...estimate, fault: "" } : estimate;
  return (
    <>
      {way !== null && choices.ways.length === 1 && <p class="hint">{words.rule(way)}</p>}
      <div aria-live="polite">
        <p class="fault" data-part="fault">{fault}</p>
        <p data-part="fee">{fee}</p>
        <p class="sum" data-part="gets">{gets}</p>
        <p data-part="asks">{asks}</p>
      </div>
    </>
  );
}
