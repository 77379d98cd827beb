/** How strongly a list asks: words of the proposals, a rule of money, or a point of the guides. */
export type Level = "MUST" | "SHOULD" | "MAY" | "rule" | "point";

/** One thing that the lists in `docs/requirements/` ask for. */
export interface Requirement {
  /** `R-10-31`, `M-4`, `P17` or `W3`. */
  id: string;
  level: Level;
  /** Its own words on one line. */
  text: string;
}

/** One file of `docs/requirements/`. */
export interface RequirementList {
  /** Its file name without the ending: `sep-10`, `money`, `guides`. */
  name: string;
  /** Its first heading. */
  title: string;
  requirements: Requirement[];
}

/** An id as test names, `left-out.json` and `--require` write it. */
export const ID = /^(?:R-\d{2}-\d+|M-\d+|[PW]\d{1,2})$/;

const LINES: { pattern: RegExp; level: (mark: string) => Level }[] = [
  { pattern: /^- \*\*(?<id>R-\d{2}-\d+)\*\* (?<mark>MUST|SHOULD|MAY)†? (?<text>.+)$/, level: levelOf },
  { pattern: /^- \*\*(?<id>M-\d+) (?<text>.+)$/, level: () => "rule" },
  { pattern: /^\| (?<id>[PW]\d+) \| (?<text>.+) \|$/, level: () => "point" },
];

function levelOf(mark: string): Level {
  return mark === "SHOULD" || mark === "MAY" ? mark : "MUST";
}

/**
 * Reads one list. Requirements are lines that begin with their id; a line in bold with an id that reads like none
 * of them is a mistake in the list, since it would be asked of nobody.
 *
 * @throws {SyntaxError} for such a line, and for an id that stands twice
 */
export function readList(name: string, markdown: string): RequirementList {
  const requirements: Requirement[] = [];
  for (const line of markdown.split("\n")) {
    const requirement = readLine(line);
    if (!requirement) continue;
    if (requirements.some(({ id }) => id === requirement.id)) {
      throw new SyntaxError(`Cannot read ${name}: ${requirement.id} stands twice`);
    }
    requirements.push(requirement);
  }
  return { name, title: /^# (.+)$/m.exec(markdown)?.[1] ?? name, requirements };
}

function readLine(line: string): Requirement | undefined {
  for (const { pattern, level } of LINES) {
    const { id, mark = "", text = "" } = pattern.exec(line)?.groups ?? {};
    if (id) return { id, level: level(mark), text: text.replaceAll("**", "") };
  }
  if (/^\s*-\s+\*\*[RMPW]-?\d/.test(line)) throw new SyntaxError(`Cannot read a requirement: ${line}`);
  return undefined;
}

/** Reads all lists of a folder in the order of their names; `README.md` is about them and is none. */
export async function readLists(folder: string): Promise<RequirementList[]> {
  const names: string[] = [];
  for await (const { name, isFile } of Deno.readDir(folder)) {
    if (isFile && name.endsWith(".md") && name !== "README.md") names.push(name);
  }
  names.sort();
  return await Promise.all(
    names.map(async (name) => readList(name.slice(0, -3), await Deno.readTextFile(`${folder}/${name}`))),
  );
}
