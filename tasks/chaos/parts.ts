/**
 * Who does what in a campaign: the seed fixes each customer's stories and amounts, by the customer's number.
 * @module
 */
import { randomOf } from "../load/arrivals.ts";
import { LEADS } from "./leads.ts";
import type { Point } from "../../core/pause.ts";
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

/** The first number of those who lead gateways to their points: nobody else comes so late. */
const LED = 1_000_000;
/** No death is passed so often. */
const LED_EACH = 100;

/**
 * The part of a customer who comes by chance.
 * @param stories those that are drawn from, for whom the bank can pay; all when absent
 */
export function partOf(seed: number, number: number, stories: readonly StoryName[] = PAYABLE): Part {
  const { pick, random, amount } = drawing(seed, number);
  const isUnpayable = random() < 1 / ONE_IN;
  const digits = String(10_000_000 + number);
  const names: StoryName[] = [];
  while (names.length < STORIES_EACH) {
    const isLast = names.length === STORIES_EACH - 1;
    const fits = (name: StoryName) =>
      (isLast || name !== PARTING) && !(name === TELLING && names.includes(TELLING));
    names.push(isUnpayable ? UNPAID : pick(stories.filter(fits), "deposit"));
  }
  return {
    number,
    bankAccount: isUnpayable ? `${pick(UNPAYABLE, UNPAYABLE[0])}${digits}` : `7000${digits}`,
    stories: names.map((name) => ({ name, amount: amount() })),
  };
}

/** The part of one who leads a gateway to its point. @param death its number @param index of those who lead there, from 0 */
export function leadingPart(seed: number, point: Point, death: number, index: number): Part {
  const number = LED + death * LED_EACH + index;
  const { amount } = drawing(seed, number);
  return {
    number,
    bankAccount: `7000${10_000_000 + number}`,
    stories: [{ name: LEADS[point], amount: amount() }],
  };
}

function drawing(seed: number, number: number) {
  const random = randomOf(seed * 7_919 + number);
  return {
    random,
    pick: <T>(things: readonly T[], otherwise: T): T =>
      things[Math.floor(random() * things.length)] ?? otherwise,
    // A multiple of four: half of it is even too, and every fee whole cents.
    amount: () => whole(20 + 4 * Math.floor(random() * 6)),
  };
}
