/**
 * Carries files between a gateway's folder and the sandbox bank, as a bank's transfer service does.
 * @module
 */
import { z } from "zod";
import { sandboxKey } from "../../core/gateway/stamp.ts";
import type { GatewayUnderTest } from "./gateway-under-test.ts";

const statement = z.object({ name: z.string(), next: z.number(), content: z.unknown() });

/**
 * A courier for one rail instance; each call is one round.
 * @param gateway with `files/<instance>/{in,out}` in its folder
 */
export async function fileCourier(gateway: GatewayUnderTest, instance: string): Promise<() => Promise<void>> {
  const folder = `${gateway.dataDir}/files/${instance}`;
  await Deno.mkdir(`${folder}/in`, { recursive: true });
  const delivered = new Set<string>();
  let sequence = 0;
  let after = 0;

  async function ask(path: string, body?: string): Promise<unknown> {
    const answer = await fetch(`${gateway.sandboxUrl}/bank/accounts/${instance}/files${path}`, {
      headers: {
        authorization: `Bearer ${sandboxKey(gateway.environment.webhookSecret)}`,
        "content-type": "application/json",
      },
      ...(body === undefined ? {} : { method: "POST", body }),
    });
    if (answer.status === 404) {
      await answer.body?.cancel();
      return null;
    }
    if (!answer.ok) throw new Error(`the bank answers ${answer.status}: ${await answer.text()}`);
    const json: unknown = await answer.json();
    return json;
  }

  return async function carry() {
    for (const name of await namesIn(`${folder}/out`)) {
      if (delivered.has(name)) continue;
      await ask("", await Deno.readTextFile(`${folder}/out/${name}`));
      delivered.add(name);
    }
    const answer = await ask(`/${sequence + 1}?after=${after}`);
    // The account is there once the rail has made itself ready.
    if (answer === null) return;
    const file = statement.parse(answer);
    if (file.next === after) return;
    sequence += 1;
    after = file.next;
    await Deno.writeTextFile(`${folder}/in/${file.name}`, JSON.stringify(file.content));
  };
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    const names: string[] = [];
    for await (const { name } of Deno.readDir(folder)) if (!name.startsWith(".")) names.push(name);
    return names;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
