/**
 * `docs/errors.md`, written from the table in `core/errors`.
 * @module
 */
import { ERROR_GROUPS } from "../../core/errors/mod.ts";
import type { ErrorTable } from "../../core/errors/mod.ts";
import { RESOURCES } from "../../core/i18n/languages.ts";

/** Where the page stands. */
export const ERRORS_PAGE: URL = new URL("../../docs/errors.md", import.meta.url);

const HEAD = `# Errors

Every error answer is JSON with \`error\`, a text in the caller's language that says what to do next, \`code\`, which never
changes, and \`request_id\`, under which the log has it. Where several parameters are wrong, \`fields\` has the text of each.
Without a good token SEP-6 answers 403 with exactly \`{"type":"authentication_required"}\`, as its text wants, and SEP-12 401.

This page is written from the table in \`core/errors\` by \`deno task errors\`.
`;

/** The whole page. */
export function errorsPage(): string {
  const groups = Object.entries(ERROR_GROUPS).map(([name, table]) => `## ${name}\n\n${rowsOf(table)}\n`);
  return [HEAD, ...groups].join("\n");
}

function rowsOf(table: ErrorTable): string {
  const rows = Object.entries(table).map((
    [code, { status, meaning }],
  ) => [`\`${code}\``, String(status), meaning, textOf(code)]);
  const head = ["Code", "Status", "When", "What the caller reads"];
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** The English text, with its placeholders as they stand. */
function textOf(code: string): string {
  const keys = `errors.${code}`.split(".");
  const last = keys.pop() ?? "";
  let node: unknown = RESOURCES["en"];
  for (const key of keys) node = memberOf(node, key);
  const text = memberOf(node, last) ?? memberOf(node, `${last}_other`);
  if (typeof text !== "string") throw new Error(`Cannot write the page of errors: ${code} has no text`);
  return text;
}

function memberOf(node: unknown, key: string): unknown {
  return typeof node === "object" && node !== null ? Reflect.get(node, key) : undefined;
}
