/**
 * Contract tests of a KYC provider's webhooks: a message says which case to look at, and nothing more is believed.
 * @module
 */
import assert from "node:assert/strict";
import type { WebhookRequest } from "../webhook.ts";
import { CASE_KEY, caseNow, inReview, type KycBench, type KycSubject, kycTest } from "./kyc-bench.ts";
import { present } from "./outcomes.ts";

/** Registers the tests of webhooks. */
export function kycWebhookTests(name: string, subject: KycSubject): void {
  const decided = async (bench: KycBench): Promise<{ ref: string; webhook: WebhookRequest }> => {
    const ref = await inReview(bench);
    await bench.standIn.webhooks();
    await bench.standIn.decide(CASE_KEY, { state: "accepted" });
    return { ref, webhook: present((await bench.standIn.webhooks()).at(-1), "webhook") };
  };

  kycTest(`${name}: a webhook names the case that changed`, subject, async (bench) => {
    const { ref, webhook } = await decided(bench);
    const calls = bench.ports.requests.length;
    const first = await read(bench, webhook);
    if (first.verdict !== "accepted") assert.fail(`the webhook was read as ${first.verdict}`);
    assert.ok(first.events.every((event) => event.ref === ref || event.caseKey === CASE_KEY));
    assert.ok(first.events.length > 0);
    assert.deepEqual(await read(bench, webhook), first);
    assert.equal(bench.ports.requests.length, calls, "reading a webhook calls nobody");
  });

  kycTest(`${name}: a webhook that is not from the provider is at most a hint`, subject, async (bench) => {
    const { webhook } = await decided(bench);
    const genuine = await read(bench, webhook);
    const flipped = Uint8Array.from(webhook.body);
    const last = flipped.length - 3;
    flipped[last] = (flipped[last] ?? 0) ^ 1;
    const forged: WebhookRequest[] = [
      { ...webhook, body: flipped },
      { ...webhook, headers: new Headers({ "Content-Type": "application/json" }) },
      { ...webhook, receivedAt: webhook.receivedAt + 86_400 },
    ];
    for (const request of forged) {
      const reading = await read(bench, request);
      if (reading.verdict !== "accepted") continue;
      assert.equal(genuine.verdict === "accepted" && genuine.trust, "wake_up");
      assert.equal(reading.trust, "wake_up");
    }
  });

  kycTest(
    `${name}: bodies that are no message are refused and not thrown at core`,
    subject,
    async (bench) => {
      const { webhook } = await decided(bench);
      for (const text of ["", "null", "[]", '{"type":', "<html></html>"]) {
        const reading = await read(bench, { ...webhook, body: new TextEncoder().encode(text) });
        assert.notEqual(reading.verdict, "accepted");
      }
    },
  );

  kycTest(
    `${name}: a wrong signature and an old one are told apart from good ones`,
    subject,
    async (bench) => {
      const genuine = await read(bench, (await decided(bench)).webhook);
      if (genuine.verdict === "accepted" && genuine.trust === "wake_up") return;
      for (const [fault, verdict] of [["bad_signature", "bad_signature"], ["stale", "stale"]] as const) {
        await bench.standIn.webhookFault(fault);
        await bench.standIn.decide(CASE_KEY, { state: fault === "stale" ? "accepted" : "rejected" });
        const spoiled = present((await bench.standIn.webhooks()).at(-1), "webhook");
        assert.equal((await read(bench, spoiled)).verdict, verdict);
      }
    },
  );

  kycTest(`${name}: doubled and disordered news ends in the same case`, subject, async (bench) => {
    const ref = await inReview(bench);
    await bench.standIn.webhookFault("duplicate");
    await bench.standIn.decide(CASE_KEY, { state: "accepted" });
    await bench.standIn.decide(CASE_KEY, { state: "rejected" });
    const webhooks = await bench.standIn.webhooks();
    const truth = await caseNow(bench, ref);
    for (const order of [webhooks, webhooks.toReversed()]) {
      let known = 0;
      for (const webhook of order) {
        const reading = await read(bench, webhook);
        assert.equal(reading.verdict, "accepted");
        // The message's own state is never used: whoever comes last, the case is read again.
        known = Math.max(known, (await caseNow(bench, ref)).revision);
      }
      assert.equal(known, truth.revision);
    }
  });
}

async function read({ provider, ports }: KycBench, webhook: WebhookRequest) {
  return await present(provider.readWebhook, "readWebhook")(webhook, ports);
}
