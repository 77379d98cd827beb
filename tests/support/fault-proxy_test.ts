import assert from "node:assert/strict";
import { serveCuttable } from "./cuttable-server.ts";
import { type Fault, FAULTS, startFaultProxy, STUBBORN_FAULTS } from "./fault-proxy.ts";

/** A server that counts what it does, and says so with a header of its own. */
async function counting() {
  let done = 0;
  const server = await serveCuttable(() =>
    Promise.resolve(Response.json({ done: ++done }, { headers: { "latest-ledger": String(done) } }))
  );
  return { ...server, done: () => done };
}

/** What a caller sees: a status with the text, or that nothing came before it gave up. */
async function seen(url: string, body: string, signal?: AbortSignal): Promise<string> {
  try {
    const answer = await fetch(`${url}/x`, {
      method: "POST",
      body: new Blob([body]).stream(),
      ...(signal ? { signal } : {}),
    });
    return `${answer.status} ${await answer.text()}`;
  } catch {
    return "nothing";
  }
}

/** What each does, and whether what was asked for is done. */
const EFFECTS: Readonly<Record<Exclude<Fault, "an old answer">, readonly [RegExp, boolean]>> = {
  "lost before a byte of the answer": [/^nothing$/, true],
  "lost in the midst of the answer": [/^nothing$/, true],
  "lost behind a 503": [/^503 /, true],
  "lost behind nonsense": [/^200 .*surprise/, true],
  "lost for being late": [/^nothing$/, true],
  "lost behind a page": [/^200 <!doctype/, true],
  "lost behind half an answer": [/^200 \{"don$/, true],
  "refused by a cut connection": [/^nothing$/, false],
  "refused with 429": [/^429 /, false],
  "refused with 500": [/^500 /, false],
  "refused with 502": [/^502 /, false],
  "refused with 503": [/^503 /, false],
  "refused with a foreign 404": [/^404 (?!.*not_found)/, false],
  "slow": [/^200 \{"done":1\}/, true],
};

for (const fault of [...FAULTS, ...STUBBORN_FAULTS]) {
  if (fault === "an old answer") continue;
  const [says, isDone] = EFFECTS[fault];
  Deno.test(`a request that is ${fault} is ${isDone ? "done" : "not done"}, and passes when it comes again`, async () => {
    await using server = await counting();
    const gaveUp = new AbortController();
    await using proxy = await startFaultProxy({
      target: server.url,
      plan: () => fault,
      lateMs: 60_000,
      // The caller of a late answer gives up a while after it was ready; how long it took to be ready shows nothing.
      onPlayed: (_request, played) => {
        if (played === "lost for being late") setTimeout(() => gaveUp.abort(), 200);
      },
    });
    assert.match(await seen(proxy.url, "a", gaveUp.signal), says);
    assert.equal(server.done(), isDone ? 1 : 0);
    assert.match(await seen(proxy.url, "a"), /^200 \{"done":\d\}/);
    assert.deepEqual([...proxy.played], [[fault, 1]]);
  });
}

Deno.test("a relentless proxy hears of a request each time that it comes", async () => {
  await using server = await counting();
  const faults: (Fault | null)[] = ["refused with 502", "refused with 429", null];
  await using proxy = await startFaultProxy({
    target: server.url,
    plan: () => faults.shift() ?? null,
    isRelentless: true,
  });
  const statuses = [];
  for (let time = 0; time < 3; time++) statuses.push((await seen(proxy.url, "a")).slice(0, 3));
  assert.deepEqual(statuses, ["502", "429", "200"]);
});

Deno.test("an old answer is one that was given to the same request and is old enough; else the fresh one", async () => {
  await using server = await counting();
  const ledger = (headers: Headers) => Number(headers.get("latest-ledger"));
  const heard: Fault[] = [];
  await using proxy = await startFaultProxy({
    target: server.url,
    plan: () => "an old answer",
    isRelentless: true,
    isOld: (old, fresh) => ledger(fresh.headers) - ledger(old.headers) === 2,
    onPlayed: (_request, fault) => void heard.push(fault),
  });
  const get = async (path: string) => (await (await fetch(`${proxy.url}${path}`)).json()).done;
  assert.deepEqual([await get("/a"), await get("/a"), await get("/b"), await get("/a")], [1, 2, 3, 2]);
  assert.deepEqual(heard, ["an old answer"]);
});
