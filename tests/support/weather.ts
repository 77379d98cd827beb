/**
 * Weather between a gateway and everything outside of it: a proxy before Horizon, the bank, the KYC bureau, the database and
 * Redis each, which counts which of them has met which fault, and which act was done though its answer was lost.
 * @module
 */
import { randomOf } from "../../tasks/load/arrivals.ts";
import {
  changesRecords,
  type Fault,
  type FaultProxy,
  FAULTS,
  type Kept,
  type SeenRequest,
  startFaultProxy,
  STUBBORN_FAULTS,
} from "./fault-proxy.ts";

/** What stands outside, in the order in which the weather comes. */
export const OUTSIDES = ["horizon", "bank", "kyc", "database", "redis"] as const;

/** See {@link OUTSIDES}. */
export type Outside = typeof OUTSIDES[number];

/** How often one kind of call meets a fault while its weather lasts, and whether it does something. */
interface Exposure {
  readonly outside: Outside;
  readonly share: number;
  /** Then each way in which its answer is lost has to be met, and none is ever old. */
  readonly acts?: boolean;
}

/** Every kind of call. What moves money, or begins something, meets faults more often: there is less of it. */
const CALLS = {
  "read the ledger": { outside: "horizon", share: 0.12 },
  "submit an envelope": { outside: "horizon", share: 0.7, acts: true },
  "read the bank": { outside: "bank", share: 0.2 },
  "get instructions": { outside: "bank", share: 0.6, acts: true },
  "pay at the bank": { outside: "bank", share: 0.8, acts: true },
  "read a case": { outside: "kyc", share: 0.25 },
  "submit to the bureau": { outside: "kyc", share: 0.6, acts: true },
  "read records": { outside: "database", share: 0.04 },
  "write records": { outside: "database", share: 0.08, acts: true },
  "command sessions": { outside: "redis", share: 0.4, acts: true },
} as const satisfies Record<string, Exposure>;

/** A kind of call. */
type Call = keyof typeof CALLS;

const ALL_CALLS: readonly Call[] = Object.keys(CALLS).filter(isCall);

/** Comes once, for whoever asks waits until it is over; see {@link Weather.still}. */
const LATE: Fault = "lost for being late";
const FOREIGN: Fault = "refused with a foreign 404";
const OLD: Fault = "an old answer";
const KINDS: readonly Fault[] = [...FAULTS, ...STUBBORN_FAULTS];
/** Done, and its answer lost. */
const LOST: readonly Fault[] = KINDS.filter((fault) => fault.startsWith("lost") && fault !== LATE);

/** A bit longer than each of them is waited for. */
const LATE_MS: Readonly<Record<Outside, number>> = {
  horizon: 8_300,
  bank: 10_300,
  kyc: 10_300,
  database: 5_300,
  redis: 1_800,
};
/** What a 429 asks to wait, in seconds. */
const RETRY_AFTER = 1;
/** Machines behind one address lag by so many ledgers at most (M-10). */
const MOST_LEDGERS_BEHIND = 2;
/** How strong each storm is where all outsides are in one. */
const SHARE_IN_ALL = 0.2;
/** How often a fault is taken that was met least. */
const SHARE_OF_RAREST = 0.7;

/** The weather. */
export interface Weather extends AsyncDisposable {
  /** Where each answers through it. */
  readonly urls: Readonly<Record<Outside, string>>;
  /** Lets storms come over these, and over no others; where all are in one, each is weaker, or nothing would get on. */
  readonly blow: (over: readonly Outside[]) => void;
  /** From now on the next call of each outside waits for its answer until nobody listens any more, once. */
  readonly still: () => void;
  /** What has to be met there in a storm and was not so far, as `place: fault`. */
  readonly unmet: (outside: Outside) => readonly string[];
  /** Outsides none of whose answers came too late so far. */
  readonly neverLate: () => readonly Outside[];
  /** How often each fault was met, by the kind of call, as lines of a table. */
  readonly table: () => readonly string[];
}

/** What it is made of. */
export interface WeatherOptions {
  /** Where each answers by itself. */
  readonly targets: Readonly<Record<Outside, string>>;
  readonly seed: number;
  /** Part of a path that meets a fault whenever it is asked for in a storm, every second time a foreign 404 (M-3). */
  readonly exposed: string;
}

/** Starts it, fair. */
export async function startWeather({ targets, seed, exposed }: WeatherOptions): Promise<Weather> {
  const random = randomOf(seed);
  const counts = new Map<string, number>();
  let stormy: readonly Outside[] = [];
  const late = new Set<Outside>();
  const count = (call: Call, fault: Fault) => counts.get(`${call}: ${fault}`) ?? 0;
  const countAt = (outside: Outside, fault: Fault) =>
    callsOf(outside).reduce((sum, call) => sum + count(call, fault), 0);

  function faultFor(outside: Outside, request: SeenRequest): Fault | null {
    const call = callOf(outside, request);
    if (call === null || !stormy.includes(outside)) return null;
    if (late.delete(outside)) return LATE;
    if (request.path.includes(exposed)) return random() < 0.5 ? FOREIGN : oneOf(kindsOf(call), random);
    // Seldom there is one that differs; where there is none, the fresh one passes and nothing was played.
    const isOldWanted = kindsOf(call).includes(OLD) && countAt(outside, OLD) === 0;
    if (isOldWanted && random() < SHARE_OF_RAREST) return OLD;
    const strength = stormy.length > 1 ? SHARE_IN_ALL : 1;
    if (random() >= CALLS[call].share * strength) return null;
    const lost = acts(call) ? LOST.filter((fault) => count(call, fault) === 0) : [];
    const kinds = lost.length > 0 ? lost : kindsOf(call);
    const rarest = Math.min(...kinds.map((kind) => countAt(outside, kind)));
    const among = random() < SHARE_OF_RAREST
      ? kinds.filter((kind) => countAt(outside, kind) === rarest)
      : kinds;
    return oneOf(among, random);
  }

  async function startProxy(outside: Outside): Promise<readonly [Outside, FaultProxy]> {
    const { origin, pathname } = new URL(targets[outside]);
    const proxy = await startFaultProxy({
      target: origin,
      plan: (request) => faultFor(outside, { ...request, path: request.path.slice(pathname.length) }),
      lateMs: LATE_MS[outside],
      isRelentless: true,
      retryAfter: RETRY_AFTER,
      isOld: outside === "horizon" ? lagsBehind : differs,
      onPlayed(request, fault) {
        const call = callOf(outside, { ...request, path: request.path.slice(pathname.length) });
        if (call !== null) counts.set(`${call}: ${fault}`, count(call, fault) + 1);
      },
    });
    return [outside, proxy];
  }

  const proxies = new Map(await Promise.all(OUTSIDES.map(startProxy)));
  const url = (outside: Outside) =>
    `${proxies.get(outside)?.url ?? ""}${new URL(targets[outside]).pathname.replace(/\/$/, "")}`;
  const urls = {
    horizon: url("horizon"),
    bank: url("bank"),
    kyc: url("kyc"),
    database: url("database"),
    redis: url("redis"),
  };

  return {
    urls,
    blow: (over) => {
      stormy = over;
    },
    still: () => OUTSIDES.forEach((outside) => late.add(outside)),
    unmet: (outside) => {
      const calls = callsOf(outside);
      const possible = new Set(calls.flatMap(kindsOf));
      return [
        ...[...possible].filter((fault) => countAt(outside, fault) === 0).map((fault) =>
          `${outside}: ${fault}`
        ),
        ...calls.filter(acts).flatMap((call) =>
          LOST.filter((fault) => count(call, fault) === 0).map((fault) => `${call}: ${fault}`)
        ),
      ];
    },
    neverLate: () => OUTSIDES.filter((outside) => countAt(outside, LATE) === 0),
    table: () =>
      ALL_CALLS.map((call) => `${call}: ${KINDS.map((kind) => `${count(call, kind)} ${kind}`).join(", ")}`),
    async [Symbol.asyncDispose]() {
      for (const proxy of proxies.values()) await proxy[Symbol.asyncDispose]();
    },
  };
}

function oneOf(kinds: readonly Fault[], random: () => number): Fault | null {
  return kinds[Math.floor(random() * kinds.length)] ?? null;
}

function isCall(name: string): name is Call {
  return Object.hasOwn(CALLS, name);
}

function callsOf(outside: Outside): readonly Call[] {
  return ALL_CALLS.filter((call) => CALLS[call].outside === outside);
}

function acts(call: Call): boolean {
  const { acts = false }: Exposure = CALLS[call];
  return acts;
}

/**
 * What a call may meet in a storm. Nobody who acts is told what was said to another act, and of records every answer stands
 * on all that was written: the database is asked for no less.
 */
function kindsOf(call: Call): readonly Fault[] {
  const isNeverOld = acts(call) || CALLS[call].outside === "database";
  return KINDS.filter((kind) => kind !== LATE && !(isNeverOld && kind === OLD));
}

/** Which kind of call a request is; `null` for what only begins or ends a process. */
function callOf(outside: Outside, request: SeenRequest): Call | null {
  const { method, path } = request;
  switch (outside) {
    case "horizon":
      return method === "POST" ? "submit an envelope" : "read the ledger";
    case "bank":
      if (method === "GET") return "read the bank";
      // A refund is a payout to whom it came from.
      if (/\/(payouts|refunds)\//.test(path)) return "pay at the bank";
      return /\/instructions\//.test(path) ? "get instructions" : null;
    case "kyc":
      if (method === "GET") return "read a case";
      return /\/cases\//.test(path) ? "submit to the bureau" : null;
    case "database":
      return changesRecords(request) ? "write records" : "read records";
    case "redis":
      return "command sessions";
  }
}

/** An answer of Horizon that stands on an earlier ledger, and on one that is not too early. */
function lagsBehind(old: Kept, fresh: Kept): boolean {
  const [before, now] = [old, fresh].map(({ headers }) => Number(headers.get("latest-ledger") ?? Number.NaN));
  const behind = (now ?? Number.NaN) - (before ?? Number.NaN);
  return behind > 0 && behind <= MOST_LEDGERS_BEHIND;
}

function differs(old: Kept, fresh: Kept): boolean {
  return old.status !== fresh.status ||
    new Uint8Array(old.body).toHex() !== new Uint8Array(fresh.body).toHex();
}
