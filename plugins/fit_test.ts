/**
 * Whether the contracts fit the providers that are known: each sketch in `fit/` is type-checked against them, and its
 * tables name every documented status. What no table names is an alarm, never "pending".
 */
import assert from "node:assert/strict";
import { type ModuleMistake, railMembers } from "./declarations.ts";
import { bitso } from "./fit/bitso.ts";
import { daraja } from "./fit/daraja.ts";
import { didit } from "./fit/didit.ts";
import type { KycFit, RailFit, Statuses } from "./fit/fit.ts";
import { increase } from "./fit/increase.ts";
import { iso20022 } from "./fit/iso20022.ts";
import { onfido } from "./fit/onfido.ts";
import { paystack } from "./fit/paystack.ts";
import { persona } from "./fit/persona.ts";
import { pix } from "./fit/pix.ts";
import { razorpay } from "./fit/razorpay.ts";
import { smile } from "./fit/smile.ts";
import { stark } from "./fit/stark.ts";
import { stp } from "./fit/stp.ts";
import { sumsub } from "./fit/sumsub.ts";
import { wise } from "./fit/wise.ts";
import { kycDeclarationMistakes, railDeclarationMistakes } from "./declarations.ts";
import { sep9Fields } from "./sep9/mod.ts";
import { statusTable } from "./status-table.ts";

const RAILS: readonly RailFit[] = [
  pix,
  stark,
  bitso,
  stp,
  iso20022,
  wise,
  increase,
  paystack,
  daraja,
  razorpay,
];
const KYC: readonly KycFit[] = [sumsub, onfido, persona, smile, didit];
const isKnown = (name: string) => sep9Fields.has(name);

for (const fit of RAILS) {
  Deno.test(`${fit.name}: its declaration is sound, and its calls make the members that it needs`, () => {
    const mistakes: readonly ModuleMistake[] = railDeclarationMistakes(fit.declares, isKnown);
    assert.deepEqual(mistakes, []);
    const made = new Set(Object.values(fit.calls));
    for (const [member, needed, why] of railMembers(fit.declares)) {
      assert.equal(made.has(member), needed, `${member}: ${why}`);
    }
    assert.equal(fit.inbound !== null, fit.declares.deposit !== null);
    assert.equal(fit.payout !== null, fit.declares.payout !== null);
    assert.equal(fit.webhook !== null, fit.declares.news.webhook);
  });

  Deno.test(`${fit.name}: every documented status maps, and any other is an alarm`, () => {
    if (fit.inbound) assertMapped(fit.inbound);
    if (fit.payout) assertMapped(fit.payout);
  });

  Deno.test(`${fit.name}: a payout is over for good only where its rail says so`, () => {
    const completed = Object.values(fit.payout?.table ?? {}).filter(({ state }) => state === "completed");
    assert.ok(completed.length > 0);
    const returnable = fit.declares.payout?.finality.kind === "returnable";
    // ACH comes back, and the wires and real-time payments of the same provider do not.
    if (returnable) assert.ok(completed.some(({ final }) => !final));
    else assert.ok(completed.every(({ final }) => final));
    for (const { state, final } of Object.values(fit.payout?.table ?? {})) {
      if (state === "failed") assert.equal(final, true, "what may still be paid has not failed");
      if (state === "accepted" || state === "in_review" || state === "sent") assert.equal(final, false);
    }
  });

  Deno.test(`${fit.name}: M-24 its examples are exact`, () => {
    const { inbound, payout } = fit.examples;
    assert.ok(inbound ?? payout);
    const { currency, minUnit } = fit.declares;
    for (const money of [inbound?.gross, inbound?.fee, inbound?.net, payout?.amount, payout?.fee]) {
      if (!money) continue;
      assert.equal(money.currency, currency);
      assert.equal(money.units % minUnit, 0n);
    }
    if (inbound) assert.equal(inbound.gross.units, inbound.fee.units + inbound.net.units);
    if (payout) {
      const key = fit.declares.payout?.key;
      assert.equal(payout.key.length <= (key?.length ?? 0), true);
    }
  });

  if (!fit.webhook) continue;
  const { proof, trust, events } = fit.webhook;
  Deno.test(`${fit.name}: a webhook without proof only wakes up`, () => {
    if (proof === "none") assert.equal(trust, "wake_up");
    const told = new Set(Object.values(events));
    if (fit.declares.deposit) assert.ok(told.has("inbound") || told.has("decision"));
    if (fit.declares.payout) assert.ok(told.has("payout"));
    assert.equal(told.has("decision"), fit.declares.syncDecision !== null);
  });
}

for (const fit of KYC) {
  Deno.test(`${fit.name}: its declaration is sound, and its calls make the members that it needs`, () => {
    assert.deepEqual(kycDeclarationMistakes(fit.declares, isKnown), []);
    const made = new Set(Object.values(fit.calls));
    for (const member of ["openCase", "submitFields", "startReview", "readCase", "readWebhook"] as const) {
      assert.ok(made.has(member), `no call makes ${member}`);
    }
    const { takes, erases } = fit.declares;
    assert.deepEqual([made.has("submitDocument"), made.has("hostedPage"), made.has("erase")], [
      takes.documents,
      takes.hosted,
      erases,
    ]);
  });

  Deno.test(`${fit.name}: every documented status maps, and any other is an alarm`, () => {
    assertMapped(fit.statuses);
    const states = new Set(Object.values(fit.statuses.table));
    for (const state of ["processing", "accepted", "rejected"] as const) assert.ok(states.has(state));
    assert.ok(Object.hasOwn(fit.statuses.table, fit.statuses.documented[0] ?? ""));
    if (fit.webhook.proof === "none") assert.equal(fit.webhook.trust, "wake_up");
  });
}

Deno.test("the sketches stand for all shapes of address, news, finality, decision and balance", () => {
  const declared = RAILS.map(({ declares }) => declares);
  assert.deepEqual(new Set(declared.map(({ deposit }) => deposit?.address)).size, 4);
  assert.deepEqual(
    new Set(declared.map(({ payout }) => payout?.finality.kind)),
    new Set(["final", "returnable"]),
  );
  assert.deepEqual(new Set(declared.map(({ balance }) => balance)), new Set(["now", "later", "none"]));
  assert.ok(declared.some(({ syncDecision }) => syncDecision) && declared.some(({ news }) => news.files));
  assert.ok(new Set(RAILS.map(({ webhook }) => webhook?.proof)).size >= 5);
});

function assertMapped<Meaning>({ documented, table }: Statuses<string, Meaning>): void {
  const look = statusTable(table);
  assert.ok(documented.length > 0);
  assert.deepEqual([...documented].toSorted(), Object.keys(table).toSorted());
  for (const status of documented) assert.notEqual(look(status), "alarm");
  for (const unknown of ["", "NEW_STATUS", "constructor", ...documented.map((status) => `${status}_2`)]) {
    assert.equal(look(unknown), "alarm");
  }
}
