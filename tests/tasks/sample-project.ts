/** A small project on disk, to run a task of ours in. */
export interface SampleProject {
  /** Runs a task's file there, with arguments, and gives what it printed without colours. */
  run(task: string, ...args: string[]): Promise<{ code: number; output: string; lastLine: string }>;
  /** Starts it and leaves it running. */
  start(task: string, ...args: string[]): Deno.ChildProcess;
  read(path: string): Promise<string>;
  [Symbol.asyncDispose](): Promise<void>;
}

const DENO_JSON = `{
  "test": { "permissions": "test" },
  "permissions": { "test": { "all": true } }
}`;

/** Writes files by path into a temporary folder with a `deno.json` of its own, removed when disposed of. */
export async function sampleProject(files: Record<string, string>): Promise<SampleProject> {
  const root = await Deno.makeTempDir();
  for (const [path, text] of Object.entries({ "deno.json": DENO_JSON, ...files })) {
    await Deno.mkdir(`${root}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
    await Deno.writeTextFile(`${root}/${path}`, text);
  }
  const command = (task: string, args: string[]) =>
    new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", new URL(`../../tasks/${task}`, import.meta.url).pathname, ...args],
      cwd: root,
      env: { NO_COLOR: "1" },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    });
  return {
    async run(task, ...args) {
      const { code, stdout, stderr } = await command(task, args).output();
      const shown = new TextDecoder().decode(stdout);
      return {
        code,
        output: shown + new TextDecoder().decode(stderr),
        lastLine: shown.trimEnd().split("\n").at(-1) ?? "",
      };
    },
    start: (task, ...args) => command(task, args).spawn(),
    read: (path) => Deno.readTextFile(`${root}/${path}`),
    [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }),
  };
}
