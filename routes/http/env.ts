/**
 * What a request carries through the routes.
 * @module
 */
import type { Caller } from "../../core/auth/session.ts";
import type { Language, Translator } from "../../core/i18n/mod.ts";
import type { Operator } from "../../core/operators/operators.ts";

/** Hono's environment of all rooms. A variable is there only behind the middleware that sets it. */
export interface HttpEnv {
  Variables: {
    /** Texts in the caller's language; set by the language middleware. */
    t: Translator;
    /** The language that the request names; set beside `t`. */
    saidLanguage: Language | null;
    /** Names the request in answers and logs; set on first use. */
    requestId: string;
    /** Who asks; set by the authenticate middleware. */
    caller: Caller;
    /** Who operates; set by the middleware of the operators' routes. */
    operator: Operator;
  };
}
