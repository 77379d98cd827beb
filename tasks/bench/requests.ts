/**
 * Section `requests`: what one core answers, beside a bare Hono route, one indexed read and raw Ed25519.
 * @module
 */
import { z } from "zod";
import type { Signer } from "../../core/auth/mod.ts";
import { networkIdOf, newSigner, signChallenge } from "../load/challenge.ts";
import type { BenchOptions } from "./arguments.ts";
import { type Answer, type Call, type HttpClient, openHttpClient } from "./http-client.ts";
import { type Cost, measureInTurns, type Subject } from "./measure.ts";
import { PARTS } from "./parts.ts";
import { type Place, startPlace } from "./place.ts";
import { figure, type Report } from "./report.ts";
import { median, ratio, spread } from "./statistics.ts";

const ACCOUNTS = 64;
const NETWORK_ID = networkIdOf("Test SDF Network ; September 2015");
/** Requests in a round. */
const BARE = 20_000;
const READS = 5_000;
const LOGINS = 1_500;
/** What verifying a signature took on the machine by which the design set its floors. */
const VERIFY_MICROS = 27;

const challengeBody = z.object({ transaction: z.string() });
const tokenBody = z.object({ token: z.string() });
const openedBody = z.object({ id: z.string() });

/** Runs it. */
export async function benchRequests(report: Report, { rounds }: BenchOptions): Promise<void> {
  const place = await startPlace();
  const clients = await Promise.all([place.publicUrl, place.besideUrl].map((url) => openHttpClient({ url })));
  const [gateway, beside] = clients;
  try {
    if (!gateway || !beside) return;
    const subjects = await subjectsOf(gateway, beside);
    const costs = await measureInTurns(place, subjects, rounds);
    say(report, costs, await partsOf(place, rounds));
  } finally {
    clients.forEach((client) => client.close());
    await place.stop();
  }
}

/** What is measured. */
export async function subjectsOf(gateway: HttpClient, beside: HttpClient): Promise<Subject[]> {
  const accounts = Array.from({ length: ACCOUNTS }, newSigner);
  const token = await logIn(gateway, accounts);
  const id = await openDeposit(gateway, token, accounts[0]?.account ?? "");
  const headers = { authorization: `Bearer ${token}` };
  const same = (call: Call, times: number) => () => new Array<Call>(times).fill(call);
  let signed: Call[] = [];
  return [
    { name: "bare", client: beside, status: 200, calls: same({ method: "GET", path: "/bare" }, BARE) },
    {
      name: "read",
      client: beside,
      status: 200,
      calls: same({ method: "GET", path: `/read?id=${id}` }, READS),
    },
    { name: "info", client: gateway, status: 200, calls: same({ method: "GET", path: "/sep6/info" }, READS) },
    {
      name: "transaction",
      client: gateway,
      status: 200,
      calls: same({ method: "GET", path: `/sep6/transaction?id=${id}`, headers }, READS),
    },
    {
      name: "challenge",
      client: gateway,
      status: 200,
      calls: (round) => challengesFor(accounts, round, LOGINS),
      keep: (answers) => {
        signed = answers.map((answer, index) => signedCall(accounts[index % ACCOUNTS], answer));
      },
    },
    { name: "login", client: gateway, status: 200, calls: () => signed },
    {
      name: "local",
      client: beside,
      status: 200,
      calls: async (round) => {
        // From other networks than above, for each has a count of its own.
        const answers = await gateway.send(challengesFor(accounts, round + 128, LOGINS));
        return answers.map((answer, index) => signedCall(accounts[index % ACCOUNTS], answer));
      },
    },
  ];
}

/** Each asks from a network of its own, so that no rate limit is met. */
function challengesFor(accounts: readonly Signer[], round: number, times: number): Call[] {
  return Array.from({ length: times }, (_, index) => ({
    method: "GET",
    path: `/auth?account=${accounts[index % accounts.length]?.account}`,
    headers: { "x-forwarded-for": `10.${round % 256}.${index >> 8}.${index & 255}` },
  }));
}

function signedCall(signer: Signer | undefined, { body }: Answer): Call {
  if (signer === undefined) throw new TypeError("Cannot sign: there is no account");
  const { transaction } = challengeBody.parse(JSON.parse(body));
  return {
    method: "POST",
    path: "/auth",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ transaction: signChallenge(transaction, signer, NETWORK_ID) }),
  };
}

async function logIn(gateway: HttpClient, accounts: readonly Signer[]): Promise<string> {
  const challenges = await gateway.send(challengesFor(accounts, 255, 1));
  const calls = challenges.map((challenge) => signedCall(accounts[0], challenge));
  const [answer] = await gateway.send(calls);
  return tokenBody.parse(JSON.parse(answer?.body ?? "")).token;
}

async function openDeposit(gateway: HttpClient, token: string, account: string): Promise<string> {
  const [info] = await gateway.send([{ method: "GET", path: "/sep6/info" }]);
  const { deposit } = z.object({ deposit: z.record(z.string(), z.unknown()) }).parse(
    JSON.parse(info?.body ?? ""),
  );
  const query = new URLSearchParams({
    account,
    asset_code: Object.keys(deposit)[0] ?? "",
    type: "bank_account",
    amount: "100",
  });
  const [answer] = await gateway.send([
    { method: "GET", path: `/sep6/deposit?${query}`, headers: { authorization: `Bearer ${token}` } },
  ]);
  return openedBody.parse(JSON.parse(answer?.body ?? "")).id;
}

/** What a login is made of, each round. */
async function partsOf({ besideUrl }: Place, rounds: number): Promise<Readonly<Record<string, number[]>>> {
  const one = z.object(Object.fromEntries(PARTS.map((name) => [name, z.number()])));
  const taken: Readonly<Record<string, number>>[] = [];
  for (let round = 0; round <= rounds; round++) {
    taken.push(one.parse(await (await fetch(`${besideUrl}/parts?n=1000`)).json()));
  }
  return Object.fromEntries(PARTS.map((name) => [name, taken.slice(1).map((round) => round[name] ?? NaN)]));
}

const LABELS: Readonly<Record<string, string>> = {
  bare: "a bare Hono route",
  read: "a bare route with one indexed read",
  info: "GET /sep6/info",
  transaction: "GET /sep6/transaction",
  challenge: "GET /auth, a challenge",
  login: "POST /auth, a login",
  local: "the same without Horizon",
};

const PART_LABELS: Readonly<Record<string, string>> = {
  sign: "raw Ed25519, a signature",
  verify: "raw Ed25519, a verification",
  write: "a challenge written and signed",
  read: "a returned challenge read by the SDK, the server's signature verified",
  token: "a token signed",
  check: "a token that is known checked, as of a wallet that polls",
  once: "a challenge spent",
  count: "a challenge counted, for its network and for its account",
};

function say(report: Report, costs: readonly Cost[], parts: Readonly<Record<string, number[]>>): void {
  const of = (name: string) => costs.find((cost) => cost.name === name)?.micros ?? [];
  const verify = parts["verify"] ?? [];
  report.table({
    title: "Requests: CPU of the gateway's process",
    head: ["", "µs", "+-", "/s a core", "x bare", "x read", "x verify", "/s here"],
    rows: costs.map(({ name, micros, perSecond }) => [
      LABELS[name] ?? name,
      figure(median(micros)),
      `${figure(spread(micros) * 100)} %`,
      figure(1_000_000 / median(micros)),
      figure(ratio(micros, of("bare"))),
      figure(ratio(micros, of("read"))),
      figure(ratio(micros, verify)),
      figure(median(perSecond)),
    ]),
  });
  report.table({
    title: "What challenges and logins are made of",
    head: ["", "µs", "x verify"],
    rows: PARTS.map((name) => {
      const micros = parts[name] ?? [];
      return [PART_LABELS[name] ?? name, figure(median(micros)), figure(ratio(micros, verify))];
    }),
  });
  const horizon = median(of("login")) - median(of("local"));
  report.note(`Horizon's look-up is ${figure(horizon)} µs of a login, most of it fetch`);
  // So many verifications of the same run: how fast the machine is says nothing of the code.
  const floor = (what: string, subject: string, wantedPerSecond: number) =>
    report.floor({
      what: `${what} (${
        wantedPerSecond.toLocaleString("en")
      } /s a core where a verification takes ${VERIFY_MICROS} µs)`,
      value: ratio(of(subject), verify),
      wanted: 1e6 / wantedPerSecond / VERIFY_MICROS,
      is: "most",
      unit: "verifications",
    });
  floor("a login", "login", 3000);
  floor("a login, without Horizon's look-up", "local", 3000);
  floor("a challenge", "challenge", 4000);
  report.floor({
    what: "an authenticated read, to a bare route with one indexed read",
    value: ratio(of("transaction"), of("read")),
    wanted: 2,
    is: "most",
    unit: "times its cost",
  });
}
