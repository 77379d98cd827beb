/**
 * The language of an answer (DESIGN §8): the `lang` parameter, then `Accept-Language`, then English.
 * @module
 */
import type { Context, MiddlewareHandler } from "hono";
import { DEFAULT_LANGUAGE, type Language, type Texts, type Translator } from "../../core/i18n/mod.ts";
import type { HttpEnv } from "./env.ts";
import { localeMatcher } from "./locale-matcher.ts";

/** Chooses languages for requests; see {@link createLanguages}. */
export interface Languages {
  /** Sets `c.var.t`, `Content-Language` and `Vary`. Only routes that answer people need it. */
  readonly middleware: MiddlewareHandler<HttpEnv>;
  /** The translator of a request, chosen now if no middleware did; so that errors before it speak too. */
  readonly of: (c: Context<HttpEnv>) => Translator;
  /**
   * Takes a language that a request names elsewhere, for example `lang` in a body (R-12-53, R-24-25) or a choice that
   * is remembered. Text that none of our languages comes near to changes nothing.
   */
  readonly choose: (c: Context<HttpEnv>, tag: string | undefined) => Translator;
  /**
   * The language that the request names, by whichever of these ways, or null where it names none of ours; for records that
   * keep whether anybody has said one.
   */
  readonly said: (c: Context<HttpEnv>) => Language | null;
  /** The language for a tag, or null; for records that keep the language they were made in. */
  readonly match: (tag: string) => Language | null;
}

/** Builds the chooser over the texts that are offered. */
export function createLanguages(texts: Texts): Languages {
  const matcher = localeMatcher(texts.languages);

  /** Speaks what was said, else the default. */
  function use(c: Context<HttpEnv>, said: Language | null): Translator {
    const language = said ?? DEFAULT_LANGUAGE;
    const translator = texts.translator(language);
    c.set("t", translator);
    c.set("saidLanguage", said);
    c.header("Content-Language", language);
    return translator;
  }

  function of(c: Context<HttpEnv>): Translator {
    // Hono types a variable as always there; before any middleware it is not.
    const chosen: Translator | undefined = c.get("t");
    if (chosen) return chosen;
    const asked = c.req.query("lang");
    const accepted = c.req.header("accept-language");
    const language = (asked ? matcher.tag(asked) : null) ?? (accepted ? matcher.header(accepted) : null);
    c.header("Vary", "Accept-Language", { append: true });
    return use(c, language);
  }

  return {
    middleware: async function language(c, next) {
      of(c);
      await next();
    },
    of,
    choose: (c, tag) => {
      const present = of(c);
      const language = tag ? matcher.tag(tag) : null;
      return language === null ? present : use(c, language);
    },
    said: (c) => {
      of(c);
      return c.get("saidLanguage");
    },
    match: matcher.tag,
  };
}
