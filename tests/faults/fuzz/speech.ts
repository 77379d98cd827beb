/**
 * Languages that are asked for, with the one that has to answer.
 * @module
 */
import fc from "fast-check";

/** What is asked, and what is spoken: `null` says nothing of it. */
interface Asked {
  readonly text: string | null;
  readonly meant: string | null;
}

/** Values of `lang`. */
const LANGS: readonly Asked[] = [
  { text: null, meant: null },
  { text: "en", meant: "en" },
  { text: "es", meant: "es" },
  { text: "pt-BR", meant: "pt-BR" },
  { text: "pt", meant: "pt-BR" },
  { text: "pt_BR", meant: "pt-BR" },
  { text: "es-AR", meant: "es" },
  { text: "EN-us", meant: "en" },
  { text: "", meant: null },
  { text: "tl", meant: "fil" },
  { text: "in-ID", meant: "id" },
  { text: "zz", meant: null },
  { text: "*", meant: null },
  { text: "../../locales/en", meant: null },
  { text: "__proto__", meant: null },
  { text: "constructor", meant: null },
  { text: "\u0000", meant: null },
  { text: "e".repeat(5_000), meant: null },
];

/** Values of `Accept-Language`. */
const ACCEPTED: readonly Asked[] = [
  { text: null, meant: null },
  { text: "es-MX,es;q=0.9,en;q=0.1", meant: "es" },
  { text: "en;q=0, pt-BR;q=0.001", meant: "pt-BR" },
  { text: "ja, pt-PT;q=0.3", meant: "pt-BR" },
  { text: "ar-EG, en;q=0.3", meant: "ar" },
  { text: "*", meant: null },
  { text: ";;;,,,q=", meant: null },
  { text: "\u00ff\u00fe", meant: null },
  { text: "es,".repeat(2_000), meant: null },
];

/** A wish. */
export interface Speech {
  readonly lang: string | null;
  readonly accept: string | null;
  readonly language: string;
  /** What the header alone would give. */
  readonly withoutLang: string;
}

/** Draws a wish. */
export const speech: fc.Arbitrary<Speech> = fc.tuple(
  fc.oneof({ weight: 2, arbitrary: fc.constantFrom(...LANGS) }, {
    weight: 1,
    arbitrary: fc.constant<Asked>({ text: null, meant: null }),
  }),
  fc.constantFrom(...ACCEPTED),
).map(([lang, accept]) => ({
  lang: lang.text,
  accept: accept.text,
  language: lang.meant ?? accept.meant ?? "en",
  withoutLang: accept.meant ?? "en",
}));
