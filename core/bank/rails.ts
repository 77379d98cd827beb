/**
 * The rails that the config names, each with the outside it may use.
 * @module
 */
import type { BankRail } from "../../plugins/bank-rail.ts";
import type { Ports } from "../../plugins/ports.ts";

/** A rail under the name that records keep. */
export interface RailInstance {
  readonly name: string;
  readonly rail: BankRail;
  readonly ports: Ports;
  readonly retired: boolean;
}

/** Finds a rail by the name in a record. @throws Error when the config has lost it, which the start refuses */
export type RailOf = (name: string) => RailInstance;
