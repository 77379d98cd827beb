import assert from "node:assert/strict";
import { runCampaign } from "../../tasks/chaos/campaign.ts";
import { reportOf } from "../../tasks/chaos/report.ts";
import { answersLost, faultsInTurn } from "../support/faulty-storages.ts";
import { needsAll } from "../support/layouts.ts";
import { embedded, remote, type StorageKind } from "../support/storages.ts";

/** With fewer deaths than this, on storage that is slow, none may have come to its point in time. */
const MANY = 10;

/** A hundred deaths in all. */
const CAMPAIGNS: readonly {
  readonly storage: StorageKind;
  readonly processes: number;
  readonly kills: number;
  readonly seed: number;
}[] = [
  { storage: embedded, processes: 1, kills: 26, seed: 1 },
  { storage: remote, processes: 1, kills: 14, seed: 2 },
  { storage: remote, processes: 2, kills: 14, seed: 3 },
  { storage: remote, processes: 3, kills: 12, seed: 4 },
  { storage: embedded, processes: 2, kills: 18, seed: 5 },
  { storage: answersLost, processes: 1, kills: 8, seed: 6 },
  { storage: faultsInTurn, processes: 1, kills: 8, seed: 7 },
];

for (const { storage, processes, kills, seed } of CAMPAIGNS) {
  const body = async () => {
    const dataDir = await Deno.makeTempDir({ prefix: "kedge-" });
    const started = await storage.start(dataDir);
    try {
      const { variables, databaseUrl } = started;
      const outcome = await runCampaign({ kills, seed, processes, dataDir, variables, databaseUrl });
      assert.deepEqual(outcome.faults, [], reportOf(outcome).join("\n"));
      const named = [...outcome.toll.atPoints.values()].reduce((sum, count) => sum + count, 0);
      assert.equal(named + outcome.toll.atInstants, kills);
      assert.ok(named > 0 || kills < MANY, "some die at the point that was drawn");
    } finally {
      await started.stop();
      await Deno.remove(dataDir, { recursive: true });
    }
  };
  Deno.test({
    name: `M-25 M-30 M-1 ${kills} kills while money moves leave every unit in one place (${processes} ${
      processes === 1 ? "process" : "processes"
    }, ${storage.name})`,
    ...needsAll(storage, body),
  });
}
