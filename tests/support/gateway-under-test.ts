/**
 * A gateway as a journey sees it, whether it is this process, another one or several: by HTTP, by its records, and by what
 * it logged. Nothing in it moves by itself unless asked to: a round runs every job once in each of its processes and moves
 * the database's clock past short waits, so that journeys are quick and sleep through nothing.
 * @module
 */
import type { Environment } from "../../core/config/environment.ts";
import { moveClock } from "../../core/records/clock.ts";
import type { Database } from "../../core/records/database.ts";
import type { Sandbox } from "../../sandbox/mod.ts";
import { booksAgree } from "./books-agree.ts";
import { openWorld, type World } from "./world.ts";

/** What a process of a gateway logged since it was started. */
export interface Logged {
  /** The log as it would be written, a line an entry. */
  readonly lines: readonly string[];
  /** What was logged as `error` or `alarm`, as `event {fields}`. */
  readonly faults: readonly string[];
}

/** An asset that the gateway anchors. */
export interface AnchoredAsset {
  readonly id: string;
  readonly code: string;
  readonly issuer: string;
}

/** A running gateway. */
export interface GatewayUnderTest extends World {
  /** What it was started with; its processes differ in ports alone. */
  readonly environment: Environment;
  readonly assets: readonly AnchoredAsset[];
  /** Account that pays out and receives. */
  readonly distribution: string;
  /** Bank, bureau and ledger, in this process. */
  readonly sandbox: Sandbox | null;
  /** Its records. */
  readonly db: Database;
  readonly dataDir: string;
  /** What else happens with each round, for example a courier who carries files. */
  readonly beside: (() => Promise<void>)[];
  /** Runs every job once, in all processes at the same time. */
  readonly tick: () => Promise<void>;
  /** What each of its processes logged. */
  readonly readLogs: () => Promise<readonly Logged[]>;
  /** The same, one after the other. */
  readonly readLog: () => Promise<Logged>;
  /** Fails when books, bank and ledger do not agree to the last unit. */
  readonly booksAgree: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** What a {@link GatewayUnderTest} is made of. */
export interface GatewayParts {
  readonly environment: Environment;
  readonly assets: readonly AnchoredAsset[];
  readonly distribution: string;
  readonly sandbox: Sandbox | null;
  readonly horizonUrl: string;
  readonly db: Database;
  readonly dataDir: string;
  /** Whether jobs run in loops, so that time passes by itself. */
  readonly loops: boolean;
  readonly tick: () => Promise<void>;
  readonly readLogs: () => Promise<readonly Logged[]>;
  readonly stop: () => Promise<void>;
}

/** How far the database's clock moves with a round: past the waits that a working gateway has between its steps. */
const ROUND_MS = 3_000;
/** A round of a gateway whose loops look for work by themselves. */
const LOOP_ROUND_MS = 50;
/** Rounds of that are short, and other processes need theirs. */
const LOOP_ROUNDS = 400;

/** Puts a gateway together; it holds nothing of its own that has to be closed. */
export function gatewayUnderTest(parts: GatewayParts): GatewayUnderTest {
  const { environment, sandbox, horizonUrl, db, distribution, assets, loops, tick } = parts;
  const readLog = async (): Promise<Logged> => {
    const logs = await parts.readLogs();
    return { lines: logs.flatMap(({ lines }) => lines), faults: logs.flatMap(({ faults }) => faults) };
  };
  const beside: GatewayUnderTest["beside"] = [];
  const [asset] = assets;
  const world = openWorld({
    publicUrl: environment.publicUrl,
    sandboxUrl: sandbox?.url ?? "",
    horizonUrl,
    passphrase: environment.passphrase,
    code: asset?.code ?? "",
    issuer: asset?.issuer ?? "",
    advance: shared(async () => {
      await sandbox?.work();
      for (const happen of beside) await happen();
      if (loops) await new Promise((resolve) => setTimeout(resolve, LOOP_ROUND_MS));
      else await tick();
      await moveClock(db, ROUND_MS);
    }),
    ...(loops ? { rounds: LOOP_ROUNDS } : {}),
    describe: async () => (await readLog()).faults.slice(-5).join("\n"),
  });
  return {
    ...world,
    ...parts,
    beside,
    readLog,
    booksAgree: () => booksAgree(world, db, distribution, assets),
  };
}

/** Lets those who wait at the same time share a round; each of them gets one that began after it asked. */
function shared(round: () => Promise<void>): () => Promise<void> {
  let present: Promise<void> = Promise.resolve();
  let next: Promise<void> | null = null;
  return () => {
    next ??= present.catch(() => {}).then(() => {
      next = null;
      return round();
    });
    return present = next;
  };
}
