import assert from "node:assert/strict";
import { z } from "zod";
import { patientAsk, patientFetch } from "../../tasks/chaos/ask.ts";
import { type Ending, type StoryName, together, whole } from "../../tasks/chaos/stories/mod.ts";
import { heldNative } from "../../tasks/chaos/native.ts";
import { leftovers } from "../../tasks/chaos/records.ts";
import { judgeCase, underWay } from "../../tasks/chaos/verdict.ts";
import { type Play, prepareWorkload, TOKENS } from "../../tasks/chaos/workload.ts";
import { inOthersHands } from "../../tasks/load/agreement.ts";
import { openLoadWallet } from "../../tasks/load/wallet.ts";
import { needsServers } from "../support/faulty-storages.ts";
import { type Outside, OUTSIDES } from "../support/weather.ts";
import { openStormyPlace, type StormyPlace } from "./weather/place.ts";

const SEED = 1;
/** So many more customers come while the storm is over all outsides at once. */
const IN_THE_STORM = 3;
/** If not every fault was met by then, it never will be. */
const MOST_CUSTOMERS = 90;
/** What customers do: money moves in every way, by the API alone. */
const STORIES: readonly StoryName[] = [
  "deposit",
  "withdrawal",
  "twoDeposits",
  "twoDepositsCrosswise",
  "wrongMemo",
  "wrongAsset",
  "tooFewTokens",
  "tooLittlePaidIn",
  "paidInTwice",
  "standingAddress",
];
/** Where the caller asks from who must never be let in. */
const LOCKED = "10.9.9.9";
/** How long what is under way after the last story is waited for. */
const QUIET_MS = 30_000;
/** How often the ledger's time leaps, and how far: an envelope is valid for five minutes, and two more are waited. */
const LEAP_EVERY_MS = 3_000;
const LEAP_SECONDS = 480;
/** How often somebody knocks who must not be let in. */
const KNOCK_EVERY_MS = 400;

const closed = z.object({ closed_at: z.string() });

Deno.test({
  name:
    "M-16 M-3 M-25 whatever weather is outside, every unit ends in one place and no wallet meets an error of ours",
  ...needsServers(async () => {
    await using place = await openStormyPlace(SEED, LOCKED);
    const { weather, door, outside, db, running } = place;
    const { environment: { asset: { code, issuer } } } = outside;
    const asset = { id: `${code}:${issuer}`, code, issuer };
    const distribution = running.gateway.ownAccounts.distribution;
    const booked = await inOthersHands(outside, distribution, asset);
    const accounts = [distribution, ...outside.accounts];
    const native = { accounts, before: await heldNative(outside.horizonUrl, accounts) };

    const { played, made } = await playThrough(place);
    const ending = together(played.map(({ ending }) => ending));
    await quiet(place, ending);

    const before = booked + whole(made * TOKENS);
    const wrong = await judgeCase({
      witnesses: outside,
      db,
      distribution,
      asset,
      played,
      ending,
      before,
      native,
      webhooks: outside.webhooks.taken(),
    });
    assert.deepEqual(wrong, [], [...wrong, "", ...place.faults.slice(-20)].join("\n"));
    assert.deepEqual(door.sins, []);
    const unmet = [
      ...OUTSIDES.flatMap(weather.unmet),
      ...weather.neverLate().map((one) => `${one}: too late`),
    ];
    assert.deepEqual(unmet, [], weather.table().join("\n"));
    assert.ok((door.putOff.get("POST /auth") ?? 0) > 0, "logins were put off, not refused");
    assertSilent(place, played.map(({ bankAccount }) => bankAccount));
  }),
});

/**
 * One outside after the other is in a storm until every fault was met there; then all of them are at once. Nobody comes any
 * more once something went wrong that no weather excuses.
 */
async function playThrough({ weather, door, outside, db, lockedSeed }: StormyPlace): Promise<Play> {
  const left: Outside[] = [...OUTSIDES];
  const ask = patientAsk(patientFetch([door.url]));
  const stranger = openLoadWallet({
    ask,
    passphrase: outside.environment.passphrase,
    code: outside.environment.asset.code,
    seed: lockedSeed,
    from: LOCKED,
  });
  let came = 0;
  let last = MOST_CUSTOMERS;
  let isOver = false;
  let isDoomed = false;
  weather.blow(left.slice(0, 1));

  const turning = (async () => {
    while (!isOver) {
      const [now] = left;
      if (now !== undefined && weather.unmet(now).length === 0) {
        left.shift();
        weather.blow(left.length > 0 ? left.slice(0, 1) : OUTSIDES);
        if (left.length === 0) {
          weather.still();
          last = came + IN_THE_STORM;
        }
      }
      await wait(50);
    }
  })();
  const watching = (async () => {
    for (let alarmed = 0; !isOver && !isDoomed; await wait(1_000)) {
      const isAlarmed = (await leftovers(db)).some((line) => line.startsWith("alarms"));
      alarmed = isAlarmed ? alarmed + 1 : 0;
      isDoomed = door.sins.length > 0 || alarmed > 2;
    }
  })();
  const leaping = (async () => {
    while (!isOver) {
      await wait(LEAP_EVERY_MS);
      if (!isOver) await leap(outside);
    }
  })();
  const knocking = (async () => {
    while (!isOver) {
      await stranger.logIn().catch(() => {});
      await wait(KNOCK_EVERY_MS);
    }
  })();
  try {
    return await prepareWorkload({
      seed: SEED,
      least: 0,
      urls: [door.url],
      outside,
      isOver: () => ++came > last || isDoomed,
      stories: STORIES,
    }).play();
  } finally {
    isOver = true;
    weather.blow([]);
    await Promise.all([turning, watching, leaping, knocking]);
  }
}

/** The ledger's time leaps past the bounds of every envelope and past the margin, so that some are proven absent (M-2). */
async function leap({ sandboxUrl }: StormyPlace["outside"]): Promise<void> {
  const close = async (body: object) => {
    const answer = await fetch(`${sandboxUrl}/ledger/close`, { method: "POST", body: JSON.stringify(body) });
    return Date.parse(closed.parse(await answer.json()).closed_at) / 1000;
  };
  await close({ ledgers: 1, at: await close({ ledgers: 1 }) + LEAP_SECONDS });
}

/** Waits until nothing is under way; what still is then, the verdict names. */
async function quiet({ db }: StormyPlace, ending: Ending): Promise<void> {
  for (const end = performance.now() + QUIET_MS; performance.now() < end; await wait(250)) {
    if ((await underWay({ db, ending })).length === 0) return;
  }
}

/** The log holds no key, no secret of ours, and nothing that a person told. */
function assertSilent({ lines, outside: { environment } }: StormyPlace, accounts: readonly string[]): void {
  const { seeds, jwtSecrets, webhookSecret, operatorKeys } = environment;
  const secrets = [
    ...Object.values(seeds).flat().filter((seed) => typeof seed === "string"),
    ...jwtSecrets,
    webhookSecret,
    ...operatorKeys.map(({ secret }) => secret),
  ];
  const told = ["Lovelace", "@example.com", ...accounts];
  const text = lines.join("\n");
  assert.ok(lines.length > 100, "it was logged");
  for (const [index, secret] of secrets.entries()) assert.ok(!text.includes(secret), `secret ${index}`);
  for (const value of told) assert.ok(!text.includes(value), value);
}

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
