/**
 * The arguments of `deno task bench`.
 * @module
 */

/** What a bench was asked for. */
export interface BenchOptions {
  /** How often everything is measured, in turns. */
  readonly rounds: number;
  /** How many transfers the big database has. */
  readonly transfers: number;
}

/** Which sections, and how; or what is wrong with the arguments. */
export type BenchArguments =
  | { readonly ok: true; readonly names: readonly string[]; readonly options: BenchOptions }
  | { readonly ok: false; readonly says: string };

const DEFAULTS: BenchOptions = { rounds: 5, transfers: 1_000_000 };

/** Reads the arguments. Without names, all sections run. @param known names of sections, in their order */
export function readArguments(args: readonly string[], known: readonly string[]): BenchArguments {
  const names: string[] = [];
  let options = DEFAULTS;
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    const name = /^--(.*)$/.exec(arg)?.[1];
    if (name === undefined) {
      if (!known.includes(arg)) return no(`there is no section ${arg}, only ${known.join(", ")}`);
      names.push(arg);
      continue;
    }
    if (!Object.hasOwn(DEFAULTS, name)) return no(`there is no --${name}, only ${optionNames()}`);
    const value = rest.shift() ?? "";
    if (!/^[1-9]\d{0,8}$/.test(value)) return no(`--${name} wants a whole number above 0`);
    options = { ...options, [name]: Number(value) };
  }
  return { ok: true, names: known.filter((name) => names.length === 0 || names.includes(name)), options };
}

function no(reason: string): BenchArguments {
  return { ok: false, says: `Cannot run the bench: ${reason}` };
}

function optionNames(): string {
  return Object.keys(DEFAULTS).map((name) => `--${name}`).join(", ");
}
