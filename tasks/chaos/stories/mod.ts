/**
 * What customers of chaos do.
 * @module
 */
import { ASTRAY } from "./astray.ts";
import { LATER } from "./later.ts";
import { OPERATED } from "./operated.ts";
import { PEOPLE } from "./people.ts";
import { PLAIN } from "./plain.ts";
import { TAKEN_BACK } from "./taken-back.ts";
import { TWO_MINDS } from "./two-minds.ts";

export { APART, type Apart, type Ending, together, UNPAYABLE, whole } from "./story.ts";

/** By name; a customer's stories are drawn from these. */
export const STORIES = {
  ...PLAIN,
  ...ASTRAY,
  ...LATER,
  ...OPERATED,
  ...PEOPLE,
  ...TAKEN_BACK,
  ...TWO_MINDS,
} as const;

/** A story's name. */
export type StoryName = keyof typeof STORIES;

/** Their names. */
export const STORY_NAMES: readonly StoryName[] = Object.keys(STORIES).filter((name): name is StoryName =>
  Object.hasOwn(STORIES, name)
);
