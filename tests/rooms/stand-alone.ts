import type { SourceTree } from "./source-tree.ts";

/** What no file may mention. Patterns are written so that they do not find themselves. */
const FOREIGN: { pattern: RegExp; what: string }[] = [
  { pattern: /\.\.[/]shared\b/, what: "a folder beside the project" },
  { pattern: /(?<![\w.-])[/](?:work|root|home[/]\w+|tmp[/]briefs)[/]/, what: "a folder of some machine" },
  {
    pattern: /\bregistry[.](?:npmjs|yarnpkg|deno)\b|\bnpm[.]jsr[.]io\b|:_auth[T]oken\b/,
    what: "a package registry",
  },
];

/** Where a tree mentions what lies outside of it: `path:line: what`. */
export function foreignMentions(tree: SourceTree): string[] {
  return [...tree.keys()].sort().flatMap((path) =>
    (tree.get(path) ?? "").split("\n").flatMap((line, at) =>
      FOREIGN.filter(({ pattern }) => pattern.test(line)).map(({ what }) => `${path}:${at + 1}: ${what}`)
    )
  );
}
