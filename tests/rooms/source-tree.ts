/** Text of every file of a project by its path from the root, with `/` between the parts. */
export type SourceTree = Map<string, string>;

/** What no commit holds; see `.gitignore`. `.git` is a folder in a clone and a file in a second worktree. */
const OUTSIDE = [".git", "build", "data", "reports", "coverage", "node_modules"];

/** Reads all text files under a folder. Files with a zero byte are taken for binary and left out. */
export async function readTree(root: URL): Promise<SourceTree> {
  const tree: SourceTree = new Map();
  await readFolder(root, "", tree);
  return tree;
}

async function readFolder(root: URL, folder: string, tree: SourceTree): Promise<void> {
  for await (const { name, isFile, isDirectory } of Deno.readDir(new URL(folder || ".", root))) {
    if (folder === "" && OUTSIDE.includes(name)) continue;
    const path = folder + name;
    if (isDirectory) await readFolder(root, `${path}/`, tree);
    if (!isFile || name.endsWith(".log")) continue;
    const bytes = await Deno.readFile(new URL(path, root));
    if (!bytes.includes(0)) tree.set(path, new TextDecoder().decode(bytes));
  }
}

/** The project that these tests belong to. */
export const PROJECT: URL = new URL("../../", import.meta.url);

/** Whether a path is TypeScript of ours. */
export function isCode(path: string): boolean {
  return /\.tsx?$/.test(path);
}
