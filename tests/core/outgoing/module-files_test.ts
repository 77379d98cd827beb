import assert from "node:assert/strict";
import { createModuleFiles } from "../../../core/outgoing/module-files.ts";
import type { PortFiles } from "../../../plugins/ports.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

async function inFolder(test: (files: PortFiles, folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "kedge-files-" });
  try {
    await test(createModuleFiles(`${folder}/bank`), `${folder}/bank`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a file is written whole and once, and a name that is taken is refused", () =>
  inFolder(async (files, folder) => {
    assert.deepEqual(await files.list("in"), []);
    assert.equal(await files.read("in", "a.xml"), null);
    assert.equal(await files.write("out", "a.xml", bytes("one")), true);
    assert.equal(await files.write("out", "a.xml", bytes("two")), false);
    assert.deepEqual(await files.read("out", "a.xml"), bytes("one"));
    assert.deepEqual(await files.list("in"), []);
    const left = [...Deno.readDirSync(`${folder}/out`)].map(({ name }) => name);
    assert.deepEqual(left, ["a.xml"], "no draft is left");
  }));

Deno.test("M-30 of many that write one name at once one wins, and its file is whole", () =>
  inFolder(async (files) => {
    const texts = Array.from({ length: 8 }, (_, at) => String(at).repeat(100_000));
    const written = await Promise.all(texts.map((text) => files.write("out", "a", bytes(text))));
    const winners = texts.filter((_, at) => written[at]);
    assert.equal(winners.length, 1);
    assert.deepEqual(await files.read("out", "a"), bytes(winners[0] ?? ""));
  }));

Deno.test("files are listed oldest first, and nothing but plain files", () =>
  inFolder(async (files, folder) => {
    for (const [name, at] of [["b", 1], ["a", 3], ["c", 2]] as const) {
      await files.write("in", name, bytes(name));
      await Deno.utime(`${folder}/in/${name}`, at, at);
    }
    await Deno.mkdir(`${folder}/in/folder`);
    await Deno.writeTextFile(`${folder}/in/.draft`, "half");
    await Deno.symlink("/etc/hosts", `${folder}/in/link`);
    assert.deepEqual(await files.list("in"), ["b", "c", "a"]);
  }));

Deno.test("no name leads out of the folder", () =>
  inFolder(async (files) => {
    for (const name of ["../x", "a/b", "..", ".hidden", "", "a\\b", "a\0", "ü", "x".repeat(122)]) {
      await assert.rejects(files.read("in", name), RangeError, name);
      await assert.rejects(files.write("out", name, bytes("x")), RangeError, name);
    }
  }));
