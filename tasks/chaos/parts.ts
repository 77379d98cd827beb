/**
 * Who does what in a campaign: the seed fixes each customer's stories and amounts, by the customer's number.
 * @module
 */
import { randomOf } from "../load/arrivals.ts";
import { BATCHES } from "./batches.ts";
import { type AtPoint, shuffled } from "./deaths.ts";
import { LEADS } from "./leads.ts";
import { STORY_NAMES, type StoryName, UNPAYABLE, whole } from "./stories/mod.ts";

/** What a customer is to do. */
export interface Part {
  readonly number: number;
  readonly bankAccount: string;
  readonly stories: readonly { readonly name: StoryName; readonly amount: bigint }[];
}

const STORIES_EACH = 2;

/** After it the anchor serves the customer no more. */
const PARTING: StoryName = "refusedWithMoney";
/** Whoever has told more about themselves is not asked again. */
const TELLING: StoryName = "asksMore";
/** For customers whom the bank cannot pay. */
const UNPAID: StoryName = "unpayable";

const PAYABLE = STORY_NAMES.filter((name) => name !== UNPAID);

/** One customer in so many has an account of those. */
const ONE_IN = 8;
/** Draws of the order of stories are others than those of a customer. */
const DECK = 6_700_417;

/** The first number of those who lead gateways to their points: nobody else comes so late. */
const LED = 1_000_000;
/** No death is passed so often. */
const LED_EACH = 100;

/**
 * The part of a customer who comes by chance. Stories are dealt as cards are: each comes once before any comes again, so that
 * a short campaign plays nearly all of them.
 * @param stories those that are dealt, for whom the bank can pay; all when absent
 */
export function partOf(seed: number, number: number, stories: readonly StoryName[] = PAYABLE): Part {
  const { pick, amount } = drawing(seed, number);
  const turn = Math.abs(seed) % ONE_IN;
  const isUnpayable = number % ONE_IN === turn;
  const digits = String(10_000_000 + number);
  const before = number - Math.floor((number + ONE_IN - 1 - turn) / ONE_IN);
  const names = isUnpayable
    ? Array.from({ length: STORIES_EACH }, () => UNPAID)
    : inOrder(dealt(seed, before * STORIES_EACH, stories));
  return {
    number,
    bankAccount: isUnpayable ? `${pick(UNPAYABLE, UNPAYABLE[0])}${digits}` : `7000${digits}`,
    stories: names.map((name) => ({ name, amount: amount() })),
  };
}

/** The stories of one customer. @param from how many were dealt before */
function dealt(seed: number, from: number, stories: readonly StoryName[]): readonly StoryName[] {
  return Array.from({ length: STORIES_EACH }, (_, index) => {
    const deck = Math.floor((from + index) / stories.length);
    const order = shuffled(stories, randomOf(seed * DECK + deck));
    return order[(from + index) % stories.length] ?? "deposit";
  });
}

/** The parting last; who has told, or has parted, does not do it again. */
function inOrder(names: readonly StoryName[]): readonly StoryName[] {
  const once = names.map((name, index) =>
    (name === TELLING || name === PARTING) && names.indexOf(name) < index ? "deposit" : name
  );
  return [...once.filter((name) => name !== PARTING), ...once.filter((name) => name === PARTING)];
}

/** The part of one who leads a gateway to its point. @param death its number @param index of those who lead there, from 0 */
export function leadingPart(
  seed: number,
  { point, table }: Pick<AtPoint, "point" | "table">,
  death: number,
  index: number,
): Part {
  const number = LED + death * LED_EACH + index;
  const { amount } = drawing(seed, number);
  return {
    number,
    bankAccount: `7000${10_000_000 + number}`,
    stories: [{ name: table === undefined ? LEADS[point] : BATCHES[table], amount: amount() }],
  };
}

function drawing(seed: number, number: number) {
  const random = randomOf(seed * 7_919 + number);
  return {
    pick: <T>(things: readonly T[], otherwise: T): T =>
      things[Math.floor(random() * things.length)] ?? otherwise,
    // A multiple of four: half of it is even too, and every fee whole cents.
    amount: () => whole(20 + 4 * Math.floor(random() * 6)),
  };
}
