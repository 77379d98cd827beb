import assert from "node:assert/strict";
import { z } from "zod";
import { PROJECT } from "./source-tree.ts";

const read = (path: string) => Deno.readTextFile(new URL(path, PROJECT));

const tasks = z.object({
  tasks: z.record(z.string(), z.object({ description: z.string(), command: z.string() })),
}).parse(JSON.parse(await read("deno.json"))).tasks;

/** Names of tasks that a text tells people to run, by `deno task` or by `npx deno task`. */
function tasksIn(markdown: string): string[] {
  return [
    ...new Set(
      [...markdown.matchAll(/\bdeno(?:@[\d.]+)? task ([a-z][\w:-]*)/g)].map(([, name = ""]) => name),
    ),
  ];
}

/** Targets of links to files of the project. */
function linksIn(markdown: string): string[] {
  return [...markdown.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target)
    .filter((target) => !/^(https?:|mailto:|#)/.test(target));
}

/** Files and folders that stand in code spans: with a slash, or with an ending. */
function pathsIn(markdown: string): string[] {
  const rooms = /^(core|routes|plugins|kyc-providers|bank-rails|sandbox|locales|tests|tasks|docs|\.ci)\//;
  return [...markdown.replaceAll(/```[\s\S]*?```/g, "").matchAll(/`([^`\n]+)`/g)].map(([, span = ""]) => span)
    .filter((span) => rooms.test(span) || /^[a-z.]+\.(ts|json|md)$/.test(span));
}

async function isThere(path: string): Promise<boolean> {
  try {
    await Deno.stat(new URL(path, PROJECT));
    return true;
  } catch {
    return false;
  }
}

async function missing(paths: readonly string[]): Promise<string[]> {
  const there = await Promise.all(paths.map(isThere));
  return paths.filter((_, at) => !there[at]);
}

Deno.test("every task says what it does, in a sentence of its own, and its program is there", async () => {
  const descriptions = Object.entries(tasks).map(([name, { description }]) => {
    assert.match(description, /^[A-Z].{15,}[^.\s]$/, name);
    return description;
  });
  assert.equal(new Set(descriptions).size, descriptions.length);
  const programs = Object.values(tasks).flatMap(({ command }) => command.match(/\btasks\/\S+\.ts\b/g) ?? []);
  assert.ok(programs.length > 5);
  assert.deepEqual(await missing(programs), []);
});

Deno.test("the README's commands name tasks that exist, and its files are there", async () => {
  const readme = await read("README.md");
  const named = tasksIn(readme);
  assert.ok(["dev", "demo", "test"].every((name) => named.includes(name)), named.join(", "));
  assert.deepEqual(named.filter((name) => !Object.hasOwn(tasks, name)), []);
  const links = linksIn(readme);
  assert.ok(links.includes("anchor.config.ts"));
  assert.deepEqual(await missing([...links, ...pathsIn(readme)]), []);
});

Deno.test("the README asks for the Deno that the gate asks for", async () => {
  const versions = [...(await read("README.md")).matchAll(/\bDeno (\d+\.\d+\.\d+)|deno@(\d+\.\d+\.\d+)/g)]
    .map(([, plain, pinned]) => plain ?? pinned);
  assert.ok(versions.length > 1);
  assert.deepEqual([...new Set(versions)], [Deno.version.deno]);
});

Deno.test("the changelog has a section for what is not released, which says something", async () => {
  const changelog = await read("CHANGELOG.md");
  const [section = ""] = changelog.split(/^## /m).slice(1);
  assert.match(section, /^\[Unreleased\]\n/);
  assert.match(section, /^- \S/m);
  assert.deepEqual(tasksIn(changelog).filter((name) => !Object.hasOwn(tasks, name)), []);
});

Deno.test("commands, links and paths are found in a text", () => {
  assert.deepEqual(tasksIn("`deno task ok` and npx --yes deno@2.9.6 task dev, deno task ok"), ["ok", "dev"]);
  assert.deepEqual(linksIn("[a](core/a.ts) [b](https://example.com) [c](#here)"), ["core/a.ts"]);
  assert.deepEqual(pathsIn("`routes/` `main.ts` `GET /info` `sandbox`\n```sh\n`core/none.ts`\n```"), [
    "routes/",
    "main.ts",
  ]);
});
