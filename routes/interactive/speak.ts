/**
 * The language of a page: what its address asks for, else what the transfer speaks, else what the browser asks for.
 * @module
 */
import type { Context } from "hono";
import { type Translator, UNSAID } from "../../core/i18n/mod.ts";
import type { InteractiveOptions } from "./options.ts";
import type { PageEnv } from "./page.ts";

/** Chooses the language of this answer. @param spoken what the transfer keeps */
export function speak(
  c: Context<PageEnv>,
  { languages }: Pick<InteractiveOptions, "languages">,
  spoken: string,
): Translator {
  const asked = c.req.query("lang");
  if (asked !== undefined && languages.match(asked) !== null) return languages.choose(c, asked);
  return spoken === UNSAID ? languages.of(c) : languages.choose(c, spoken);
}
