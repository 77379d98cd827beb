/**
 * Where the same journey has to pass: each kind of storage, with one process and with several. A further layout is one
 * entry in {@link LAYOUTS}.
 * @module
 */
import { answersLost, faultsInTurn } from "./faulty-storages.ts";
import { type Needing, needs, type TestBody } from "./machine.ts";
import { wantHosts } from "./hosts.ts";
import { openPlace, type Place } from "./place.ts";
import { embedded, remote, type StorageKind } from "./storages.ts";

/** A way to lay a gateway out. */
export interface Layout {
  readonly storage: StorageKind;
  /** One: this process. More: processes of their own, each of which runs every job. */
  readonly processes: number;
}

/** All of them. `deno task test --fast` runs the first alone. */
export const LAYOUTS: readonly Layout[] = [
  { storage: embedded, processes: 1 },
  { storage: remote, processes: 1 },
  { storage: remote, processes: 2 },
  { storage: embedded, processes: 2 },
  { storage: answersLost, processes: 1 },
  { storage: faultsInTurn, processes: 1 },
];

/** One of each kind: in one file, shared by two, and on servers that answer badly. */
const FEW = LAYOUTS.filter(({ storage, processes }) =>
  storage === embedded ? processes === 1 : storage === remote ? processes === 2 : storage === faultsInTurn
);

/** For what is of several processes alone; money meets three of them in chaos as well. */
const SEVERAL: readonly Layout[] = [
  ...LAYOUTS.filter(({ processes }) => processes > 1),
  { storage: remote, processes: 3 },
];

const COUNTS = ["no", "one process", "two processes", "three processes"];

/** What a journey does at its place. */
export type Journey = (place: Place) => Promise<void>;

/** Declares tests as `Deno.test` does, one for each layout; a test's name ends in its layout. */
export const test = {
  /** Everywhere. */
  inEveryLayout: (name: string, journey: Journey): void => inLayouts(LAYOUTS, name, journey),
  /** Few: where storage says little, since other journeys that write the same run everywhere. */
  inFewLayouts: (name: string, journey: Journey): void => inLayouts(FEW, name, journey),
  /** With one process: where a second one would be a gateway of its own. */
  inEveryStorage: (name: string, journey: Journey, isImpossible = false): void =>
    inLayouts(LAYOUTS.filter(({ processes }) => processes === 1), name, journey, isImpossible),
  /** With several processes: where one would prove nothing. */
  inSeveralProcesses: (name: string, journey: Journey): void => inLayouts(SEVERAL, name, journey),
};

function inLayouts(layouts: readonly Layout[], name: string, journey: Journey, ignored = false): void {
  for (const layout of layouts.filter(isWanted)) {
    const { storage, processes } = layout;
    wantHosts(processes > 1 ? processes : 0);
    const body: TestBody = async () => {
      const place = await openPlace(layout);
      try {
        await journey(place);
      } finally {
        await place.stop();
      }
    };
    const testName = `${name} (${COUNTS[processes]}, ${storage.name})`;
    const { ignore, fn } = needsAll(storage, body);
    Deno.test({ name: testName, ignore: ignore || ignored, fn });
  }
}

/** The variable by which the task says that it leaves out what is slow. */
const isFast = Deno.env.get("KEDGE_TEST_FAST") === "true";

function isWanted(layout: Layout): boolean {
  return !isFast || layout === LAYOUTS[0];
}

/** For a test on a kind of storage; see `needs`. */
export function needsAll({ tools }: Pick<StorageKind, "tools">, body: TestBody): Needing {
  return tools.reduce<Needing>(
    ({ ignore, fn }, tool) => {
      const needing = needs(tool, fn);
      return { ignore: ignore || needing.ignore, fn: needing.fn };
    },
    { ignore: false, fn: body },
  );
}
