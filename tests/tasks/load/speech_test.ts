import assert from "node:assert/strict";
import { TextLineStream } from "../../../tasks/load/lines.ts";
import { listenTo } from "../../../tasks/load/listen.ts";
import { chooserOf, MIX } from "../../../tasks/load/mix.ts";
import { randomOf } from "../../../tasks/load/arrivals.ts";
import { readOptions } from "../../../tasks/load/options.ts";
import { newTally, together } from "../../../tasks/load/tally.ts";

Deno.test("the mix is drawn as its table says", () => {
  const choose = chooserOf(MIX, randomOf(2));
  const drawn = new Map<string, number>();
  for (let left = 25_000; left > 0; left--) {
    const name = choose();
    drawn.set(name, (drawn.get(name) ?? 0) + 1);
  }
  assert.deepEqual([...drawn.keys()].sort(), Object.keys(MIX).sort());
  assert.ok(Math.abs((drawn.get("poll") ?? 0) - 20_000) < 400, String(drawn.get("poll")));
  assert.ok(Math.abs((drawn.get("login") ?? 0) - 1_000) < 150, String(drawn.get("login")));
});

Deno.test("outcomes are told by kind; errors that differ by their request's id are one", () => {
  const tally = newTally({ parts: 2, ms: 3_600_000 });
  const outcome = { kind: "poll", status: 200, ms: 3, error: null };
  tally.hear(outcome);
  tally.hear({ ...outcome, status: 503, error: "503 unavailable request a" });
  tally.hear({ ...outcome, status: 503, error: "503 unavailable request b" });
  tally.hear({ ...outcome, status: null, error: "no answer: TimeoutError" });
  tally.took("whole deposit", 2_000);
  assert.deepEqual([...tally.errors], [
    ["poll: 503 unavailable request a", 2],
    ["poll: no answer: TimeoutError", 1],
  ]);
  assert.equal(tally.kinds.get("poll")?.errors, 3);
  assert.equal(tally.kinds.get("poll")?.parts[0]?.count, 4);
  assert.equal(together(tally.kinds.values()).count, 5);
});

Deno.test("what comes after the end of a run belongs to its last part", () => {
  const tally = newTally({ parts: 5, ms: 0 });
  tally.took("late", 1);
  assert.deepEqual(tally.kinds.get("late")?.parts.map(({ count }) => count), [0, 0, 0, 0, 1]);
});

Deno.test("a log's entries are counted without what they say of anybody", () => {
  const listener = listenTo(2);
  const secret = "GB33BUKB20201555555555";
  listener.onTrouble(0, JSON.stringify({ level: "error", event: "job.failed", job: secret }));
  listener.onTrouble(1, JSON.stringify({ level: "error", event: "job.failed", job: "b" }));
  listener.onTrouble(1, "Warning: something");
  listener.onMemory(1, { rss: 1, heap: 2, external: 3, stillMs: 4 });
  assert.deepEqual([...listener.log()], [["error job.failed", 2], ["runtime Warning: something", 1]]);
  assert.deepEqual(listener.samples().map((samples) => samples.length), [0, 1]);
  listener.restart();
  assert.equal(listener.log().size, 0);
  assert.deepEqual(listener.samples(), [[], []]);
});

Deno.test("bytes become lines wherever they are cut", async () => {
  const bytes = new TextEncoder().encode("first\nsécond\nlast");
  for (let size = 1; size < 6; size++) {
    const chunks = Array.from(
      { length: Math.ceil(bytes.length / size) },
      (_, at) => bytes.slice(at * size, (at + 1) * size),
    );
    const lines = await Array.fromAsync(ReadableStream.from(chunks).pipeThrough(new TextLineStream()));
    assert.deepEqual(lines, ["first", "sécond", "last"]);
  }
});

Deno.test("arguments have defaults, and what is wrong with them is said", () => {
  const read = readOptions([]);
  assert.ok(typeof read !== "string");
  assert.deepEqual([read.minutes, read.share, read.storage, read.processes], [15, 0.8, "embedded", 1]);
  const given = readOptions(["--minutes", "0.5", "--storage", "remote", "--processes", "2", "--rate", "50"]);
  assert.ok(typeof given !== "string" && given.rate === 50 && given.processes === 2);
  for (
    const wrong of [["--minutes", "0"], ["--share", "1.1"], ["--storage", "tape"], ["--processes", "0"], [
      "--unknown",
      "1",
    ], ["--minutes"]]
  ) {
    assert.equal(typeof readOptions(wrong), "string", wrong.join(" "));
  }
});
