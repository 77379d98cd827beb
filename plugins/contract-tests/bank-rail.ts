/**
 * The contract tests of a bank rail. They run any module against a faithful stand-in of its provider's HTTP API and are
 * chosen by what the module declares; a module is done when they pass.
 *
 * @example
 * // tests/contracts/pix_test.ts
 * bankRailContract("pix", { rail: (url) => pix({ url, … }), standIn: openPixStandIn });
 * @module
 */
import assert from "node:assert/strict";
import { railMistakes } from "../declarations.ts";
import { depositTests } from "./rail-deposits.ts";
import type { RailSubject } from "./rail-bench.ts";
import { failureTests } from "./rail-failures.ts";
import { fileTests } from "./rail-files.ts";
import { payoutTests } from "./rail-payouts.ts";
import { webhookTests } from "./rail-webhooks.ts";

export type { RailCall, RailStandIn, RailSubject } from "./rail-bench.ts";

/** Registers the tests that fit what the module declares. */
export function bankRailContract(name: string, subject: RailSubject): void {
  const rail = subject.rail("http://127.0.0.1:1");
  const { declares } = rail;

  Deno.test(`${name}: the declaration and the members of the module agree`, () => {
    assert.deepEqual(railMistakes(rail), []);
  });

  depositTests(name, declares, subject);
  payoutTests(name, declares, subject);
  webhookTests(name, declares, subject);
  fileTests(name, declares, subject);
  failureTests(name, declares, rail, subject);
}
