import assert from "node:assert/strict";
import { readList, readLists } from "../../../tasks/gate/requirement-lists.ts";

const FOLDER = new URL("../../../docs/requirements/", import.meta.url);
const lists = () => readLists(FOLDER.pathname.replace(/\/$/, ""));

Deno.test("a list is read line by line", () => {
  const markdown = [
    "# SEP-10 checklist",
    "- **R-10-7** MUST† `[http]` GET without `account` answers 400.",
    "- **R-10-13** SHOULD `[xdr]` The upper bound.",
    "- **R-10-41** MAY `[http]` A deny list.",
    "- **M-1 Stored before sent.** An envelope is built once;",
    "  XDR and hash are committed, as R-10-1 says.",
    "| id | point | how |",
    "| W3 | takes fields | `routes/sep12` |",
  ].join("\n");
  const { name, title, requirements } = readList("sep-10", markdown);
  assert.deepEqual([name, title], ["sep-10", "SEP-10 checklist"]);
  assert.deepEqual(requirements.map(({ id, level }) => `${id} ${level}`), [
    "R-10-7 MUST",
    "R-10-13 SHOULD",
    "R-10-41 MAY",
    "M-1 rule",
    "W3 point",
  ]);
});

Deno.test("a requirement that cannot be read, or stands twice, is a mistake", () => {
  assert.throws(() => readList("a", "- **R-10-7** OUGHT `[http]` to."), SyntaxError);
  assert.throws(() => readList("a", "- **R-10-7a** MUST `[http]` do."), SyntaxError);
  assert.throws(() => readList("a", "- **R-1-7** MUST `[http]` do."), SyntaxError);
  assert.throws(() => readList("a", "- **M-1 One.** a\n- **M-1 Two.** b"), SyntaxError);
});

Deno.test("the lists of the project are whole: as many of each level as their map says", async () => {
  const map = await Deno.readTextFile(new URL("README.md", FOLDER));
  const rows = [...map.matchAll(/^\| \[(sep-\d\d)\.md\].*\| (\d+) \| (\d+) \| (\d+) \| (\d+) \| \d+ \|$/gm)];
  const said = rows.map(([, name, ...counts]) => [name, ...counts.map(Number)]);
  const found = (await lists()).filter(({ name }) => name.startsWith("sep-")).map(
    ({ name, requirements }) => {
      const count = (level: string) => requirements.filter((one) => one.level === level).length;
      return [name, requirements.length, count("MUST"), count("SHOULD"), count("MAY")];
    },
  );
  assert.ok(said.length > 10);
  assert.deepEqual(found, said);
});

Deno.test("rules and points are numbered without a gap", async () => {
  const ids = (await lists()).filter(({ name }) => !name.startsWith("sep-")).map(({ name, requirements }) => [
    name,
    ...requirements.map(({ id }) => id),
  ]);
  const run = (prefix: string, end: number) => Array.from({ length: end }, (_, at) => `${prefix}${at + 1}`);
  assert.deepEqual(ids, [["guides", ...run("P", 20), ...run("W", 7)], ["money", ...run("M-", 30)]]);
});
