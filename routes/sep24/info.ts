/**
 * GET `/info`: what is offered, to anybody (R-24-8, R-24-15 to R-24-24).
 * @module
 */
import type { Context } from "hono";
import { sep24Info } from "../../core/seps/sep24-info.ts";
import type { HttpEnv } from "../http/mod.ts";
import type { Sep24Options } from "./options.ts";

/** The handler. Its text is written once: it has no words for people, and the config does not change while a gateway runs. */
export function getInfo({ services, features }: Pick<Sep24Options, "services" | "features">) {
  const text = JSON.stringify(sep24Info(services, features));
  return function info(c: Context<HttpEnv>): Response {
    c.header("Cache-Control", "public, max-age=60");
    c.header("Content-Type", "application/json");
    return c.body(text);
  };
}
