/**
 * Loads `anchor.config.ts`: calls it with what the environment gives, checks every value and how they fit, and builds
 * the anchor; or says everything that is wrong at once.
 * @module
 */
import type { ConfigFunction, ConfigInputs } from "./anchor.ts";
import type { Anchor } from "./anchor-runtime.ts";
import { buildAnchor } from "./build.ts";
import { fitMistakes } from "./check.ts";
import { type VariableRecord } from "./environment/variables.ts";
import type { Checked, Mistake } from "./mistakes.ts";
import { shapeMistakes } from "./schema.ts";

/** What the config is called with, and what else is checked. */
export interface LoadOptions extends Omit<ConfigInputs, "env" | "envOr"> {
  /** Variables that the config may name: `Environment.variables`. */
  readonly variables: VariableRecord;
  /** Further checks of the running anchor, for example of declarations or asked fields. */
  readonly checks?: readonly ((anchor: Anchor) => readonly Mistake[])[];
}

/** Loads the config. What a factory throws comes out as a mistake of the config. */
export async function loadAnchor(config: ConfigFunction, options: LoadOptions): Promise<Checked<Anchor>> {
  const { variables, checks = [], ...inputs } = options;
  const missing = new Map<string, Mistake>();
  const read = (name: string) => variables[name]?.trim() || null;
  const env = (name: string) => {
    const value = read(name);
    if (value === null) missing.set(name, { where: name, write: "set it: anchor.config.ts needs it" });
    // Something to go on with, so that one start finds all that is missing.
    return value ?? "";
  };
  const fail = (mistakes: readonly Mistake[]) =>
    ({ ok: false, mistakes: [...missing.values(), ...mistakes] }) as const;
  try {
    const written = await config({ ...inputs, env, envOr: (name, otherwise) => read(name) ?? otherwise });
    const misshapen = shapeMistakes(written);
    if (misshapen.length > 0) return fail(misshapen);
    const unfit = fitMistakes(written, inputs);
    if (unfit.length > 0 || missing.size > 0) return fail(unfit);
    const anchor = buildAnchor(written, inputs);
    const further = checks.flatMap((check) => check(anchor));
    return further.length > 0 ? fail(further) : { ok: true, value: anchor };
  } catch (error) {
    // A factory that was handed "" for a missing variable may well throw: the missing variable is the mistake.
    if (missing.size > 0) return fail([]);
    const reason = error instanceof Error ? error.message : "it threw something that is no error";
    return fail([{ where: "anchor.config.ts", write: `correct what its modules refuse: ${reason}` }]);
  }
}
