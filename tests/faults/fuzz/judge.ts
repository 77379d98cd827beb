/**
 * What every answer has to be, whatever was asked: no fault of ours, the SEP's own body, the language that was asked for,
 * nothing told and nothing written.
 * @module
 */
import { type ErrorCode, ERRORS } from "../../../core/errors/mod.ts";
import { goodAnswers } from "./good-answers.ts";
import { isPage, judgePage } from "./page-judge.ts";
import type { Place } from "./place.ts";
import { isTextOf } from "./texts.ts";
import type { Answer, Shot } from "./shot.ts";

/** Tables that a refused request may write to, and why. */
const MAY_WRITE: Readonly<Record<string, readonly string[]>> = {
  // How often somebody asked, and which challenges were handed in.
  "GET /auth": ["sessions"],
  "POST /auth": ["sessions"],
  // A wrong answer is counted, and after too many another code is sent (R-12-73).
  "PUT /sep12/customer": ["customer_verifications", "code_sendings", "outbox"],
  "PUT /sep12/customer/verification": ["customer_verifications", "code_sendings", "outbox"],
  // Nobody takes a photo twice, and what was typed waits for the form that is shown again (P7).
  "POST /interactive/:id/customer": [
    "customer_files",
    "sessions",
    "customer_verifications",
    "code_sendings",
    "outbox",
  ],
};

/** How the finding begins that somebody has to look at twice: time passes beside the requests too. */
export const WROTE = "a refused request wrote";

/** Codes that depend on what went before, so that a request of which nothing is wrong may meet them. */
const OF_STATE: ReadonlySet<string> = new Set([
  "transfer.deposit_open",
  "transfer.customer_rejected",
  "transfer.amount_too_large",
  "sep10.client_domain_key",
  // What was found is sent again while it is made smaller.
  "sep10.challenge_used",
  "sep12.not_to_verify",
  "sep12.nothing_stored",
  "sep12.too_many_files",
  "sep12.code_limit",
  "transfer.limit_reached",
]);

/** Rooms that browsers of any origin may read. */
const OPEN_ROOMS = /^(\/sep6|\/sep12|\/sep24|\/auth$|\/auth\?|\/\.well-known\/stellar\.toml|\/logo\.png)/;

/** Marks of what must stay inside. */
const INSIDE =
  /\bat \S+ \(|\.ts:\d|node_modules|SQLITE|LibsqlError|TypeError|RangeError|SyntaxError|ZodError|libsql|\bselect \*|JOSEError/;

/** What is wrong with an answer: each finding is one short sentence that begins with what kind it is. */
export function judge(place: Place, shot: Shot, answer: Answer, written: readonly string[]): string[] {
  const { status, headers, text } = answer;
  const path = shot.target.split("?")[0] ?? "";
  const isRefused = status >= 400;
  const findings: string[] = [];
  const find = (what: string, more = "") => findings.push(more === "" ? what : `${what}: ${more}`);

  // A slow machine is what `ready` is there to tell of.
  const isUnready = path === "/health/ready" && status === 503;
  const isSeen = isPage(path);
  const isElsewhere = status >= 300 && status !== 304 && status < 400 && !isSeen;
  if ((status >= 500 && !isUnready) || status < 200 || isElsewhere) {
    find(`status ${status}`, text.slice(0, 200));
  }
  if (INSIDE.test(text)) find("tells what is inside", text.slice(0, 300));
  if (isRefused) {
    const isWrongKey = path.startsWith("/operator/") && status === 401;
    const isCounted = path === "/auth" || /"code":"sep12\.code_/.test(text);
    const may = isSeen && status === 422
      ? MAY_WRITE[shot.door] ?? []
      // Wrong keys are counted.
      : isWrongKey
      ? ["sessions"]
      : isCounted
      ? MAY_WRITE[`${shot.method} ${path}`] ?? []
      : [];
    const more = written.filter((one) => !may.some((table) => one.startsWith(`${table}:`)));
    if (more.length > 0) find(WROTE, more.join(", "));
    if (status < 500 && !isSeen) findings.push(...refusalFindings(shot, answer, path));
  } else {
    if (shot.wrong !== null) find("served", shot.wrong);
    findings.push(...goodAnswers(shot, answer));
    const language = headers.get("content-language");
    if (language !== null && !isSeen && !shot.languages.includes(language)) {
      find(`speaks ${language}`, shot.languages[0]);
    }
  }
  if (isSeen) findings.push(...judgePage(place, shot, answer, written));
  findings.push(...accessFindings(place, shot, answer, path));
  const isOpen = OPEN_ROOMS.test(shot.target) && (path !== "/logo.png" || shot.method === "GET");
  if (isOpen && headers.get("access-control-allow-origin") !== "*") {
    find("no CORS header");
  }
  if (/^\/(auth$|sep12|sep(6|24)\/(?!info))/.test(path) && headers.get("cache-control") !== "no-store") {
    if (shot.method !== "OPTIONS") {
      find("may be kept by a cache", headers.get("cache-control") ?? "no header");
    }
  }
  if ((headers.has("set-cookie") && !isSeen) || headers.has("hostile")) {
    find("sets a header that was asked for");
  }
  if (text.includes("evil.example") || JSON.stringify([...headers]).includes("evil.example")) {
    find("repeats a foreign host");
  }
  return findings;
}

/** Who is let in, and what is told to whom. */
function accessFindings(place: Place, shot: Shot, { status, text }: Answer, path: string): string[] {
  const findings: string[] = [];
  const isListed = !shot.door.startsWith("nowhere");
  const isClosed = isListed && /^\/sep12\/|^\/sep(6|24)\/(?!info)/.test(path);
  if (isClosed && shot.method !== "OPTIONS") {
    const expected = path.startsWith("/sep12/") ? 401 : 403;
    const isIn = shot.token.sub !== null;
    if (!isIn && status !== expected && !text.includes('"request.malformed_query"')) {
      findings.push(`answers ${status} to ${shot.token.name}`);
    }
    // DELETE says so of an account that the token is not for (R-12-81).
    const isNoOwner = text.includes('"sep12.not_the_owner"');
    if (isIn && !isNoOwner && (status === 401 || status === 403)) {
      findings.push(`answers ${status} to ${shot.token.name}`);
    }
  }
  if (shot.fine && status >= 400 && status !== 503) {
    const code = /"code":"([^"]+)"/.exec(text)?.[1] ?? "";
    if (!OF_STATE.has(code)) findings.push(`refuses what is right: ${status} ${code}`);
  }
  const { transfers, customers, secrets } = place.foreign;
  for (const told of [...transfers, ...customers, ...secrets]) {
    // A page leads back to the address that it was asked by.
    const isOwnWord = isPage(path) && shot.target.includes(told);
    if (text.includes(told) && !isOwnWord) findings.push("tells what belongs to somebody else");
  }
  for (const token of [shot.token.header ?? "", place.signingSeed]) {
    const value = token.replace(/^\w+ /, "");
    const isOwnWord = isPage(path) && shot.target.includes(value);
    if (value.length > 16 && text.includes(value) && !isOwnWord) findings.push("repeats a secret");
  }
  return findings;
}

function refusalFindings(shot: Shot, { status, headers, text }: Answer, path: string): string[] {
  if (shot.method === "HEAD") return [];
  if (status === 403 && /^\/sep(6|24)\//.test(path)) {
    return text === '{"type":"authentication_required"}'
      ? []
      : [`403 with another body: ${text.slice(0, 100)}`];
  }
  const findings: string[] = [];
  if (!/^application\/json\b/.test(headers.get("content-type") ?? "")) {
    return [`a refusal of type ${headers.get("content-type")}`];
  }
  const body = parsed(text);
  if (body === null) return [`a refusal that is no JSON: ${text.slice(0, 100)}`];
  const { error, code, request_id: id, fields, ...more } = body;
  if (typeof error !== "string" || error.length < 8) findings.push(`no error text: ${text.slice(0, 100)}`);
  if (!isCode(code)) return [...findings, `an unknown code: ${String(code)}`];
  if (ERRORS[code].status !== status) findings.push(`${code} with status ${status}`);
  if ((status === 429 || status === 503) && !/^\d+$/.test(headers.get("retry-after") ?? "")) {
    findings.push(`${status} without Retry-After`);
  }
  if (typeof id !== "string" || !/^[0-9a-f]{32}$/.test(id)) findings.push("no request id");
  if (Object.keys(more).length > 0) {
    findings.push(`members that nobody knows: ${Object.keys(more).join(", ")}`);
  }
  const language = headers.get("content-language") ?? "";
  if (!shot.languages.includes(language)) {
    findings.push(`speaks ${language || "no language"} and not ${shot.languages[0]}`);
  }
  const texts = typeof fields === "object" && fields !== null ? Object.values(fields) : [error];
  for (const one of texts) {
    if (typeof one !== "string" || !isTextOf(language, one, fields === undefined ? code : null)) {
      findings.push(`a text that is not of ${language}: ${String(one).slice(0, 120)}`);
    }
  }
  return [...findings, ...echoes(shot, text)];
}

/** Words of ours that a client may send, too. */
const OURS: ReadonlySet<string> = new Set([
  "deposit-exchange",
  "withdrawal-exchange",
  "bank_account_type",
  "mobile_number_verification",
]);

/** Marks of values that were sent, wherever they stood. */
const MARKS = [
  "<script",
  "<b>",
  "Set-Cookie",
  "drop table",
  "$t(",
  "{{",
  "passwd",
  "${",
  "\\u0000",
  "\\ud800",
];

/** Values that were sent and come back in a refusal; short ones cannot be told from our own words. */
function echoes(shot: Shot, text: string): string[] {
  const query = shot.target.split("?")[1] ?? "";
  const values = [...new URLSearchParams(query).values(), decoded(shot.target.split("/").at(-1) ?? "")];
  const repeated = values.filter((value) =>
    value.length >= 14 && !OURS.has(value) && text.includes(JSON.stringify(value).slice(1, -1))
  );
  const marked = [...MARKS, "=CMD", "xxxxxxxxxx", "9999999999", "/etc/", "javascript:"];
  return [...repeated.map((value) => value.slice(0, 60)), ...marked.filter((mark) => text.includes(mark))]
    .map((what) => `repeats a value: ${what}`);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function isCode(code: unknown): code is ErrorCode {
  return typeof code === "string" && Object.hasOwn(ERRORS, code);
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value))
      : null;
  } catch {
    return null;
  }
}
