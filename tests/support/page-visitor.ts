/**
 * A person without a browser on the real pages: keeps cookies, follows redirects, and fills in the forms that the pages
 * hold, with all that stands in them. For what pages answer; what browsers make of it is tested in Chromium.
 * @module
 */
import assert from "node:assert/strict";
import { parse } from "node-html-parser";

/** A page as it was answered. */
export interface Visited {
  readonly status: number;
  readonly url: string;
  readonly headers: Headers;
  readonly html: string;
  /** What people read of `<main>`, blanks made one. */
  readonly text: string;
  readonly title: string;
  /** Addresses that led here, the first asked one first. */
  readonly passed: readonly string[];
  /** Text of each element that fits a selector. */
  readonly all: (selector: string) => readonly string[];
  /** An attribute of the first element that fits; null where there is none. */
  readonly attribute: (selector: string, name: string) => string | null;
  /** Names and present values of a form, files left out. @param action end of its action; the first form of `<main>` when absent */
  readonly form: (action?: string) => PageForm;
}

/** A form of a page. */
export interface PageForm {
  readonly action: string;
  readonly method: string;
  readonly isMultipart: boolean;
  readonly values: Readonly<Record<string, string>>;
}

/** What is typed into a form; `null` leaves a value out. */
export type Typed = Readonly<Record<string, string | File | null>>;

/** A person with a cookie jar. */
export interface PageVisitor {
  readonly get: (url: string, headers?: Readonly<Record<string, string>>) => Promise<Visited>;
  /** Sends a form of a page. @param button name and value of the button that is pressed */
  readonly send: (page: Visited, typed?: Typed, options?: SendOptions) => Promise<Visited>;
  /** Opens a link by its button, as without JavaScript. */
  readonly open: (link: string) => Promise<Visited>;
  /** `name=value` of each cookie, by path. */
  readonly cookies: Map<string, { readonly value: string; readonly attributes: string }>;
}

/** How a form is sent. */
export interface SendOptions {
  readonly action?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly button?: readonly [name: string, value: string];
}

/** A new person. @param headers sent with each request, such as `accept-language` */
export function pageVisitor(headers: Readonly<Record<string, string>> = {}): PageVisitor {
  const cookies: PageVisitor["cookies"] = new Map();

  async function ask(url: string, init: RequestInit, more: Readonly<Record<string, string>> = {}) {
    const passed: string[] = [];
    let request = { url, init };
    for (;;) {
      const { pathname } = new URL(request.url);
      const sent = [...cookies].filter(([path]) => pathname === path || pathname.startsWith(`${path}/`));
      const answer = await fetch(request.url, {
        ...request.init,
        redirect: "manual",
        headers: {
          ...headers,
          ...more,
          ...(sent.length > 0 ? { cookie: sent.map(([, { value }]) => value).join("; ") } : {}),
        },
      });
      passed.push(request.url);
      for (const line of answer.headers.getSetCookie()) {
        const [value = "", ...attributes] = line.split("; ");
        const path = attributes.find((part) => part.startsWith("Path="))?.slice(5) ?? "/";
        cookies.set(path, { value, attributes: attributes.join("; ") });
      }
      const location = answer.headers.get("location");
      if (answer.status !== 303 || location === null) return await visited(answer, request.url, passed);
      await answer.body?.cancel();
      assert.ok(passed.length < 10, "redirects go round in circles");
      request = { url: new URL(location, request.url).href, init: {} };
    }
  }

  const send: PageVisitor["send"] = async (page, typed = {}, { action, headers: more, button } = {}) => {
    const form = page.form(action);
    const all: Record<string, string | File | null> = { ...form.values, ...typed };
    if (button) all[button[0]] = button[1];
    const body = form.isMultipart ? new FormData() : new URLSearchParams();
    for (const [name, value] of Object.entries(all)) {
      if (value === null) continue;
      if (body instanceof FormData) body.append(name, value);
      else if (typeof value === "string") body.append(name, value);
    }
    const url = new URL(form.action, page.url);
    if (form.method === "get") {
      assert.ok(body instanceof URLSearchParams);
      url.search = body.toString();
      return await ask(url.href, {}, more);
    }
    return await ask(url.href, { method: "POST", body }, more);
  };
  return {
    cookies,
    send,
    get: (url, more) => ask(url, {}, more),
    open: async (link) => await send(await ask(link, {}), {}, { action: "/open" }),
  };
}

async function visited(answer: Response, url: string, passed: readonly string[]): Promise<Visited> {
  const html = await answer.text();
  const document = parse(html);
  const main = document.querySelector("main");
  return {
    status: answer.status,
    url,
    headers: answer.headers,
    html,
    text: shown(main?.textContent ?? ""),
    title: shown(document.querySelector("h1")?.textContent ?? ""),
    passed,
    all: (selector) => [...document.querySelectorAll(selector)].map((one) => shown(one.textContent ?? "")),
    attribute: (selector, name) => document.querySelector(selector)?.getAttribute(name) ?? null,
    form(action) {
      const found = action === undefined
        ? document.querySelector("main form")
        : [...document.querySelectorAll("form")].find((form) =>
          form.getAttribute("action")?.endsWith(action)
        );
      assert.ok(found, `the page has no form ${action ?? ""}: ${shown(main?.textContent ?? html)}`);
      const values: Record<string, string> = {};
      for (const input of found.querySelectorAll("input, select, textarea")) {
        const name = input.getAttribute("name");
        const type = input.getAttribute("type");
        if (!name || type === "file") continue;
        if ((type === "radio" || type === "checkbox") && !input.hasAttribute("checked")) continue;
        const chosen = input.tagName === "SELECT"
          ? (input.querySelector("option[selected]") ?? input.querySelector("option"))?.getAttribute("value")
          : input.tagName === "TEXTAREA"
          ? input.textContent
          : input.getAttribute("value");
        values[name] = chosen ?? "";
      }
      return {
        action: found.getAttribute("action") || url,
        method: found.getAttribute("method") ?? "get",
        isMultipart: found.getAttribute("enctype") === "multipart/form-data",
        values,
      };
    },
  };
}

function shown(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}
