/**
 * The string literals and templates of the source, from which can be seen which texts it uses.
 * @module
 */

/** What the source writes in quotes. */
export interface Literals {
  /** Contents of plain strings. */
  readonly strings: ReadonlySet<string>;
  /** Templates with something in the middle or at an end: the parts around their values. */
  readonly templates: readonly (readonly string[])[];
}

/** Reads all `.ts` and `.tsx` files below folders, but for those below `without`. */
export async function readLiterals(folders: readonly URL[], without?: URL): Promise<Literals> {
  const sources: string[] = [];
  for (const folder of folders) {
    for await (const file of filesBelow(folder)) {
      if (without === undefined || !file.href.startsWith(without.href)) {
        sources.push(await Deno.readTextFile(file));
      }
    }
  }
  return literalsOf(sources);
}

/** Reads the literals of sources; comments do not count. */
export function literalsOf(sources: readonly string[]): Literals {
  const strings = new Set<string>();
  const templates: string[][] = [];
  for (const source of sources) {
    const code = source.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/(^|\s)\/\/\s.*$/gm, "");
    for (const [, text = ""] of code.matchAll(/"((?:[^"\\\n]|\\.)*)"/g)) strings.add(text);
    for (const [, text = ""] of code.matchAll(/`((?:[^`\\]|\\.)*)`/g)) {
      const parts = text.split(/\$\{[^}]*\}/);
      if (parts.length > 1) templates.push(parts);
    }
    // Object keys are literals too: `transfer_failed: …`.
    for (const [, text = ""] of code.matchAll(/\b([a-z][a-z0-9_]*)\??:/g)) strings.add(text);
  }
  return { strings, templates };
}

/**
 * Whether the source can ask for a key: it writes the key out, or a template whose values are written out elsewhere.
 * Codes of refusals are keys without `errors.`.
 */
export function isUsed(key: string, literals: Literals): boolean {
  const spellings = key.startsWith("errors.") ? [key, key.slice("errors.".length)] : [key];
  return spellings.some((spelling) => isWritten(spelling, literals));
}

function isWritten(text: string, literals: Literals): boolean {
  return literals.strings.has(text) || literals.templates.some((parts) => fits(text, parts, literals));
}

function fits(text: string, parts: readonly string[], literals: Literals): boolean {
  // A template must begin with a name, or every text would fit `${a}.${b}`.
  if (!/^[a-z]\w*[._]/.test(parts[0] ?? "")) return false;
  const pattern = parts.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("(.+)");
  const values = new RegExp(`^${pattern}$`).exec(text)?.slice(1);
  return values !== undefined && values.every((value) => isWritten(value, literals));
}

async function* filesBelow(folder: URL): AsyncGenerator<URL> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) yield* filesBelow(new URL(`${name}/`, folder));
    else if (/\.tsx?$/.test(name)) yield new URL(name, folder);
  }
}
