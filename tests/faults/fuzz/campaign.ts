/**
 * `deno task fuzz --requests N --seed S`: shoots at gateways for as long as is wished, and ends with one line that counts.
 * A gateway serves one round, so that neither memory nor records grow with the number of requests.
 * @module
 */
import { parseArgs } from "node:util";
import { openPlace } from "./place.ts";
import { doorsThatDiffer, newTally, run } from "./run.ts";

/** Requests to one gateway. */
const ROUND = 20_000;
/** Kinds of findings after which it is clear that something has to be mended first. */
const MOST = 40;

const print = (line: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));

const { values } = parseArgs({
  args: Deno.args,
  options: { requests: { type: "string", default: "20000" }, seed: { type: "string" } },
});
const requests = Number(values.requests);
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
if (!Number.isSafeInteger(requests) || requests < 1 || !Number.isSafeInteger(seed)) {
  print("Cannot shoot: --requests and --seed are whole numbers");
  Deno.exit(2);
}

const tally = newTally();
const known = new Set<string>();
const begun = performance.now();
let round = 0;
for (let shotsLeft = requests; shotsLeft > 0 && known.size < MOST; round++) {
  const place = await openPlace();
  try {
    const { missing, gone } = doorsThatDiffer(place.app);
    for (const door of [...missing, ...gone]) {
      if (!known.has(door)) print(`FOUND ${door} has no generator, or is gone`);
      known.add(door);
    }
    const before = tally.requests;
    while (tally.requests - before < ROUND && known.size < MOST) {
      const left = Math.min(ROUND - (tally.requests - before), shotsLeft - (tally.requests - before));
      if (left <= 0) break;
      const found = await run(place, { requests: left, seed: seed + tally.requests, tally, known });
      if (found === null) break;
      for (const kind of found.kinds) known.add(kind);
      print(
        `FOUND ${found.findings.join(" | ")}\n  ${found.request}\n  seed ${found.seed} path ${found.path}`,
      );
    }
    shotsLeft -= tally.requests - before;
  } finally {
    await place.stop();
  }
  const seconds = (performance.now() - begun) / 1000;
  const memory = Math.round(Deno.memoryUsage().rss / 1024 / 1024);
  print(
    `round ${round + 1}: ${tally.requests} requests, ${Math.round(tally.requests / seconds)}/s, ${memory} MB`,
  );
}
for (const [door, { yes, no, ms }] of [...tally.doors].toSorted()) {
  print(`  ${door}: ${yes} served, ${no} refused, ${(ms / (yes + no)).toFixed(2)} ms each`);
}
print(`  slowest: ${Math.round(tally.slowest.took)} ms, ${tally.slowest.what.slice(0, 300)}`);
const statuses = [...tally.statuses].toSorted(([a], [b]) => a - b).map(([status, count]) =>
  `${count} × ${status}`
);
print(`${tally.requests} requests from seed ${seed}: ${statuses.join(", ")}; ${known.size} findings`);
Deno.exit(known.size > 0 ? 1 : 0);
