import assert from "node:assert/strict";

const PROJECT = new URL("../../", import.meta.url);
const read = (path: string) => Deno.readTextFile(new URL(path, PROJECT));

/** Codes in the first column of tables. */
function tabled(markdown: string): Set<string> {
  return new Set([...markdown.matchAll(/^\| `([\w.]+)`/gm)].map(([, code = ""]) => code));
}

/** What matches in every file of a room. */
async function found(room: string, pattern: RegExp): Promise<string[]> {
  const all: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(new URL(room, PROJECT))) {
    if (isDirectory) all.push(...await found(`${room}${name}/`, pattern));
    else if (name.endsWith(".ts")) {
      all.push(...[...(await read(`${room}${name}`)).matchAll(pattern)].map(([, code = ""]) => code));
    }
  }
  return [...new Set(all)];
}

Deno.test("M-28 the operator's guide says of each alarm what to do", async () => {
  const source = await read("core/records/alarms.ts");
  const kinds = [...(/export type AlarmKind =([^;]+);/.exec(source)?.[1] ?? "").matchAll(/"(\w+)"/g)];
  assert.ok(kinds.length > 20);
  const guide = tabled(await read("docs/operators.md"));
  assert.deepEqual(kinds.map(([, kind = ""]) => kind).filter((kind) => !guide.has(kind)), []);
});

Deno.test("M-28 the auditor's guide says of each action what was done", async () => {
  const actions = await found("core/", /\baction: "(\w+\.\w+)"/g);
  assert.ok(actions.length > 8);
  const guide = tabled(await read("docs/audit.md"));
  assert.deepEqual(actions.filter((action) => !guide.has(action)), []);
});

/** Routes of operators, `GET /operator/transfers/{id}`. */
async function operatorRoutes(): Promise<string[]> {
  const source = await read("routes/operator/mod.ts");
  const routes = [...source.matchAll(/app\.(get|post)\("([^"]+)"/g)].map(
    ([, method = "", path = ""]) => `${method.toUpperCase()} /operator${path.replace(/:(\w+)/g, "{$1}")}`,
  );
  assert.ok(routes.length > 10);
  return routes;
}

Deno.test("every route of operators stands in the README, with its role", async () => {
  const readme = await read("README.md");
  assert.deepEqual((await operatorRoutes()).filter((route) => !readme.includes(`\`${route}`)), []);
});

Deno.test("every action of operators stands in their guide as a command", async () => {
  const guide = await read("docs/operators.md");
  const paths = (await operatorRoutes()).filter((route) => route.startsWith("POST ")).map((route) =>
    route.slice(5)
  );
  const isCommand = (path: string) =>
    new RegExp(`^operator --json .*"\\$KEDGE${path.replace(/\{\w+\}/, "[$\\w]+")}"`, "m").test(guide);
  assert.deepEqual(paths.filter((path) => !isCommand(path)), []);
});

Deno.test("no page holds what a merge left behind", async () => {
  for (const page of ["README.md", "CHANGELOG.md", "docs/operators.md", "docs/audit.md", "docs/keys.md"]) {
    assert.doesNotMatch(await read(page), /^.{0,3}(<{7}|={7}|>{7})( |$)/m, page);
  }
});
