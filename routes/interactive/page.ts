/**
 * What a page is made of before it is put into its document, and what a request of the pages carries.
 * @module
 */
import type { JSX } from "hono/jsx/jsx-runtime";
import type { HttpEnv } from "../http/mod.ts";
import type { Visit } from "./visit.ts";

/** What a page shows. All texts are in the page's language already. */
export interface Page {
  /** Heading and title of the document. */
  readonly title: string;
  /** What stands below the heading. */
  readonly body: JSX.Element;
  /** Seconds after which the page looks again by itself; absent where nothing changes without the person. */
  readonly refreshSeconds?: number;
  /** Origins that may be framed in this page, and the browser features that its frame may use. */
  readonly frame?: { readonly origins: readonly string[]; readonly permissions: readonly string[] };
  /** Origins besides ours to which a form of this page may lead. */
  readonly formOrigins?: readonly string[];
  /** Whether a page of ours may frame this one. */
  readonly framedByUs?: boolean;
}

/** Origins that the headers of one answer allow, set when its page is known. */
export interface PageSources {
  readonly frame: readonly string[];
  readonly form: readonly string[];
  readonly isFramedByUs: boolean;
}

/** Hono's environment of the pages. */
export interface PageEnv extends HttpEnv {
  Variables: HttpEnv["Variables"] & {
    /** Who is here, where a session was found; see `visitIn`. */
    visit?: Visit;
    /** Lets the page's own style and script through; set by `pageHeaders`. */
    nonce?: string;
    sources?: PageSources;
  };
}
