/**
 * The records of a task that does not serve.
 * @module
 */
import { type Environment, loadEnvironment } from "../core/config/environment.ts";
import { describeMistakes } from "../core/config/mistakes.ts";
import { type Database, openDatabase } from "../core/records/database.ts";
import { print } from "./gate/print.ts";
import { orAdvice } from "./permission.ts";

/** Opens the database that the environment names. */
export function openRecords(
  { storage: { database: { url, authToken }, deploy } }: Pick<Environment, "storage">,
): Promise<Database> {
  return openDatabase({ url, onDeploy: deploy !== null, ...(authToken ? { authToken } : {}) });
}

/**
 * The same for a task that needs nothing of the config. Prints what is wrong with the environment and ends with 1 when it
 * cannot be read.
 * @param program the task's file, for the advice where the runtime forbids it one
 */
export function openRecordsAlone(program: string): Promise<Database> {
  return orAdvice(program, async () => {
    const environment = await loadEnvironment(Deno.env.toObject());
    if (environment.ok) return await openRecords(environment.value);
    print("Cannot read the configuration:", describeMistakes(environment.mistakes));
    Deno.exit(1);
  });
}
