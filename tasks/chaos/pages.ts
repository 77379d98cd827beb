/**
 * A person of chaos on the pages of SEP-24: opens the link and chooses. Whatever is sent is sent again until it is answered,
 * as an impatient person presses a button again.
 * @module
 */
import type { Answer } from "./ask.ts";
import type { Customer } from "./customer.ts";

/** What is chosen. */
export interface Chosen {
  readonly amount: string;
  readonly method: string;
}

/** Opens a link and chooses. */
export async function chooseOnPages(
  { browse }: Pick<Customer, "browse">,
  id: string,
  link: URL,
  chosen: Chosen,
): Promise<void> {
  const path = `/interactive/${id}`;
  const opening = await browse("link", `${link.pathname}${link.search}`);
  const opened = await browse("open", `${path}/open`, posted(inputsOf(opening)));
  const cookie = opened.headers.getSetCookie().map((line) => line.split(";")[0]).join("; ");
  const page = await browse("page", path, { headers: { cookie } });
  const form = { ...inputsOf(page), ...chosen, action: "choose" };
  const answer = await browse("choose", `${path}/amount`, posted(form, cookie));
  // 303: chosen, by this post or by one before it whose answer was lost.
  if (answer.status !== 303) throw new Error(`${id}: the page answers ${answer.status} to what was chosen`);
  // A browser follows; what the choice should have begun, and a death cut short, is begun by the page.
  await browse("page", path, { headers: { cookie } });
}

function posted(values: Readonly<Record<string, string>>, cookie?: string): RequestInit {
  return {
    method: "POST",
    body: new URLSearchParams(values),
    ...(cookie === undefined ? {} : { headers: { cookie } }),
  };
}

/** Hidden inputs of a page: tokens, ids and addresses, none of which holds what HTML writes otherwise but `&`. */
function inputsOf({ text }: Answer): Record<string, string> {
  const inputs = text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g);
  return Object.fromEntries(
    [...inputs].map(([, name = "", value = ""]) => [name, value.replaceAll("&amp;", "&")]),
  );
}
