/**
 * Asks the sandbox, which nobody kills.
 * @module
 */

/** Asks; with a body it is a POST where no method is named. @returns the answer, read as JSON; null for an empty one */
export type Tell = (path: string, body?: unknown, method?: string) => Promise<unknown>;

/** Makes what asks. @param sandboxUrl `…/sandbox` */
export function tellTo(sandboxUrl: string): Tell {
  return async function tell(path, body, method = body === undefined ? "GET" : "POST") {
    const answer = await fetch(`${sandboxUrl}${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path} answers ${answer.status} ${text}`);
    return text === "" ? null : JSON.parse(text);
  };
}
