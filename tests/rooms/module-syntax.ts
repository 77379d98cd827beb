/** One import of a module, static or dynamic, also the `from` of an export. */
export interface Import {
  /** What stands between the quotes; undefined for a dynamic import of something computed. */
  specifier: string | undefined;
  /** Names of values that it brings in; `*` for all of them. Types bring in none. */
  values: string[];
}

/** One export of a module that is declared in it. */
export interface Export {
  name: string;
  line: number;
  /** The text of the JSDoc right above it, without the stars; empty when there is none. */
  doc: string;
}

/** What a module takes in and gives out. */
export interface ModuleSyntax {
  imports: Import[];
  exports: Export[];
}

type Statement = Deno.lint.Program["body"][number];
type Comment = Deno.lint.Program["comments"][number];

/**
 * Reads a module with Deno's own parser, through the interface for lint rules, which exists under `deno test` only.
 *
 * @throws {SyntaxError} when the text is no TypeScript
 */
export function readModule(path: string, text: string): ModuleSyntax {
  const imports: Import[] = [];
  const exports: Export[] = [];
  const create = (): Deno.lint.LintVisitor => ({
    Program({ body, comments }) {
      const docs = docsAbove(text, comments);
      const declared = new Map(body.flatMap((node) => namesOf(node).map((name) => [name, node] as const)));
      for (const node of body) {
        imports.push(...importsOf(node));
        for (const { name, at } of exportsOf(node, declared)) {
          exports.push({ name, line: lineOf(text, at.range[0]), doc: docs(at) });
        }
      }
    },
    ImportExpression({ source }) {
      const literal = source.type === "Literal" && typeof source.value === "string"
        ? source.value
        : undefined;
      imports.push({ specifier: literal, values: ["*"] });
    },
    TSImportType({ argument }) {
      imports.push({ specifier: literalType(argument), values: [] });
    },
  });
  Deno.lint.runPlugin({ name: "rooms", rules: { "module-syntax": { create } } }, path, text);
  return { imports, exports: withoutOverloads(exports) };
}

function importsOf(node: Statement): Import[] {
  if (node.type === "ImportDeclaration") {
    const types = node.importKind === "type";
    const values = node.specifiers.flatMap((one) => {
      if (types || (one.type === "ImportSpecifier" && one.importKind === "type")) return [];
      return [one.type === "ImportNamespaceSpecifier" ? "*" : one.local.name];
    });
    return [{ specifier: node.source.value, values }];
  }
  if (node.type === "ExportAllDeclaration") return [{ specifier: node.source.value, values: ["*"] }];
  if (node.type === "ExportNamedDeclaration" && node.source) {
    return [{ specifier: node.source.value, values: ["*"] }];
  }
  return [];
}

function exportsOf(node: Statement, declared: Map<string, Statement>): { name: string; at: Statement }[] {
  if (node.type === "ExportDefaultDeclaration") return [{ name: "default", at: node }];
  if (node.type !== "ExportNamedDeclaration" || node.source) return [];
  const listed = node.specifiers.map(({ local }) => local.type === "Identifier" ? local.name : "");
  return [
    ...namesOf(node).map((name) => ({ name, at: node })),
    // `export { a }` is documented where `a` is declared; what is not declared here was documented elsewhere.
    ...listed.flatMap((name) => {
      const at = declared.get(name);
      return at ? [{ name, at }] : [];
    }),
  ];
}

/** The names that a statement declares. */
function namesOf(node: Statement): string[] {
  const declaration = node.type === "ExportNamedDeclaration" ? node.declaration : node;
  if (!declaration) return [];
  if (declaration.type === "VariableDeclaration") {
    return declaration.declarations.map(({ id }) => id.type === "Identifier" ? id.name : "a pattern");
  }
  if ("id" in declaration && declaration.id && "name" in declaration.id) return [declaration.id.name];
  return [];
}

/** Only the first of several overloads wants a docstring. */
function withoutOverloads(exports: Export[]): Export[] {
  return exports.filter(({ name }, at) => exports.findIndex((one) => one.name === name) === at);
}

function docsAbove(text: string, comments: Comment[]): (node: Statement) => string {
  return ({ range: [start] }) => {
    const above = comments.findLast(({ range }) => range[1] <= start);
    if (above?.type !== "Block" || !above.value.startsWith("*")) return "";
    // A blank line between the two: the comment speaks of the file.
    if (!/^[ \t]*\n?[ \t]*$/.test(text.slice(above.range[1], start))) return "";
    return above.value.replaceAll(/^[\s*]+/gm, "").trim();
  };
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

function literalType(argument: Deno.lint.TypeNode): string | undefined {
  if (argument.type !== "TSLiteralType" || argument.literal.type !== "Literal") return undefined;
  return typeof argument.literal.value === "string" ? argument.literal.value : undefined;
}
