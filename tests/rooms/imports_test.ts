import assert from "node:assert/strict";
import { importFaults } from "./import-rule.ts";
import { PROJECT, readTree, type SourceTree } from "./source-tree.ts";

const tree = (files: Record<string, string>): SourceTree => new Map(Object.entries(files));

Deno.test("the project keeps the import rule", async () => {
  assert.deepEqual(importFaults(await readTree(PROJECT)), []);
});

const refused: [string, string, string][] = [
  ["core does not import routes", "core/a.ts", `import { b } from "../routes/b.ts";`],
  ["plugins do not import core", "plugins/a.ts", `import type { B } from "../core/b.ts";`],
  ["a type alone is an import too", "plugins/a.ts", `export type B = import("../core/b.ts").B;`],
  ["an export from is an import too", "plugins/a.ts", `export * from "../core/b.ts";`],
  ["a named export from is an import too", "plugins/a.ts", `export { b } from "../core/b.ts";`],
  ["a dynamic import is an import too", "core/a.ts", `const b = await import("../sandbox/b.ts");`],
  ["a rail does not import core", "bank-rails/pix/mod.ts", `import { b } from "../../core/b.ts";`],
  ["a rail does not import another", "bank-rails/pix/mod.ts", `import { b } from "../camt/mod.ts";`],
  ["a rail does not import the list", "bank-rails/pix/mod.ts", `import { b } from "../mod.ts";`],
  ["core does not import a module", "core/a.ts", `import { b } from "../bank-rails/pix/mod.ts";`],
  ["core does not import the list", "core/a.ts", `import { b } from "../kyc-providers/mod.ts";`],
  ["main does not import the list", "main.ts", `import { b } from "./kyc-providers/mod.ts";`],
  ["routes do not import the config", "routes/a.ts", `import c from "../anchor.config.ts";`],
  ["routes do not import the sandbox", "routes/a.ts", `import { b } from "../sandbox/mod.ts";`],
  ["the sandbox imports no other room", "sandbox/a.ts", `import { b } from "../plugins/b.ts";`],
  ["a room nobody knows imports none", "extra/a.ts", `import { b } from "../core/b.ts";`],
  ["a room nobody knows is imported by none", "core/a.ts", `import { b } from "../extra/b.ts";`],
  ["core does not import tests", "core/a.ts", `import { b } from "../tests/support/b.ts";`],
  ["tasks do not import tests", "tasks/a.ts", `import { b } from "../tests/support/b.ts";`],
  ["tests do not reach outside", "tests/a_test.ts", `import { b } from "../../b.ts";`],
  ["core does not compute imports", "core/a.ts", `const b = await import(name);`],
  ["an ending is not left out", "core/a.ts", `import { b } from "./b";`],
  ["hono stays out of core", "core/a.ts", `import { Hono } from "hono";`],
  ["a part of hono is hono", "core/a.ts", `import { cors } from "hono/cors";`],
  ["JSX is hono", "core/a.tsx", `export const a = 1;`],
  ["the SDK stays out of routes", "routes/a.ts", `import { Asset } from "@stellar/stellar-sdk";`],
  ["a part of the SDK is the SDK", "core/money/a.ts", `import { xdr } from "@stellar/stellar-sdk/base";`],
  ["packages come by bare name", "core/a.ts", `import { z } from "npm:zod";`],
  ["no addresses", "core/a.ts", `import { z } from "https://example.com/z.ts";`],
  ["one function of the sandbox", "main.ts", `import { a, b } from "./sandbox/mod.ts";`],
  [
    "one file of the sandbox",
    "main.ts",
    `import { a } from "./sandbox/a.ts"; import { type B } from "./sandbox/b.ts";`,
  ],
];

for (const [name, path, text] of refused) {
  Deno.test(`import rule refuses: ${name}`, () => {
    const faults = importFaults(tree({ [path]: text }));
    assert.equal(faults.length, 1, faults.join("\n"));
    assert.ok(faults[0]?.startsWith(`${path}: `));
  });
}

Deno.test("import rule accepts the rooms in their order", () => {
  assert.deepEqual(
    importFaults(tree({
      "main.ts": `import config from "./anchor.config.ts"; import { Hono } from "hono";
        import { startSandbox, type Sandbox } from "./sandbox/mod.ts"; import { r } from "./routes/r.ts";`,
      "anchor.config.ts":
        `import { pix } from "./bank-rails/pix/mod.ts"; import { c } from "./core/config/mod.ts";`,
      "routes/sep10/token.tsx": `import { c } from "../../core/auth/mod.ts"; import { Hono } from "hono";`,
      "core/auth/mod.ts":
        `import { p } from "../../plugins/p.ts"; import { Keypair } from "@stellar/stellar-sdk";
        import en from "../../locales/en.json" with { type: "json" };`,
      "core/records/driver.ts": `const web = await import("@libsql/client/web");`,
      "bank-rails/mod.ts": `export const rails = { pix: () => import("./pix/mod.ts") };`,
      "bank-rails/pix/mod.ts": `import { o } from "./options.ts"; import { p } from "../../plugins/p.ts";`,
      "sandbox/mod.ts": `import { Hono } from "hono"; import { Keypair } from "@stellar/stellar-sdk";`,
      "tasks/demo.ts":
        `import { s } from "../sandbox/mod.ts"; import { Keypair } from "@stellar/stellar-sdk";`,
      "tests/routes/a_test.ts": `import { m } from "../../main.ts"; const b = await import(name);`,
    })),
    [],
  );
});

Deno.test("import rule does not take text for imports", () => {
  const text =
    `// import { r } from "../routes/r.ts";\nexport const s = 'import { r } from "../routes/r.ts"';`;
  assert.deepEqual(importFaults(tree({ "core/a.ts": text })), []);
});

Deno.test("a tree is read whole, without what no commit holds", async () => {
  const paths = [...(await readTree(PROJECT)).keys()];
  for (const path of ["deno.json", ".ci/run", "tests/rooms/imports_test.ts", "tasks/gate/junit.ts"]) {
    assert.ok(paths.includes(path), path);
  }
  assert.deepEqual(paths.filter((path) => /^(\.git|data|reports|coverage)\//.test(path)), []);
});
