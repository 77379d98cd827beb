import assert from "node:assert/strict";
import { PROJECT } from "../rooms/source-tree.ts";
import { openReceiver } from "../support/callback-receiver.ts";
import { deployDeno } from "../support/deploy-deno.ts";
import { atEdge, type Edge, needsEdge, PUBLIC_URL } from "../support/edge.ts";
import { goAtEdge, withCallbacks } from "../support/edge-journey.ts";
import { freePort } from "../support/ports.ts";
import { startProcess } from "../support/process.ts";

/** Fails unless a gateway answers there under the address of the place. */
async function serves(url: string): Promise<void> {
  const answer = await fetch(`${url}/.well-known/stellar.toml`);
  assert.equal(answer.status, 200);
  assert.match(await answer.text(), new RegExp(`^WEB_AUTH_ENDPOINT = "${PUBLIC_URL}/auth"$`, "m"));
}

/** The variables of a place that is no Deno Deploy. */
function ofServer({ variables }: Edge): Readonly<Record<string, string>> {
  const { DENO_DEPLOY: _deploy, DENO_TIMELINE: _timeline, ...rest } = variables;
  return rest;
}

Deno.test({
  name: "W7 M-25 on the Deno that Deno Deploy runs, a customer deposits and withdraws at the edge",
  ...needsEdge(async () => {
    const runtime = deployDeno.find() ?? assert.fail();
    const receiver = await openReceiver();
    await withCallbacks(receiver, (place) =>
      atEdge({ ...place, runtime }, async (edge) => {
        const { code, output } = await edge.ran("tasks/migrate.ts");
        assert.equal(code, 0, output);
        const { process, url } = await edge.start();
        try {
          await goAtEdge(edge, (request) => {
            const { pathname, search } = new URL(request.url);
            return fetch(new Request(`${url}${pathname}${search}`, request));
          }, receiver);
        } catch (error) {
          throw new Error(process.output().split("\n").slice(-12).join("\n"), { cause: error });
        } finally {
          assert.equal(await process.end("SIGINT"), 0, process.output());
        }
      }));
  }, deployDeno),
});

Deno.test({
  name: "on the Deno that Deno Deploy runs, the task start serves",
  ...needsEdge(async () => {
    const runtime = deployDeno.find() ?? assert.fail();
    await atEdge({ runtime }, async (edge) => {
      const migrated = await edge.ran("tasks/migrate.ts");
      assert.equal(migrated.code, 0, migrated.output);
      await theTask(runtime, ofServer(edge));
    });
  }, deployDeno),
});

Deno.test({
  name: "on the Deno that Deno Deploy runs, migrate and start refuse to keep records in a file, and say why",
  ...needsEdge(async () => {
    const runtime = deployDeno.find() ?? assert.fail();
    const folder = await Deno.makeTempDir({ prefix: "kedge-" });
    try {
      await atEdge({ runtime }, async (edge) => {
        const { LIBSQL_URL: _url, ...rest } = ofServer(edge);
        const variables = { ...rest, DATA_DIR: folder, PORT: String(freePort()) };
        for (const program of ["tasks/migrate.ts", "tasks/serve.ts"]) {
          const child = await startProcess({ runtime, program, folder, variables });
          assert.equal(await child.ended, 1, child.output());
          assert.match(
            child.output(),
            /Cannot keep records in a file: this needs Deno 2\.9 or later; this is Deno 2\.5\.0\. /,
          );
        }
      });
      assert.deepEqual(Array.from(Deno.readDirSync(folder), ({ name }) => name), []);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  }, deployDeno),
});

/** Runs `deno task start` and ends it. */
async function theTask(runtime: string, variables: Readonly<Record<string, string>>): Promise<void> {
  const port = freePort();
  const child = new Deno.Command(runtime, {
    args: ["task", "start"],
    cwd: PROJECT,
    env: { ...variables, PORT: String(port) },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  let isOver = false;
  const status = child.status.finally(() => isOver = true);
  try {
    while (!isOver && !await answers(port)) await new Promise((resolve) => setTimeout(resolve, 50));
    await serves(`http://127.0.0.1:${port}`);
  } finally {
    // The task passes it on; killed outright, it would leave the gateway behind.
    if (!isOver) child.kill("SIGTERM");
    await status;
  }
  assert.equal(await answers(port), false, "nothing is left behind");
}

async function answers(port: number): Promise<boolean> {
  try {
    (await Deno.connect({ hostname: "127.0.0.1", port })).close();
    return true;
  } catch {
    return false;
  }
}
