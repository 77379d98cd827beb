/**
 * Section `records`: what the same requests and a turn of all jobs cost with a thousand transfers and with a million.
 * @module
 */
import type { BenchOptions } from "./arguments.ts";
import { fill } from "./fill.ts";
import { type Call, type HttpClient, openHttpClient } from "./http-client.ts";
import { type Place, startPlace } from "./place.ts";
import { openDatabase } from "../../core/records/database.ts";
import { figure, type Report } from "./report.ts";
import { median, ratio, spread } from "./statistics.ts";
import { letIn, type Visitor } from "./visitor.ts";

const FEW = 1_000;
/** Requests of one subject in one round. */
const CALLS = 300;
/** Of those that write, and of turns of the jobs. */
const WRITES = 20;
const JOBS_SECRET = "the-bench-runs-the-jobs-itself-0123456789abcdef";

/** A gateway over a filled database. */
interface Filled {
  readonly transfers: number;
  readonly place: Place;
  readonly gateway: HttpClient;
  readonly busy: Visitor;
  readonly few: Visitor;
}

/** What is asked, by the database that is asked. */
interface Question {
  readonly name: string;
  readonly times: number;
  readonly call: (filled: Filled) => Call;
}

/** Runs it. */
export async function benchRecords(report: Report, { rounds, transfers }: BenchOptions): Promise<void> {
  const filled: Filled[] = [];
  try {
    for (const count of [FEW, transfers]) filled.push(await fillOne(report, count));
    const micros = await ask(filled, rounds);
    say(report, micros, transfers);
  } finally {
    for (const { gateway, place } of filled) {
      gateway.close();
      await place.stop();
    }
  }
}

async function fillOne(report: Report, transfers: number): Promise<Filled> {
  const place = await startPlace({ variables: { JOBS_SECRET } });
  const gateway = await openHttpClient({ url: place.publicUrl, connections: 4 });
  const runJobs = async () => void await gateway.send([JOBS]);
  const busy = await letIn(gateway, runJobs, 1);
  const few = await letIn(gateway, runJobs, 2);
  const db = await openDatabase({ url: `file:${place.dataDir}/kedge.db`, onDeploy: false });
  try {
    const begun = performance.now();
    const whose = ({ address, customerId }: Visitor) => ({ owner: address, customerId });
    await fill(db, { ...few, busy: whose(busy), few: whose(few) }, transfers);
    const { size } = await Deno.stat(`${place.dataDir}/kedge.db`);
    report.note(
      `${transfers.toLocaleString("en")} transfers: ${figure(size / 1e6)} MB, filled in ${
        figure((performance.now() - begun) / 1000)
      } s`,
    );
  } finally {
    db.close();
  }
  return { transfers, place, gateway, busy, few };
}

const JOBS: Call = { method: "POST", path: "/jobs/run", headers: { authorization: `Bearer ${JOBS_SECRET}` } };

const get = (path: string, { headers }: Visitor): Call => ({ method: "GET", path, headers });
const idOf = (number: number) => String(number).padStart(26, "0");
/** A deposit of the busy customer that is over, from the middle of all. */
const middle = ({ transfers }: Filled) => Math.floor(transfers / 40) * 20;
const list = (more: string) => ({ few }: Filled) =>
  get(`/sep6/transactions?asset_code=USDX&limit=10${more}`, few);
const busyList = (more: (filled: Filled) => string) => (filled: Filled) =>
  get(`/sep6/transactions?asset_code=USDX&limit=10${more(filled)}`, filled.busy);

const QUESTIONS: readonly Question[] = [
  {
    name: "GET /sep6/transaction by id",
    times: CALLS,
    call: (filled) => get(`/sep6/transaction?id=${idOf(middle(filled))}`, filled.busy),
  },
  {
    name: "  by stellar_transaction_id",
    times: CALLS,
    call: (filled) =>
      get(
        `/sep6/transaction?stellar_transaction_id=${middle(filled).toString(16).padStart(64, "0")}`,
        filled.busy,
      ),
  },
  {
    name: "  by external_transaction_id",
    times: CALLS,
    call: (filled) => get(`/sep6/transaction?external_transaction_id=bank${middle(filled)}`, filled.busy),
  },
  { name: "GET /sep6/transactions of six", times: CALLS, call: list("") },
  { name: "GET /sep6/transactions of very many", times: CALLS, call: busyList(() => "") },
  {
    name: "  kind=withdrawal, of which there are none",
    times: CALLS,
    call: busyList(() => "&kind=withdrawal"),
  },
  { name: "  no_older_than", times: CALLS, call: busyList(() => "&no_older_than=2026-01-01T00:00:00Z") },
  {
    name: "  paging_id, from the middle",
    times: CALLS,
    call: busyList((filled) => `&paging_id=${idOf(middle(filled))}`),
  },
  { name: "GET /sep12/customer", times: CALLS, call: ({ few }) => get("/sep12/customer", few) },
  { name: "GET /sep6/deposit opens one", times: WRITES, call: ({ few }) => few.deposit },
  { name: "  for the customer of very many", times: WRITES, call: ({ busy }) => busy.deposit },
  { name: "a turn of all jobs, nothing being due", times: WRITES, call: () => JOBS },
];

/** Microseconds of the gateway's CPU: question → database → rounds. Each round asks the databases in turns. */
async function ask(filled: readonly Filled[], rounds: number): Promise<number[][][]> {
  const micros = QUESTIONS.map(() => filled.map((): number[] => []));
  for (let round = 0; round <= rounds; round++) {
    for (const [question, { name, times, call }] of QUESTIONS.entries()) {
      for (const [which, one] of filled.entries()) {
        const calls = new Array<Call>(times).fill(call(one));
        const before = await one.place.used();
        const answers = await one.gateway.send(calls);
        const after = await one.place.used();
        const other = answers.find(({ status }) => status !== 200);
        if (other) {
          throw new Error(`Cannot measure ${name}: it answers ${other.status}, ${other.body.slice(0, 200)}`);
        }
        if (round > 0) micros[question]?.[which]?.push((after.cpu - before.cpu) / times);
      }
    }
  }
  return micros;
}

function say(report: Report, micros: readonly (readonly (readonly number[])[])[], transfers: number): void {
  const ratios = micros.map(([few = [], many = []]) => ratio(many, few));
  report.table({
    title: `Records: CPU of the gateway's process, with ${figure(FEW)} transfers and with ${
      figure(transfers)
    }`,
    head: ["", "µs of few", "+-", "µs of many", "+-", "x few"],
    rows: QUESTIONS.map(({ name }, question) => {
      const [few = [], many = []] = micros[question] ?? [];
      return [
        name,
        figure(median(few)),
        `${figure(spread(few) * 100)} %`,
        figure(median(many)),
        `${figure(spread(many) * 100)} %`,
        figure(ratios[question] ?? NaN),
      ];
    }),
  });
  report.floor({
    what: "the worst of these, with many transfers to few",
    value: Math.max(...ratios),
    // Deeper trees and colder pages, and nothing that grows.
    wanted: 1.5,
    is: "most",
    unit: "times its cost",
  });
}
