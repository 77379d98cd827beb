/**
 * What a browser has to complain of: errors in its console, breaches of the content security policy among them, requests
 * that fail, and requests to anybody but this machine.
 * @module
 */
import type { BrowserContext, ConsoleMessage, Request, Response } from "playwright-core";

/** Everything that a test serves is here. */
const OURS = new Set(["localhost", "127.0.0.1", "wallet.localhost"]);

/** A refused form, or a link that is over, is a page as well; the browser writes it into its console all the same. */
const REFUSED_PAGE = /^Failed to load resource: the server responded with a status of 4\d\d/;
/** Whoever leaves a page, or closes it, ends what it was loading. */
const LEFT = "net::ERR_ABORTED";

/** Watches all pages of a person. @returns the faults, which grow */
export function watchFaults(context: BrowserContext, expected: readonly RegExp[]): string[] {
  const faults: string[] = [];
  const add = (fault: string) => {
    if (!expected.some((one) => one.test(fault))) faults.push(fault);
  };
  context.on("console", (message) => faultsOfConsole(message).forEach(add));
  context.on("weberror", (error) => add(`error in a page: ${error.error().message}`));
  context.on("request", (request) => faultsOfRequest(request).forEach(add));
  context.on("requestfailed", (request) => {
    const { errorText = "" } = request.failure() ?? {};
    if (errorText !== LEFT) add(`${request.method()} ${request.url()} failed: ${errorText}`);
  });
  context.on("response", (response) => faultsOfResponse(response).forEach(add));
  return faults;
}

function faultsOfConsole(message: ConsoleMessage): string[] {
  if (message.type() !== "error" || REFUSED_PAGE.test(message.text())) return [];
  return [`console: ${message.text()}`];
}

function faultsOfRequest(request: Request): string[] {
  const { protocol, hostname } = new URL(request.url());
  if (!protocol.startsWith("http") || OURS.has(hostname)) return [];
  return [`asks somebody else: ${request.url()}`];
}

function faultsOfResponse(response: Response): string[] {
  const isPage = response.request().isNavigationRequest();
  const least = isPage ? 500 : 400;
  return response.status() < least ? [] : [`${response.url()} answers ${response.status()}`];
}
