/**
 * What customers of chaos do.
 * @module
 */
import { ASTRAY } from "./astray.ts";
import { LATER } from "./later.ts";
import { PEOPLE } from "./people.ts";
import { PLAIN } from "./plain.ts";

export { APART, type Apart, type Ending, together, whole } from "./story.ts";

/** By name; a customer's stories are drawn from these. */
export const STORIES = { ...PLAIN, ...ASTRAY, ...LATER, ...PEOPLE } as const;

/** A story's name. */
export type StoryName = keyof typeof STORIES;
