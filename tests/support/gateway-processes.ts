/**
 * A gateway that consists of several processes on the same records and sessions, behind one address; the sandbox lives in
 * the test's own process.
 * @module
 */
import { loadEnvironment } from "../../core/config/environment.ts";
import { openDatabase } from "../../core/records/database.ts";
import { startRequestFront } from "./front.ts";
import type { HostAnswer } from "./gateway-host.ts";
import { type GatewayUnderTest, gatewayUnderTest } from "./gateway-under-test.ts";
import { readyHosts, startHosts } from "./hosts.ts";
import { type Outside, startOutside } from "./outside.ts";
import type { PlaceOptions } from "./place.ts";
import type { StartedStorage } from "./storages.ts";

/** Opens what outlives a gateway's processes: its address, and the bank and the ledger around it. */
export function openProcesses(
  { count, dataDir, storage }: {
    readonly count: number;
    readonly dataDir: string;
    readonly storage: Promise<StartedStorage>;
  },
) {
  const front = startRequestFront();
  const place = { DATA_DIR: dataDir, PUBLIC_URL: `http://localhost:${front.port}` };
  const jobsSecret = crypto.getRandomValues(new Uint8Array(32)).toBase64({ alphabet: "base64url" });
  let outside: Outside | null = null;

  /** Starts all processes at the same time. */
  async function start(options: PlaceOptions): Promise<GatewayUnderTest> {
    const { variables, variablesOf, setting, bank, kyc, caCerts, jobs = false, closeEvery = "on submit" } =
      options;
    const settings = { ...place, JOBS_SECRET: jobsSecret, ...variables };
    const [ready, { sandbox, horizonUrl }] = await Promise.all([
      storage,
      outside ?? startOutside(settings, { dataDir, closeEvery }).then((started) => outside = started),
    ]);
    const shared = { ...settings, HORIZON_URL: horizonUrl, ...ready.variables };
    const loaded = await loadEnvironment(shared);
    if (!loaded.ok) throw new Error(`Cannot load the environment: ${JSON.stringify(loaded.mistakes)}`);
    const hosts = options.newProcesses
      ? await startHosts(count, dataDir)
      : readyHosts().hosts.slice(0, count);
    const leave = () => Promise.all(hosts.map((host) => options.newProcesses ? host.end() : host.stop()));
    try {
      const started = await all(hosts.map((host, index) =>
        host.start({
          variables: {
            ...shared,
            ...variablesOf?.(index),
            PORT: "0",
            SANDBOX_LIBSQL_URL: `file:${dataDir}/unused-${index}.db`,
          },
          sandboxUrl: sandbox.url,
          jobs,
          ...(setting ? { setting } : {}),
          ...(bank ? { bank } : {}),
          ...(kyc ? { kyc } : {}),
          ...(caCerts ? { caCerts } : {}),
        })
      ));
      front.serve(started.map(({ url }) => Number(new URL(url).port)));
      const db = await openDatabase({ url: ready.databaseUrl, onDeploy: false });
      return gatewayUnderTest({
        environment: loaded.value,
        assets: started[0]?.assets ?? [],
        distribution: started[0]?.distribution ?? "",
        sandbox,
        horizonUrl,
        db,
        dataDir,
        loops: jobs,
        tick: () => tickAll(started, jobsSecret),
        readLogs: () => Promise.all(hosts.map((host) => host.readLog())),
        async stop() {
          front.serve([]);
          db.close();
          await leave();
        },
      });
    } catch (error) {
      await leave();
      throw error;
    }
  }

  return {
    start,
    async stop() {
      await front.stop();
      await outside?.stop();
    },
  };
}

/** What all came to, once nothing of it is under way any more; fails as the first of them that failed. */
async function all<T>(works: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(works);
  return await Promise.all(works);
}

/** Every job once in each process, all at the same time, as a scheduler outside asks for it. */
async function tickAll(processes: readonly HostAnswer[], secret: string): Promise<void> {
  await Promise.all(processes.map(async ({ url }) => {
    const answer = await fetch(`${url}/jobs/run`, {
      method: "POST",
      headers: { authorization: `Bearer ${secret}` },
    });
    // 500 says that a job failed; what failed is in the log, as in a loop.
    const text = await answer.text();
    if (answer.status !== 200 && answer.status !== 500) {
      throw new Error(`/jobs/run answers ${answer.status}: ${text}`);
    }
  }));
}
