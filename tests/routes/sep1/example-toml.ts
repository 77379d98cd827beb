/**
 * A right `stellar.toml` for tests that spoil one part of it.
 * @module
 */
import assert from "node:assert/strict";
import { parse, stringify, type TomlTable } from "smol-toml";
import { importSeed } from "../../../core/auth/ed25519.ts";
import { encodeSeed } from "../../../core/auth/seeds.ts";
import { loadAnchor } from "../../../core/config/load.ts";
import { NETWORKS } from "../../../core/stellar/network.ts";
import { type CheckFacts, checkStellarToml, writeStellarToml } from "../../../routes/sep1/mod.ts";
import { DISTRIBUTION, EXAMPLE_INPUTS, exampleConfig, ISSUER } from "../../core/config/example-anchor.ts";

const SIGNING_KEY = importSeed(encodeSeed(new Uint8Array(32).fill(9))).account;
/** A contract's address. */
export const CONTRACT = "CAAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQC526";

/** The gateway that serves it. */
export const FACTS: CheckFacts = {
  network: "testnet",
  passphrase: NETWORKS.testnet.passphrase,
  publicUrl: "https://example.com",
  homeDomains: ["example.com"],
  signingKey: SIGNING_KEY,
  accounts: [DISTRIBUTION],
  mounted: ["sep10", "sep6", "sep12"],
  assets: [{ code: "USDX", issuer: ISSUER }],
  now: Date.UTC(2026, 10, 21),
};

/** The file of a config. */
export async function written(facts: CheckFacts = FACTS, config = exampleConfig()): Promise<string> {
  const anchor = await loadAnchor(() => Promise.resolve(config), { ...EXAMPLE_INPUTS, variables: {} });
  assert.ok(anchor.ok);
  return writeStellarToml(anchor.value, facts);
}

/** Spoils a parsed file. */
export type Change = (file: TomlTable, entry: TomlTable, documentation: TomlTable) => void;

/** Ids of the requirements that a changed file breaks. */
export async function broken(change: Change, facts: CheckFacts = FACTS): Promise<string[]> {
  const file = parse(await written());
  const [entry] = tablesOf(file["CURRENCIES"]);
  const documentation = file["DOCUMENTATION"];
  assert.ok(entry && isTable(documentation));
  change(file, entry, documentation);
  return [...new Set(checkStellarToml(stringify(file), facts).map(({ id }) => id))];
}

/** Whether a value is a TOML table. */
export function isTable(value: unknown): value is TomlTable {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** The tables of a list. */
export function tablesOf(value: unknown): TomlTable[] {
  return Array.isArray(value) ? value.filter(isTable) : [];
}

/** Sets the people. */
export const people = (...entries: TomlTable[]): Change => (file) => void (file["PRINCIPALS"] = entries);
/** Sets keys of the top level. */
export const setting = (values: TomlTable): Change => (file) => void Object.assign(file, values);
/** Sets keys of the first currency. */
export const entry = (values: TomlTable): Change => (_, currency) => void Object.assign(currency, values);
/** Sets keys of the organization. */
export const organization = (values: TomlTable): Change => (_file, _entry, table) =>
  void Object.assign(table, values);
