/**
 * The shape of the config's part `pages`.
 * @module
 */
import { z } from "zod";
import { isLoopback, readWebUrl } from "./environment/spellings.ts";

const checked = (isRight: (text: string) => boolean, write: string) =>
  z.string({ error: write }).refine(isRight, { error: write });

/** Six digits: short and named colours would have to be known to check their contrast. */
const colour = checked((text) => /^#[0-9a-f]{6}$/i.test(text), "write a colour as #rrggbb, such as #1f4e79");

/** The schema. Whether the parts fit each other and the place is `pages.ts`'s to say. */
export const pagesShape = z.strictObject({
  name: checked((text) => /^\S(.{0,58}\S)?$/u.test(text), "write a name of at most 60 characters").optional(),
  logo: checked((text) => readWebUrl(text) !== null, "write an https:// address").optional(),
  colors: z.strictObject({ accent: colour.optional(), onAccent: colour.optional() }, {
    error: "write { accent, onAccent }, each as #rrggbb",
  }).optional(),
  supportUrl: checked(isSupportUrl, "write an https:// address, or mailto: with an e-mail address")
    .optional(),
  frameAncestors: z.union([
    z.literal("*"),
    z.array(checked(isOrigin, "write an origin such as https://wallet.example")),
  ], {
    error: 'write "*", or a list of origins such as "https://wallet.example"',
  }).optional(),
  refreshSeconds: z.int({ error: "write whole seconds from 2 to 600" })
    .min(2, { error: "write whole seconds from 2 to 600" })
    .max(600, { error: "write whole seconds from 2 to 600" }).optional(),
  explorer: checked(isExplorer, "write an https:// address with {hash} in its path or query").optional(),
  balanceCheck: z.enum(["refuse", "warn"], { error: "write refuse or warn" }).optional(),
}, { error: "write { name, logo, colors … }, or leave it out" });

function isSupportUrl(text: string): boolean {
  if (text.startsWith("mailto:")) return z.email().safeParse(text.slice("mailto:".length)).success;
  return /^https:\/\//i.test(text) && URL.canParse(text);
}

/** An origin and nothing more, since it goes into a header as it stands. Plain only on this machine. */
function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { origin, protocol, hostname } = new URL(text);
  return origin === text && (protocol === "https:" || (protocol === "http:" && isLoopback(hostname)));
}

function isExplorer(text: string): boolean {
  if (!/^https:\/\//i.test(text) || !URL.canParse(text)) return false;
  const { pathname, search } = new URL(text.replace("{hash}", "hash"));
  return text.includes("{hash}") && `${pathname}${search}`.includes("hash") && !text.includes("#");
}
