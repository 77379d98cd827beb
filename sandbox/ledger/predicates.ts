/**
 * Claim predicates: when a claimant may claim a balance.
 * @module
 */
import type { xdr } from "@stellar/stellar-sdk";
import { INT64_MAX } from "./amount.ts";
import type { Predicate } from "./entries.ts";

/** The deepest nesting that the network accepts. */
const DEPTH_LIMIT = 4;

/** Whether the network accepts a predicate: depth, two parts of `and` and `or`, one of `not`, no negative time. */
export function isValidPredicate(predicate: xdr.ClaimPredicateWire, depth = 1): boolean {
  if (depth > DEPTH_LIMIT) return false;
  switch (predicate.type) {
    case 0:
      return true;
    case 1:
      return arePair(predicate.andPredicates, depth);
    case 2:
      return arePair(predicate.orPredicates, depth);
    case 3:
      return predicate.notPredicate !== null && isValidPredicate(predicate.notPredicate, depth + 1);
    case 4:
      return predicate.absBefore >= 0n;
    case 5:
      return predicate.relBefore >= 0n;
  }
}

function arePair(parts: readonly xdr.ClaimPredicateWire[], depth: number): boolean {
  return parts.length === 2 && parts.every((part) => isValidPredicate(part, depth + 1));
}

/** A valid predicate out of its bytes. */
export function predicateOf(predicate: xdr.ClaimPredicateWire): Predicate {
  switch (predicate.type) {
    case 0:
      return { unconditional: true };
    case 1:
      return { and: predicate.andPredicates.map(predicateOf) };
    case 2:
      return { or: predicate.orPredicates.map(predicateOf) };
    case 3:
      if (predicate.notPredicate === null) throw new Error("Cannot read predicate: nothing to negate");
      return { not: predicateOf(predicate.notPredicate) };
    case 4:
      return { absBefore: predicate.absBefore };
    case 5:
      return { relBefore: predicate.relBefore };
  }
}

/** The bytes of a predicate. */
export function predicateWire(predicate: Predicate): xdr.ClaimPredicateWire {
  if ("and" in predicate) return { type: 1, andPredicates: predicate.and.map(predicateWire) };
  if ("or" in predicate) return { type: 2, orPredicates: predicate.or.map(predicateWire) };
  if ("not" in predicate) return { type: 3, notPredicate: predicateWire(predicate.not) };
  if ("absBefore" in predicate) return { type: 4, absBefore: predicate.absBefore };
  if ("relBefore" in predicate) return { type: 5, relBefore: predicate.relBefore };
  return { type: 0 };
}

/** The same predicate with relative times counted from the close time (seconds) of the ledger that creates it. */
export function fixedAt(predicate: Predicate, closeTime: number): Predicate {
  if ("and" in predicate) return { and: predicate.and.map((part) => fixedAt(part, closeTime)) };
  if ("or" in predicate) return { or: predicate.or.map((part) => fixedAt(part, closeTime)) };
  if ("not" in predicate) return { not: fixedAt(predicate.not, closeTime) };
  if (!("relBefore" in predicate)) return predicate;
  const end = BigInt(closeTime) + predicate.relBefore;
  return { absBefore: end > INT64_MAX ? INT64_MAX : end };
}

/** Whether a fixed predicate holds in a ledger that closes at this time (seconds). */
export function holds(predicate: Predicate, closeTime: number): boolean {
  if ("and" in predicate) return predicate.and.every((part) => holds(part, closeTime));
  if ("or" in predicate) return predicate.or.some((part) => holds(part, closeTime));
  if ("not" in predicate) return !holds(predicate.not, closeTime);
  if ("absBefore" in predicate) return predicate.absBefore > BigInt(closeTime);
  return "unconditional" in predicate;
}

/** The last second that a calendar of four-digit years knows; later times are shown by their number alone. */
const LAST_DATE = 253_402_300_799n;

/** A predicate as Horizon shows it. */
export function predicateJson(predicate: Predicate): Record<string, unknown> {
  if ("and" in predicate) return { and: predicate.and.map(predicateJson) };
  if ("or" in predicate) return { or: predicate.or.map(predicateJson) };
  if ("not" in predicate) return { not: predicateJson(predicate.not) };
  if ("relBefore" in predicate) return { rel_before: predicate.relBefore.toString() };
  if (!("absBefore" in predicate)) return { unconditional: true };
  const shown = predicate.absBefore > LAST_DATE ? LAST_DATE : predicate.absBefore;
  return {
    abs_before: `${new Date(Number(shown) * 1000).toISOString().slice(0, 19)}Z`,
    abs_before_epoch: predicate.absBefore.toString(),
  };
}
