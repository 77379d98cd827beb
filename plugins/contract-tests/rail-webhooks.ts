/**
 * Contract tests of a rail's webhooks: who may speak, what is believed, and that doubled or disordered news changes
 * nothing.
 * @module
 */
import assert from "node:assert/strict";
import type { InboundTransfer, RailDeclaration, RailEvent } from "../bank-rail.ts";
import type { WebhookRequest } from "../webhook.ts";
import { present } from "./outcomes.ts";
import {
  inboundNow,
  openDeposit,
  payoutRequest,
  type RailBench,
  type RailSubject,
  railTest,
  steps,
} from "./rail-bench.ts";
import { valueOf } from "./outcomes.ts";

/** Registers the tests of webhooks. */
export function webhookTests(name: string, declares: RailDeclaration, subject: RailSubject): void {
  if (!declares.news.webhook) return;
  if (declares.deposit) inboundTests(name, declares, subject);
  if (declares.payout && !declares.news.files) payoutNewsTest(name, declares, subject);
  if (declares.syncDecision && declares.deposit) decisionTests(name, declares, subject);
}

function inboundTests(name: string, declares: RailDeclaration, subject: RailSubject): void {
  const amount = steps(declares, 4200n);
  const pay = async (bench: RailBench): Promise<{ id: string; webhook: WebhookRequest }> => {
    const id = await bench.standIn.payIn(await openDeposit(bench, amount), amount, "booked");
    return { id, webhook: present((await bench.standIn.webhooks()).at(-1), "webhook") };
  };

  railTest(`${name}: M-18 a webhook tells the same money as a look-up`, subject, async (bench) => {
    const { id, webhook } = await pay(bench);
    const { trust, events } = await accepted(bench, webhook);
    const event = present(events.find((told) => told.about === "inbound"), "inbound event");
    assert.equal(event.id, id);
    const truth = await inboundNow(bench, id);
    if (trust === "body") assert.deepEqual(event.inbound, truth);
    else assert.equal(event.inbound, undefined, "an unsigned body is not believed");
  });

  railTest(`${name}: a replayed webhook reads the same and does nothing`, subject, async (bench) => {
    const { webhook } = await pay(bench);
    const calls = bench.ports.requests.length;
    const first = await accepted(bench, webhook);
    assert.deepEqual(await accepted(bench, webhook), first);
    assert.equal(bench.ports.requests.length, calls, "reading a webhook calls nobody");
  });

  railTest(`${name}: a webhook that is not from the provider moves nothing`, subject, async (bench) => {
    const { webhook } = await pay(bench);
    const { trust } = await accepted(bench, webhook);
    const flipped = Uint8Array.from(webhook.body);
    const last = flipped.length - 3;
    flipped[last] = (flipped[last] ?? 0) ^ 1;
    const respaced = new TextEncoder().encode(
      JSON.stringify(JSON.parse(new TextDecoder().decode(webhook.body)), null, 1),
    );
    const forged: WebhookRequest[] = [
      { ...webhook, body: flipped },
      { ...webhook, body: respaced },
      { ...webhook, headers: new Headers({ "Content-Type": "application/json" }) },
      { ...webhook, receivedAt: webhook.receivedAt + 86_400 },
      { ...webhook, receivedAt: webhook.receivedAt - 86_400 },
    ];
    for (const request of forged) {
      const reading = await present(bench.rail.readWebhook, "readWebhook")(request, bench.ports);
      // Without a signature over the body nobody can tell a forgery: then it may only wake up.
      if (reading.verdict === "accepted") {
        assert.equal(trust, "wake_up");
        assert.equal(reading.trust, "wake_up");
        assert.ok(reading.events.every((event) => event.about !== "balance"));
      }
    }
  });

  railTest(
    `${name}: bodies that are no message are refused and not thrown at core`,
    subject,
    async (bench) => {
      const { webhook } = await pay(bench);
      for (const text of ["", "null", "[]", '{"type":', "<html></html>", '"\\ud800"', "0".repeat(10_000)]) {
        const request = { ...webhook, body: new TextEncoder().encode(text) };
        const reading = await present(bench.rail.readWebhook, "readWebhook")(request, bench.ports);
        assert.notEqual(reading.verdict, "accepted");
      }
      const notText = { ...webhook, body: Uint8Array.from([0xff, 0xfe, 0x00]) };
      const reading = await present(bench.rail.readWebhook, "readWebhook")(notText, bench.ports);
      assert.notEqual(reading.verdict, "accepted");
    },
  );

  railTest(
    `${name}: a wrong signature and an old one are told apart from good ones`,
    subject,
    async (bench) => {
      const { webhook } = await pay(bench);
      if ((await accepted(bench, webhook)).trust === "wake_up") return;
      for (const [fault, verdict] of [["bad_signature", "bad_signature"], ["stale", "stale"]] as const) {
        await bench.standIn.webhookFault(fault);
        const { webhook: spoiled } = await pay(bench);
        const reading = await present(bench.rail.readWebhook, "readWebhook")(spoiled, bench.ports);
        assert.equal(reading.verdict, verdict);
      }
    },
  );

  railTest(`${name}: M-18 doubled and disordered news ends in the same state`, subject, async (bench) => {
    const { standIn } = bench;
    const id = await standIn.payIn(await openDeposit(bench, amount), amount, "pending");
    await standIn.webhookFault("duplicate");
    await standIn.changeInbound(id, "booked");
    await standIn.changeInbound(id, "reversed");
    const webhooks = await standIn.webhooks();
    assert.ok(webhooks.length >= 3);
    const truth = await inboundNow(bench, id);
    for (const order of orders(webhooks)) {
      let known: InboundTransfer | undefined;
      for (const webhook of order) {
        for (const event of (await accepted(bench, webhook)).events) {
          if (event.about !== "inbound" || event.id !== id) continue;
          const told = event.inbound ?? await inboundNow(bench, id);
          if (!known || told.revision > known.revision) known = told;
        }
      }
      assert.deepEqual(known, truth);
    }
  });

  if (declares.news.pollEverySeconds !== null) {
    railTest(`${name}: a lost webhook is made good by the statement`, subject, async (bench) => {
      await bench.standIn.webhookFault("lost");
      const id = await bench.standIn.payIn(await openDeposit(bench, amount), amount, "booked");
      assert.deepEqual(await bench.standIn.webhooks(), []);
      const page = valueOf(await present(bench.rail.readStatement, "readStatement")(null, bench.ports));
      assert.ok(page.inbound.some((inbound) => inbound.id === id));
    });
  }
}

function payoutNewsTest(name: string, declares: RailDeclaration, subject: RailSubject): void {
  railTest(`${name}: a webhook tells of a payout by our key`, subject, async (bench) => {
    const request = payoutRequest(bench, steps(declares, 610n));
    valueOf(await present(bench.rail.createPayout, "createPayout")(request, bench.ports));
    if (!subject.payoutsCompleteAtOnce) await bench.standIn.changePayout(request.key, "completed");
    const webhook = present((await bench.standIn.webhooks()).at(-1), "webhook");
    const { trust, events } = await accepted(bench, webhook);
    const event = present(events.find((told) => told.about === "payout"), "payout event");
    const truth = valueOf(await present(bench.rail.findPayout, "findPayout")(request.key, bench.ports));
    assert.ok(event.key === request.key || (event.id !== undefined && event.id === truth?.id));
    if (trust === "body") assert.deepEqual(event.payout, truth);
    else assert.equal(event.payout, undefined);
  });
}

function decisionTests(name: string, declares: RailDeclaration, subject: RailSubject): void {
  const amount = steps(declares, 5100n);
  for (const verdict of ["keep", "return"] as const) {
    railTest(`${name}: the question before booking is answered with ${verdict}`, subject, async (bench) => {
      const { rail, standIn, ports } = bench;
      const asked: InboundTransfer[] = [];
      present(standIn.onQuestion, "onQuestion")((request) =>
        present(rail.answerDecision, "answerDecision")(request, (inbound) => {
          asked.push(inbound);
          return Promise.resolve(verdict);
        }, ports)
      );
      const calls = ports.requests.length;
      const instructions = await openDeposit(bench, amount);
      const opened = ports.requests.length;
      const id = await standIn.payIn(instructions, amount, "booked");
      assert.equal(ports.requests.length, opened, "a decision uses local data only");
      assert.ok(opened > calls);
      assert.deepEqual(asked.map(({ gross }) => gross), [amount]);
      assert.equal((await inboundNow(bench, id)).state, verdict === "keep" ? "booked" : "returned");
    });
  }

  railTest(`${name}: without an answer the declared default is done`, subject, async (bench) => {
    present(bench.standIn.onQuestion, "onQuestion")(() => Promise.resolve({ status: 500 }));
    const id = await bench.standIn.payIn(await openDeposit(bench, amount), amount, "booked");
    const { otherwise } = present(declares.syncDecision, "decision");
    assert.equal((await inboundNow(bench, id)).state, otherwise === "keep" ? "booked" : "returned");
  });

  if (subject.questionsAreUnsigned) return;
  railTest(`${name}: a question that is not from the provider is not judged`, subject, async (bench) => {
    let question: WebhookRequest | undefined;
    present(bench.standIn.onQuestion, "onQuestion")((request) => {
      question = request;
      return Promise.resolve(null);
    });
    await bench.standIn.payIn(await openDeposit(bench, amount), amount, "booked");
    const genuine = present(question, "question");
    const respaced = JSON.stringify(JSON.parse(new TextDecoder().decode(genuine.body)), null, 1);
    const forged = { ...genuine, body: new TextEncoder().encode(respaced) };
    let judged = false;
    const reply = await present(bench.rail.answerDecision, "answerDecision")(forged, () => {
      judged = true;
      return Promise.resolve("keep");
    }, bench.ports);
    assert.equal(judged, false);
    assert.ok(reply === null || reply.status >= 400);
  });
}

async function accepted(
  { rail, ports }: RailBench,
  webhook: WebhookRequest,
): Promise<{ trust: "body" | "wake_up"; events: readonly RailEvent[] }> {
  const reading = await present(rail.readWebhook, "readWebhook")(webhook, ports);
  if (reading.verdict !== "accepted") assert.fail(`the webhook was read as ${reading.verdict}`);
  return { trust: reading.trust, events: reading.events };
}

/** Some orders of the same news: as sent, backwards, rotated, each doubled. */
function orders<T>(news: readonly T[]): T[][] {
  const rotated = [...news.slice(1), ...news.slice(0, 1)];
  return [[...news], news.toReversed(), rotated, news.flatMap((one) => [one, one]), [
    ...news,
    ...news.toReversed(),
  ]];
}
