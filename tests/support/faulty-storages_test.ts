import assert from "node:assert/strict";
import { arrive } from "./customer.ts";
import {
  allFaultsInTurn,
  everyAnswerLost,
  type FaultyStorage,
  type Misbehaviour,
  needsServers,
  QUICK_FAULTS,
  startFaultyStorage,
} from "./faulty-storages.ts";
import { withGateway } from "./gateway.ts";

/** Plays a deposit there, a login twice. */
async function playOn(how: Misbehaviour): Promise<FaultyStorage> {
  const storage = await startFaultyStorage(how);
  try {
    await withGateway({ variables: storage.variables }, async (gateway) => {
      for (let login = 0; login < 12; login++) await arrive(gateway, { funded: false });
      const ada = await arrive(gateway);
      await ada.deposit("100");
      await ada.holds("99");
      await gateway.booksAgree();
    });
  } finally {
    await storage.stop();
  }
  return storage;
}

Deno.test({
  name: "a journey on lost answers meets one for each of its writes",
  ...needsServers(async () => {
    const { records, sessions } = await playOn(everyAnswerLost);
    assert.deepEqual([[...records.played.keys()], [...sessions.played.keys()]], [
      ["lost before a byte of the answer"],
      ["lost before a byte of the answer"],
    ]);
    assert.ok((records.played.get("lost before a byte of the answer") ?? 0) > 50);
    // Whatever is asked of the sessions may write, so each command has lost its first answer.
    assert.equal(sessions.played.get("lost before a byte of the answer"), sessions.distinct);
    assert.ok(sessions.distinct > 20);
  }),
});

Deno.test({
  name: "a journey on faults in turn meets each of them, of the records as of the sessions",
  ...needsServers(async () => {
    const { records, sessions } = await playOn(allFaultsInTurn);
    assert.deepEqual([...records.played.keys()], QUICK_FAULTS);
    assert.deepEqual([...sessions.played.keys()], QUICK_FAULTS);
  }),
});
