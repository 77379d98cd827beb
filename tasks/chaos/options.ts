/**
 * What `deno task chaos` takes.
 * @module
 */
import { parseArgs } from "node:util";
import { z } from "zod";
import { POINTS } from "../../core/pause.ts";
import { STORY_NAMES } from "./stories/mod.ts";

/** How to kill. */
export type ChaosOptions = z.output<typeof options>;

const drawnFrom = z.string().default("").transform((text, context) => {
  if (text === "") return POINTS;
  const beginnings = text.split(",");
  const unknown = beginnings.filter((one) => !POINTS.some((point) => point.startsWith(one)));
  if (unknown.length > 0) context.addIssue(`no point begins with ${unknown.join(" or ")}`);
  return POINTS.filter((point) => beginnings.some((one) => point.startsWith(one)));
});

const options = z.object({
  kills: z.coerce.number().int().min(1).max(100_000).default(100),
  seed: z.coerce.number().int().default(1),
  storage: z.enum(["embedded", "remote"]).default("embedded"),
  processes: z.coerce.number().int().min(1).max(8).default(1),
  channels: z.coerce.number().int().min(0).max(100).default(0),
  stories: z.string().transform((names) => names.split(",")).pipe(z.array(z.enum(STORY_NAMES))).optional(),
  /** How the points begin that are died at. */
  points: drawnFrom,
});

/** The options, or what is wrong with them. */
export function readOptions(args: readonly string[]): ChaosOptions | string {
  try {
    const text = { type: "string" } as const;
    const { values } = parseArgs({
      args: [...args],
      options: {
        kills: text,
        seed: text,
        storage: text,
        processes: text,
        channels: text,
        points: text,
        stories: text,
      },
    });
    const read = options.safeParse(values);
    return read.success ? read.data : z.prettifyError(read.error);
  } catch (error) {
    return error instanceof Error ? error.message : "the arguments cannot be read";
  }
}
