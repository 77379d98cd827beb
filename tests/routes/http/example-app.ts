/**
 * A small app with what the rooms share, for tests of it.
 * @module
 */
import { Hono } from "hono";
import { createTexts } from "../../../core/i18n/mod.ts";
import { createLog } from "../../../core/log.ts";
import {
  createLanguages,
  errorHandler,
  type HttpEnv,
  notFoundHandler,
  type RefusalOptions,
} from "../../../routes/http/mod.ts";

/** An app that answers errors as the gateway does, and keeps the lines of its log. */
export function exampleApp(options: Pick<RefusalOptions, "isUnavailable"> = {}) {
  const languages = createLanguages(createTexts());
  const lines: string[] = [];
  const log = createLog({ write: (line) => void lines.push(line), now: () => 0 });
  const app = new Hono<HttpEnv>();
  app.onError(errorHandler({ languages, log, ...options }));
  app.notFound(notFoundHandler({ languages }));
  return { app, languages, lines, log };
}
