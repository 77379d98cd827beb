import { readModule } from "./module-syntax.ts";
import { isCode, type SourceTree } from "./source-tree.ts";
import { roomOf } from "./import-rule.ts";

/** Rooms whose exports are read by others. */
const ROOMS = ["core", "plugins", "routes", "kyc-providers", "bank-rails", "sandbox", "tasks"];

/** Exports without a docstring of at least two words: `path:line: name`. */
export function undocumented(tree: SourceTree): string[] {
  const paths = [...tree.keys()].filter((path) => isCode(path) && ROOMS.includes(roomOf(path)));
  return paths.filter((path) => !/_test\.tsx?$/.test(path)).sort().flatMap((path) =>
    readModule(path, tree.get(path) ?? "").exports
      .filter(({ doc }) => doc.split(/\s+/).length < 2)
      .map(({ name, line }) => `${path}:${line}: ${name}`)
  );
}
