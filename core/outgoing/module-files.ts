/**
 * The folders through which a rail exchanges files with its bank: `<data>/files/<instance>/{in,out}`.
 * @module
 */
import type { PortFiles } from "../../plugins/ports.ts";

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,120}$/;

/** The files of one instance. Names are plain: nothing outside the folder can be reached. */
export function createModuleFiles(folder: string): PortFiles {
  const path = (box: "in" | "out", name: string) => {
    if (!NAME.test(name)) {
      throw new RangeError("Cannot use this file name: only letters, digits, dot, dash, underscore");
    }
    return `${folder}/${box}/${name}`;
  };
  return {
    async list(box) {
      const files: { name: string; at: number }[] = [];
      for (const name of await namesIn(`${folder}/${box}`)) {
        const at = await changedMs(`${folder}/${box}/${name}`);
        if (at !== null) files.push({ name, at });
      }
      return files.sort((a, b) => a.at - b.at || (a.name < b.name ? -1 : 1)).map(({ name }) => name);
    },
    async read(box, name) {
      try {
        return await Deno.readFile(path(box, name));
      } catch (error) {
        if (error instanceof Deno.errors.NotFound) return null;
        throw error;
      }
    },
    async write(box, name, bytes) {
      const target = path(box, name);
      await Deno.mkdir(`${folder}/${box}`, { recursive: true });
      // Whole or not at all: a reader never meets half a file, and a name is taken once.
      const draft = `${folder}/${box}/.${crypto.randomUUID()}`;
      await Deno.writeFile(draft, bytes, { createNew: true });
      try {
        await Deno.link(draft, target);
        return true;
      } catch (error) {
        if (error instanceof Deno.errors.AlreadyExists) return false;
        throw error;
      } finally {
        await Deno.remove(draft);
      }
    },
  };
}

async function namesIn(folder: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { isFile, name } of Deno.readDir(folder)) {
      if (isFile && NAME.test(name)) names.push(name);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return names;
}

/** `null` for a file that its bank has taken away meanwhile. */
async function changedMs(path: string): Promise<number | null> {
  try {
    return (await Deno.stat(path)).mtime?.getTime() ?? 0;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
