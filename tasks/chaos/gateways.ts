/**
 * The gateways of a campaign: children that serve one database, each killed and started again until all deaths have been
 * died, and served without harm afterwards.
 * @module
 */
import { type Child, startChild } from "../load/child.ts";
import type { Point } from "../../core/pause.ts";
import type { AtPoint, Death } from "./deaths.ts";
import { gatewayProgram } from "./program.ts";

/** How to start them. */
export interface GatewaysOptions {
  readonly dataDir: string;
  readonly sandboxUrl: string;
  /** One for each process. */
  readonly ports: readonly number[];
  readonly variables: Readonly<Record<string, string>>;
  readonly deaths: readonly Death[];
  /**
   * Called when a gateway answers that is to die at a point: somebody leads it there.
   * @param number of the death, from 0 @returns resolves when nobody leads it any more
   */
  readonly lead: (death: AtPoint, number: number, url: string) => Promise<void>;
  /** Called after each death; what the dead one held is set free by it. */
  readonly onDeath: () => Promise<void>;
}

/** How gateways died. */
export interface Toll {
  /** By point, how often a gateway died at it. */
  readonly atPoints: ReadonlyMap<Point, number>;
  readonly atInstants: number;
}

/** Running gateways. */
export interface Gateways {
  /** Whether there are deaths left. */
  readonly isOver: () => boolean;
  /** Resolves when all deaths have been died and every gateway serves again. */
  readonly survived: Promise<Toll>;
  /** The last of what their logs said that is an error. */
  readonly troubles: () => readonly string[];
  readonly stop: () => Promise<void>;
}

/** A gateway that was started; `child` is null where it died before anybody saw that it answers. */
interface Started {
  readonly child: Child | null;
  /** Whether it came to its point. */
  readonly hasDied: () => boolean;
}

/** A point that was not passed by then is not passed at all now: the gateway is killed as it stands. */
const POINT_MS = 8_000;
/** Jobs may come to the point when whoever led there has gone. */
const ECHO_MS = 1_500;
const MOST_TROUBLES = 30;

/** Waits, or until it is not worth while any more. */
function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    }, { once: true });
  });
}

/** Starts them; `stop` in a `finally`. */
export function startGateways(options: GatewaysOptions): Gateways {
  const program = gatewayProgram();
  const { dataDir, sandboxUrl, ports, variables, lead, onDeath } = options;
  const left = [...options.deaths.entries()];
  const troubles: string[] = [];
  const atPoints = new Map<Point, number>();
  let atInstants = 0;
  const alive = new Set<Child>();

  async function start(port: number, index: number, death: Death | null): Promise<Started> {
    let hasDied = false;
    const begun = startChild({
      program: await program,
      folder: dataDir,
      variables: {
        ...variables,
        DATA_DIR: dataDir,
        PORT: String(port),
        SANDBOX_LIBSQL_URL: `file:${dataDir}/unused-${index}.db`,
        CHAOS_SANDBOX_URL: sandboxUrl,
        HORIZON_URL: `${sandboxUrl}/horizon`,
        TRUSTED_PROXIES: "127.0.0.1",
        ...(death?.kind === "point" ? { CHAOS_POINT: death.point, CHAOS_COUNT: String(death.count) } : {}),
        ...(death?.kind === "point" && death.table ? { CHAOS_TABLE: death.table } : {}),
      },
      readyAt: `http://127.0.0.1:${port}`,
      // A process may end another one, itself included, with this permission alone.
      flags: ["--allow-run"],
      onLine(line) {
        if (line.startsWith('{"died":')) hasDied = true;
        else if (troubles.push(line) > MOST_TROUBLES) troubles.shift();
      },
    });
    try {
      const child = await begun;
      alive.add(child);
      return { child, hasDied: () => hasDied };
    } catch (error) {
      // It may have come to its point before anybody saw that it answers.
      if (hasDied) return { child: null, hasDied: () => true };
      throw error;
    }
  }

  async function die(port: number, index: number, number: number, death: Death): Promise<void> {
    const { child, hasDied } = await start(port, index, death);
    if (child) {
      const timers = new AbortController();
      const over = death.kind === "instant" ? [wait(death.afterMs, timers.signal)] : [
        wait(POINT_MS, timers.signal),
        lead(death, number, `http://127.0.0.1:${port}`).then(() => wait(ECHO_MS, timers.signal)),
      ];
      const isAlive = await Promise.race([
        child.ended.then(() => false),
        ...over.map((one) => one.then(() => true)),
      ]);
      timers.abort();
      if (isAlive) kill(child.pid);
      await child.ended;
      alive.delete(child);
      if (!isAlive && !hasDied()) throw new Error(`A gateway ended by itself:\n${troubles.join("\n")}`);
    }
    if (death.kind === "point" && hasDied()) {
      atPoints.set(death.point, (atPoints.get(death.point) ?? 0) + 1);
    } else {
      atInstants++;
    }
  }

  async function keepUp(port: number, index: number): Promise<void> {
    try {
      for (let next = left.shift(); next !== undefined; next = left.shift()) {
        const [number, death] = next;
        await die(port, index, number, death);
        await onDeath();
      }
      await start(port, index, null);
    } catch (error) {
      // One that does not start ends the campaign.
      left.length = 0;
      throw error;
    }
  }

  const survived = Promise.all(ports.map(keepUp)).then(() => ({ atPoints, atInstants }));
  // Whoever waits for it hears of it; until then it is nobody's.
  survived.catch(() => {});
  return {
    isOver: () => left.length === 0,
    survived,
    troubles: () => troubles,
    async stop() {
      left.length = 0;
      await survived.catch(() => {});
      await Promise.all([...alive].map((child) => child.stop()));
    },
  };
}

function kill(pid: number): void {
  try {
    Deno.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
