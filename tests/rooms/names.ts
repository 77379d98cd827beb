import { isCode, type SourceTree } from "./source-tree.ts";

/** More lines than these make a file suspect, and refused. */
export const LONG = 250;
/** See {@link LONG}. */
export const TOO_LONG = 350;

const SAYS_NOTHING = ["util", "utils", "helper", "helpers", "common", "lib", "libs"];
const KEBAB = /^[a-z0-9]+(-[a-z0-9]+)*$/;
/** What a test file's name ends in; the longer ones are left out by `deno task test --fast`. */
const TEST_ENDING = /(_kill|_fuzz|_browser|_shapes)?_test$/;

/** What breaks the rules of names and sizes in a tree, one sentence each. */
export function nameFaults(tree: SourceTree): string[] {
  return [...tree.keys()].filter(isCode).sort().flatMap((path) => {
    const parts = path.replace(/\.tsx?$/, "").replace(TEST_ENDING, "").split("/");
    const lines = lineCount(tree.get(path) ?? "");
    return [
      ...parts.filter((part) => SAYS_NOTHING.includes(part)).map((part) => `${path}: "${part}" says nothing`),
      ...parts.filter((part) => !isKebab(part, path)).map((part) => `${path}: "${part}" is not kebab-case`),
      ...(parts.at(-1) === "test" ? [`${path}: deno test takes it for a test file`] : []),
      ...(lines > TOO_LONG ? [`${path}: ${lines} lines, at most ${TOO_LONG}`] : []),
    ];
  });
}

/** Code that is getting long, as `path: N lines`; a warning, not a fault. */
export function longFiles(tree: SourceTree): string[] {
  return [...tree.keys()].filter(isCode).sort().flatMap((path) => {
    const lines = lineCount(tree.get(path) ?? "");
    return lines > LONG && lines <= TOO_LONG ? [`${path}: ${lines} lines`] : [];
  });
}

/** `anchor.config.ts` has its name from the many tools that call their one file so. */
function isKebab(part: string, path: string): boolean {
  return KEBAB.test(part) || path === "anchor.config.ts";
}

function lineCount(text: string): number {
  return text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
}
