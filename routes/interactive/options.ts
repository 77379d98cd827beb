/**
 * What the pages need, each by name.
 * @module
 */
import type { Anchor } from "../../core/config/anchor-runtime.ts";
import type { Gateway } from "../../core/gateway.ts";
import type { Languages, RefusalOptions } from "../http/mod.ts";

/** The options of `interactiveRoutes`. */
export interface InteractiveOptions extends Pick<RefusalOptions, "log" | "isUnavailable"> {
  readonly gateway: Gateway;
  readonly anchor: Anchor;
  readonly languages: Languages;
}
