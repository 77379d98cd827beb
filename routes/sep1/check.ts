/**
 * Checks a `stellar.toml` against SEP-1 and the gateway that serves it; all faults at once.
 * @module
 */
import { parse } from "smol-toml";
import { type CheckFacts, readingOf, type Table } from "./reading.ts";
import { CURRENCY_RULES, PUBLIC_CHECK_RULES } from "./rules-currencies.ts";
import { ORGANIZATION_RULES, type Rule, SERVER_RULES } from "./rules-general.ts";

/** One fault: the requirement that it breaks, how strong that is, and what is wrong. */
export interface TomlFault {
  readonly id: string;
  readonly level: Rule["level"];
  readonly says: string;
}

/** The most that the file may hold, under both readings of "100 KB" (R-01-5). */
export const MAX_BYTES = 100_000;

const RULES: readonly Rule[] = [
  ...SERVER_RULES,
  ...ORGANIZATION_RULES,
  ...CURRENCY_RULES,
  ...PUBLIC_CHECK_RULES,
];

/**
 * Everything that is wrong with a file. A fault of level `must` is a reason not to start; `should` is one to tell.
 * Requirements about the transport (R-01-1 to R-01-8) and about other servers' answers are not the text's matter.
 */
export function checkStellarToml(text: string, facts: CheckFacts): readonly TomlFault[] {
  const size = new TextEncoder().encode(text).length;
  if (size > MAX_BYTES) {
    return [{ id: "R-01-5", level: "must", says: `the file has ${size} bytes, more than ${MAX_BYTES}` }];
  }
  const file = parsed(text);
  if (file === null) return [{ id: "R-01-6", level: "must", says: "the file is not TOML" }];
  const reading = readingOf(file, facts);
  return RULES.flatMap(({ id, level, faults }) => faults(reading).map((says) => ({ id, level, says })));
}

function parsed(text: string): Table | null {
  try {
    return parse(text);
  } catch {
    return null;
  }
}
