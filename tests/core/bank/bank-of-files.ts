/**
 * A bank that speaks in files: the sandbox bank on a loopback port, its rail, two folders on disk, and whoever carries
 * files between them.
 * @module
 */
import { z } from "zod";
import { presets, sandboxBank } from "../../../bank-rails/sandbox/mod.ts";
import type { RailInstance } from "../../../core/bank/rails.ts";
import { createModuleFiles } from "../../../core/outgoing/module-files.ts";
import { formatUnits } from "../../../plugins/money.ts";
import { openWorld } from "../../contracts/sandbox-world.ts";
import { type ScriptedRail, scriptedRail } from "./scripted-rail.ts";

/** Name of the instance. */
const NAME = "bank";
const TOKEN = "bearer-of-the-test";

const statement = z.object({ name: z.string(), next: z.number(), content: z.unknown() });
const payments = z.object({ payments: z.array(z.object({ key: z.string(), amount: z.string() })) });
const transfers = z.object({
  transfers: z.array(z.object({ key: z.string().optional(), amount: z.string() })),
});

/** The bank. */
export interface BankOfFiles extends AsyncDisposable {
  readonly instance: RailInstance;
  /** To put into {@link moneyAtWork}; only its instance is this bank. */
  readonly asScript: ScriptedRail;
  /** Somebody pays in. */
  payIn(reference: string, units: bigint): Promise<void>;
  /** Puts a statement of this number into the folder, with what changed after a position. @returns the next position */
  tell(sequence: number, after?: number): Promise<number>;
  /** Puts any file into the folder. */
  put(name: string, text: string): Promise<void>;
  /** Keys in the files that were written, one list a file. */
  written(): Promise<string[][]>;
  /** Brings all files that were written to the bank. */
  deliver(): Promise<void>;
  /** Lets all payouts at the bank complete. */
  complete(): Promise<void>;
  /** Keys of payouts that left the bank. */
  left(): Promise<string[]>;
}

/** Opens it. */
export async function bankOfFiles(): Promise<BankOfFiles> {
  const world = await openWorld();
  const folder = await Deno.makeTempDir({ prefix: "kedge-files-" });
  const rail = sandboxBank({
    ...presets.camt,
    qr: "none",
    currency: "USD",
    countries: "*",
    methods: ["bank_account"],
    url: `${world.url}/bank`,
    token: TOKEN,
    openingBalance: "100000",
  });
  const ports = { ...world.ports, instance: NAME, files: createModuleFiles(folder) };
  const instance: RailInstance = { name: NAME, rail, ports, retired: false };
  await rail.prepare?.(ports);
  await Deno.mkdir(`${folder}/in`);

  async function asOwner(path: string, body?: string): Promise<unknown> {
    const answer = await world.ports.fetch({
      method: body === undefined ? "GET" : "POST",
      url: `${world.url}/bank/accounts/${NAME}/files${path}`,
      headers: { authorization: `Bearer ${TOKEN}` },
      ...(body === undefined ? {} : { body }),
      idempotent: true,
    });
    if (answer.kind !== "answered" || answer.response.status !== 200) throw new Error("the bank refuses");
    const json: unknown = JSON.parse(new TextDecoder().decode(answer.response.body));
    return json;
  }

  async function outgoing(): Promise<string[]> {
    const texts: string[] = [];
    for (const name of await ports.files.list("out")) {
      texts.push(new TextDecoder().decode(await ports.files.read("out", name) ?? new Uint8Array()));
    }
    return texts;
  }

  const put = (name: string, text: string) => Deno.writeTextFile(`${folder}/in/${name}`, text);
  const leaving = async () =>
    transfers.parse(await world.control("GET", "/bank/transfers?direction=out")).transfers
      .flatMap(({ key }) => key ?? []).sort();

  return {
    instance,
    asScript: { ...scriptedRail(), instance },
    put,
    async payIn(reference, units) {
      await world.control("POST", "/bank/transfers", {
        reference,
        amount: formatUnits(units, 2),
        currency: "USD",
        payer: { name: "Ada Lovelace", account: "GB33BUKB20201555555555" },
        account: NAME,
      });
    },
    async tell(sequence, after = 0) {
      const { name, content, next } = statement.parse(await asOwner(`/${sequence}?after=${after}`));
      await put(name, JSON.stringify(content));
      return next;
    },
    written: async () =>
      (await outgoing()).map((text) => payments.parse(JSON.parse(text)).payments.map(({ key }) => key)),
    async deliver() {
      for (const text of await outgoing()) await asOwner("", text);
    },
    async complete() {
      for (const key of await leaving()) {
        await world.control("POST", `/bank/transfers/${key}/state`, { state: "completed" });
      }
    },
    left: leaving,
    async [Symbol.asyncDispose]() {
      world.ports.close();
      await world.close();
      await Deno.remove(folder, { recursive: true });
    },
  };
}
