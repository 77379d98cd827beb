import assert from "node:assert/strict";
import { z } from "zod";
import { type Network, onNetwork } from "./network.ts";
import { listed, payNative } from "./steps.ts";

/** Reads a stream until its text fits. */
async function readUntil(reader: ReadableStreamDefaultReader<Uint8Array>, fits: (text: string) => boolean) {
  let text = "";
  const decoder = new TextDecoder();
  while (!fits(text)) {
    const { value, done } = await reader.read();
    if (done) return text;
    text += decoder.decode(value, { stream: true });
  }
  return text;
}

const STREAM = { accept: "text/event-stream" };

async function openStream(network: Network, path: string, headers: Record<string, string> = {}) {
  const answer = await network.app.request(`/sandbox/horizon${path}`, { headers: { ...STREAM, ...headers } });
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get("content-type") ?? "", /^text\/event-stream/);
  assert.ok(answer.body);
  return answer.body.getReader();
}

Deno.test(
  "a stream says hello, sends what is new as its ledger closes, and byebye when it ends",
  onNetwork(async (network) => {
    const [owner, other] = [await network.account(), await network.account()];
    const reader = await openStream(
      network,
      `/accounts/${other.publicKey()}/operations?cursor=now&join=transactions`,
    );
    const hello = await readUntil(reader, (text) => text.includes("\n\n"));
    assert.equal(hello, `retry: 1000\nevent: open\ndata: "hello"\n\n`);
    const { body } = await network.send(owner, [payNative(other)]);
    const event = await readUntil(reader, (text) => text.includes("\n\n"));
    const [, id, data] = /^id: (\d+)\ndata: (.*)\n\n$/.exec(event) ?? [];
    const record = z.looseObject({ paging_token: z.string(), transaction: z.unknown() })
      .parse(JSON.parse(data ?? ""));
    assert.equal(record.paging_token, id);
    assert.deepEqual(record.transaction, body);
    await network.control("behaviour", { behaviour: "end_streams" });
    const end = await readUntil(reader, () => false);
    assert.equal(end, `retry: 10\nevent: close\ndata: "byebye"\n\n`);
  }),
);

Deno.test(
  "a stream goes on after the last event that its reader has seen",
  onNetwork(async (network) => {
    const [owner, other] = [await network.account(), await network.account()];
    for (let index = 0; index < 3; index++) await network.send(owner, [payNative(other)]);
    const path = `/accounts/${other.publicKey()}/payments`;
    const first = await readUntil(await openStream(network, `${path}?limit=2`), () => false);
    const ids = (text: string): string[] => [...text.matchAll(/^id: (\d+)$/gm)].map(([, id = ""]) => id);
    assert.equal(ids(first).length, 2);
    assert.ok(first.endsWith(`event: close\ndata: "byebye"\n\n`));
    const headers = { "last-event-id": ids(first).at(-1) ?? "" };
    const rest = await readUntil(await openStream(network, `${path}?limit=2&cursor=0`, headers), () => false);
    const all = listed.parse((await network.get(path)).body)._embedded.records.map(({ id }) => id);
    assert.deepEqual([...ids(first), ...ids(rest)], all);
  }),
);

Deno.test(
  "a reader who leaves ends the stream",
  onNetwork(async (network) => {
    const reader = await openStream(network, "/ledgers?cursor=now");
    await readUntil(reader, (text) => text.includes("\n\n"));
    await reader.cancel();
    await network.ledger.close();
  }),
);
