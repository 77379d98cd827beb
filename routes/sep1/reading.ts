/**
 * A parsed `stellar.toml` as its rules read it.
 * @module
 */
import { readWebUrl } from "../../core/config/environment/spellings.ts";
import type { TomlFacts } from "./document.ts";

/** A table of the file, its values not trusted. */
export type Table = Readonly<Record<string, unknown>>;

/** What the rules judge: the file, and the gateway that serves it. */
export interface Reading {
  readonly file: Table;
  readonly documentation: Table;
  readonly principals: readonly Table[];
  /** All entries of `CURRENCIES`. */
  readonly currencies: readonly Table[];
  /** Those that are no link to a file of their own. */
  readonly described: readonly Table[];
  readonly validators: readonly Table[];
  readonly facts: CheckFacts;
}

/** What the file is checked against. */
export interface CheckFacts extends TomlFacts {
  /** Assets that the answers of other rooms name. */
  readonly assets: readonly { readonly code: string; readonly issuer: string }[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Sorts a parsed file into what rules ask for. */
export function readingOf(file: Table, facts: CheckFacts): Reading {
  const currencies = tables(file["CURRENCIES"]);
  return {
    file,
    documentation: isTable(file["DOCUMENTATION"]) ? file["DOCUMENTATION"] : {},
    principals: tables(file["PRINCIPALS"]),
    currencies,
    described: currencies.filter((entry) => !("toml" in entry)),
    validators: tables(file["VALIDATORS"]),
    facts,
  };
}

/** The text under a key; null when there is none. */
export function textAt(table: Table, key: string): string | null {
  const value = table[key];
  return typeof value === "string" ? value : null;
}

/** The texts of a list; empty for anything that is no list of texts. */
export function textsAt(table: Table, key: string): readonly string[] {
  const value = table[key];
  return Array.isArray(value) && value.every((each) => typeof each === "string") ? value : [];
}

/** True for `https` addresses; on the sandbox network `http` passes too (sep-01.md, trap 10). */
export function isSecure(address: unknown, facts: Pick<TomlFacts, "network">): boolean {
  const url = typeof address === "string" ? readWebUrl(address) : null;
  return url !== null && (url.protocol === "https:" || facts.network === "sandbox");
}

/** The host name of an address, without its port; null for text that is no address. */
export function hostOf(address: string | null): string | null {
  return address !== null && URL.canParse(address) ? new URL(address).hostname : null;
}

/** What a rule says of an entry: its code, or its place. */
export function nameOf(entry: Table, index: number): string {
  return textAt(entry, "code") ?? textAt(entry, "code_template") ?? `entry ${index + 1}`;
}

function tables(value: unknown): readonly Table[] {
  return Array.isArray(value) ? value.filter(isTable) : [];
}

function isTable(value: unknown): value is Table {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
