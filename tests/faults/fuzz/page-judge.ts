/**
 * What every answer of a page has to be: HTML that runs nothing but our own script, kept by nobody, in a language of ours.
 * @module
 */
import { parse } from "node-html-parser";
import { RESOURCES } from "../../../core/i18n/languages.ts";
import type { Place } from "./place.ts";
import type { Answer, Shot } from "./shot.ts";

/** Whether an address is one of the pages. */
export function isPage(path: string): boolean {
  return /^\/interactive\/[^/]/.test(path);
}

const LANGUAGES: ReadonlySet<string> = new Set(Object.keys(RESOURCES));

/** What must stand in the policy, whatever the page is. */
const POLICY = [
  /default-src 'none'/,
  /script-src 'nonce-[\w+/=-]{16,}'/,
  /base-uri 'none'/,
  /frame-ancestors /,
];

const HEADERS: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "cross-origin-opener-policy": "unsafe-none",
};

/** What is wrong with an answer of a page. @param written what it wrote */
export function judgePage(
  { bureau }: Pick<Place, "bureau">,
  shot: Shot,
  answer: Answer,
  written: readonly string[],
): string[] {
  const { status, headers, text } = answer;
  const findings: string[] = [];
  for (const [name, value] of Object.entries(HEADERS)) {
    if (headers.get(name) !== value) findings.push(`page without ${name}: ${headers.get(name)}`);
  }
  const policy = headers.get("content-security-policy") ?? "";
  const missing = POLICY.filter((each) => !each.test(policy));
  if (missing.length > 0 || policy.includes("unsafe-")) {
    findings.push(`another policy: ${policy}`);
  }
  if (headers.has("access-control-allow-origin")) findings.push("pages are for no other origin");
  const isIn = shot.visitor?.isIn === true;
  if (!isIn && shot.looks !== true && status < 400) findings.push(`lets in ${shot.visitor?.name}`);
  if (shot.looks === true && written.length > 0) {
    findings.push(`looking at a link wrote: ${written.join(", ")}`);
  }
  return [
    ...findings,
    ...redirect(shot, answer, bureau),
    ...cookie(shot, answer),
    ...documentFaults(shot, answer, text),
  ];
}

/** Forms lead to their own page, and one to the bureau's; nothing leads elsewhere. */
function redirect({ door, target }: Shot, { status, headers }: Answer, bureau: string): string[] {
  const location = headers.get("location");
  if (status < 300 || status >= 400) return location === null ? [] : [`a location with ${status}`];
  const own = target.split("?")[0]?.split("/").slice(0, 3).join("/") ?? "";
  const isOwn = location === own || location === `${own}?code=sent`;
  const isBureau = door === "POST /interactive/:id/identity" && location?.startsWith(`${bureau}/`) === true;
  return status === 303 && (isOwn || isBureau) ? [] : [`leads elsewhere: ${status} ${location}`];
}

/** A session is given to who opens a link, for that transfer alone. */
function cookie({ door, target }: Shot, { status, headers }: Answer): string[] {
  const lines = headers.getSetCookie();
  if (lines.length === 0) return [];
  const path = target.split("?")[0]?.replace(/\/open$/, "") ?? "";
  const [line = ""] = lines;
  const isFine = door === "POST /interactive/:id/open" && status === 303 && lines.length === 1 &&
    line.startsWith("session=") && line.includes(`Path=${path};`) && line.includes("; HttpOnly") &&
    line.includes("; Secure") && /SameSite=(Lax|None; Partitioned|None)/.test(line);
  return isFine ? [] : [`another cookie: ${lines.map((each) => each.replace(/=[^;]*/, "=…")).join(" and ")}`];
}

function documentFaults(shot: Shot, { status, headers }: Answer, text: string): string[] {
  if (shot.method === "HEAD" || status === 303) return [];
  const type = headers.get("content-type") ?? "";
  if (shot.answersJson === true && status === 200) {
    return /^application\/json\b/.test(type) ? [] : [`an estimate of type ${type}`];
  }
  if (!/^text\/html\b/.test(type)) return [`a page of type ${type}`];
  const page = parse(text);
  const findings: string[] = [];
  const language = page.querySelector("html")?.getAttribute("lang") ?? "";
  if (!LANGUAGES.has(language) || headers.get("content-language") !== language) {
    findings.push(`speaks ${language} under ${headers.get("content-language")}`);
  }
  if (page.querySelectorAll("h1").length !== 1) findings.push("a page without its heading");
  const nonce = /'nonce-([^']+)'/.exec(headers.get("content-security-policy") ?? "")?.[1];
  for (const element of page.querySelectorAll("script, style")) {
    const isData = element.getAttribute("type") === "application/json";
    if (!isData && element.getAttribute("nonce") !== nonce) {
      findings.push("a script or style of somebody else");
    }
  }
  if (page.querySelector("iframe, object, embed, base, [onload], [onerror], [onclick], [style]")) {
    findings.push("an element that no page has");
  }
  const links = page.querySelectorAll("[href], [src], [action], [formaction]").flatMap((each) =>
    ["href", "src", "action", "formaction"].map((name) => each.getAttribute(name) ?? "")
  );
  const odd = links.find((link) =>
    link !== "" && !/^(https?:\/\/|\/|#|\?|data:image\/|web\+stellar:|mailto:)/.test(link)
  );
  if (odd !== undefined) findings.push(`a link of another kind: ${odd.slice(0, 100)}`);
  if (text.includes("<script>alert") || text.includes("<b>hostile")) findings.push("puts markup into a page");
  return findings;
}
