import assert from "node:assert/strict";
import { Keypair } from "@stellar/stellar-sdk";
import { migrate } from "../../../core/records/migrate.ts";
import { migrations } from "../../../core/records/migrations/mod.ts";
import { embeddedSessions } from "../../../core/sessions/embedded.ts";
import { inFile } from "../../core/records/files.ts";
import { assertRefused, deploy, sign } from "./deployment.ts";

const client = Keypair.random();
const account = client.publicKey();

Deno.test("R-10-97 of twenty parallel POSTs of one challenge to two processes one yields a token", async () => {
  await using file = await inFile();
  const databases = [await file.open(), await file.open()];
  const [first, second] = databases;
  assert.ok(first && second);
  await migrate(first, migrations);
  const server = Keypair.random();
  const [one, other] = [first, second].map((db) => deploy({ server, sessions: embeddedSessions(db) }));
  assert.ok(one && other);
  const signed = sign(await one.challenge({ account }), client);
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, racer) => (racer % 2 ? one : other).post(signed)),
  );
  assert.equal(answers.filter(({ status }) => status === 200).length, 1);
  for (const answer of answers.filter(({ status }) => status !== 200)) {
    assertRefused(answer, 400, "sep10.challenge_used");
  }
  for (const db of databases) db.close();
});

Deno.test("R-10-97 a used challenge is remembered for as long as it is good, and a little longer", async () => {
  const kept: { key: string; ttl: number }[] = [];
  const gateway = deploy({
    sessions: {
      countEach: () => Promise.resolve([1, 1]),
      once(key, ttl) {
        kept.push({ key, ttl });
        return Promise.resolve(true);
      },
    },
  });
  const signed = sign(await gateway.challenge({ account }), client);
  gateway.clock.now += 100;
  assert.equal((await gateway.post(signed)).status, 200);
  assert.equal(kept.length, 1);
  assert.ok(kept[0] && kept[0].ttl >= 800 && kept[0].ttl <= 1000);
});
