/**
 * Section `memory`: at rest, and what requests leave behind. The collector is asked before each reading of the heap.
 * @module
 */
import type { BenchOptions } from "./arguments.ts";
import { type Call, openHttpClient } from "./http-client.ts";
import { type Place, startPlace, type Used } from "./place.ts";
import { figure, type Report } from "./report.ts";
import { letIn } from "./visitor.ts";

/** Requests between two readings. */
const STRETCH = 10_000;
/** Stretches for each round that was asked for; the first warms up. */
const STRETCHES = 2;
const JOBS_SECRET = "the-bench-runs-the-jobs-itself-0123456789abcdef";

/** Runs it. */
export async function benchMemory(report: Report, { rounds }: BenchOptions): Promise<void> {
  const place = await startPlace({ variables: { JOBS_SECRET }, flags: ["--v8-flags=--expose-gc"] });
  const gateway = await openHttpClient({ url: place.publicUrl });
  try {
    const jobs: Call = {
      method: "POST",
      path: "/jobs/run",
      headers: { authorization: `Bearer ${JOBS_SECRET}` },
    };
    const visitor = await letIn(gateway, async () => void await gateway.send([jobs]), 1);
    const { headers, transferId } = visitor;
    const get = (path: string): Call => ({ method: "GET", path, headers });
    const mix = [
      get(`/sep6/transaction?id=${transferId}`),
      get("/sep6/transactions?asset_code=USDX&limit=10"),
      get("/sep12/customer"),
      get("/sep6/info"),
      get("/.well-known/stellar.toml"),
    ];
    const rest = await collected(place);
    const readings: Used[] = [];
    let most = rest.rss;
    for (let stretch = 0; stretch <= rounds * STRETCHES; stretch++) {
      const challenge = (n: number): Call => ({
        method: "GET",
        path: `/auth?account=${visitor.address}`,
        headers: { "x-forwarded-for": `10.${stretch}.${n >> 8}.${n & 255}` },
      });
      const calls = Array.from(
        { length: STRETCH },
        (_, n) => n % 20 === 0 ? challenge(n) : mix[n % mix.length] ?? jobs,
      );
      const answers = await gateway.send(calls);
      const other = answers.find(({ status }) => status !== 200);
      if (other) {
        throw new Error(`Cannot measure memory: a request is answered ${other.status}, ${other.body}`);
      }
      most = Math.max(most, (await place.used()).rss);
      readings.push(await collected(place));
    }
    say(report, rest, readings, most);
  } finally {
    gateway.close();
    await place.stop();
  }
}

async function collected({ besideUrl, used }: Place): Promise<Used> {
  await (await fetch(`${besideUrl}/collect`)).body?.cancel();
  return await used();
}

function say(report: Report, rest: Used, readings: readonly Used[], most: number): void {
  const [warm = rest] = readings;
  const last = readings.at(-1) ?? rest;
  const row = (name: string, { rss, heap }: Used) => [
    name,
    figure(rss / 1e6),
    figure(rss / rest.rss),
    figure(heap / 1e6),
    figure(heap / rest.heap),
  ];
  const requests = (readings.length * STRETCH).toLocaleString("en");
  report.table({
    title: "Memory of the gateway's process",
    head: ["", "MB", "x rest", "MB of heap", "x rest"],
    rows: [
      row("at rest", rest),
      row(`after ${STRETCH.toLocaleString("en")} requests`, warm),
      row(`after ${requests} requests`, last),
    ],
  });
  report.note(`most that was seen under load: ${figure(most / 1e6)} MB`);
  report.floor({
    what: "growth of the heap for 10,000 requests more",
    value: (last.heap - warm.heap) / 1e6 / Math.max(1, readings.length - 1),
    wanted: 0.5,
    is: "most",
    unit: "MB",
  });
}
