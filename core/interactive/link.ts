/**
 * The one-time link to a transfer's pages, `url` of SEP-24's answer.
 *
 * It passes through histories, previews and link scanners, so its token is short-lived, good once (`page-session.ts`
 * spends it), good for one transfer, and of a kind of its own, which the API does not take (R-24-43, R-24-44).
 * @module
 */
import type { TokenKind, Tokens } from "../auth/mod.ts";
import { newId } from "../transfers/id.ts";
import type { Transfer } from "../transfers/transfer.ts";
import { pageAddress } from "./page-address.ts";

/** The token of a link. A quarter of an hour: a wallet opens it at once, and it is spent by then or of no use. */
export const LINK_TOKEN: TokenKind = {
  typ: "kedge-interactive+jwt",
  audience: "kedge:interactive",
  seconds: 900,
};

/** What links are made with. */
export interface Linking {
  readonly tokens: Pick<Tokens, "sign">;
  /** Without a slash at its end. */
  readonly publicUrl: string;
}

/** A new link to a transfer's pages, to which a wallet may append parameters of its own (R-24-42, R-24-46). */
export async function linkFor(
  { tokens, publicUrl }: Linking,
  { id }: Pick<Transfer, "id">,
): Promise<string> {
  const address = pageAddress(publicUrl, id);
  address.searchParams.set("token", await tokens.sign(LINK_TOKEN, { sub: id, jti: newId() }));
  return address.href;
}
