import assert from "node:assert/strict";
import fc from "fast-check";
import { openPlace } from "./fuzz/place.ts";
import { anyShot, doorsThatDiffer, newTally, run } from "./fuzz/run.ts";

const REQUESTS = 3_000;

/** Routes that never say yes to what is sent here. */
const ALWAYS_NO = [
  "ALL /auth",
  "ALL /interactive/:id/*",
  "ALL /sandbox/*",
  "POST /jobs/run",
  "PATCH /sep6/transactions/:id",
  "PUT /sep12/customer/verification",
  "nowhere",
  "nowhere by this method",
];

Deno.test("R-06-54 R-06-55 R-12-63 whatever a client sends is answered as the SEPs say, and what is refused writes nothing", async () => {
  const place = await openPlace();
  const seed = Math.floor(Math.random() * 2 ** 31);
  try {
    assert.deepEqual(doorsThatDiffer(place.app), { missing: [], gone: [] }, "each route has a generator");
    const drawn = () =>
      fc.sample(anyShot(place), { seed, numRuns: 100 }).map(({ method, target }) => `${method} ${target}`);
    assert.deepEqual(drawn(), drawn(), "a seed draws the same requests");
    const tally = newTally();
    const found = await run(place, { requests: REQUESTS, seed, tally });
    // `deno task fuzz --requests 3000 --seed …` sends the same again.
    const told = found ? `seed ${found.seed}, ${found.findings.join("; ")}\n${found.request}` : "";
    assert.equal(found, null, told);
    assert.ok(tally.requests >= 2_000);
    const silent = [...tally.doors].filter(([door, { yes }]) =>
      yes === 0 && !ALWAYS_NO.includes(door) && !door.includes(" /operator/")
    );
    assert.deepEqual(silent.map(([door]) => door), [], "each route was served at least once");
  } finally {
    await place.stop();
  }
});
