/**
 * Databases in files of their own.
 * @module
 */
import { openDatabase } from "../../../core/records/database.ts";
import type { Database } from "../../../core/records/database.ts";

/** A folder with room for one database file. */
export interface DatabaseFile extends AsyncDisposable {
  readonly path: string;
  readonly url: string;
  /** Opens the file once more, as another process would. */
  open(): Promise<Database>;
}

/** A database file in a folder of its own, removed afterwards; close what was opened first. */
export async function inFile(): Promise<DatabaseFile> {
  const folder = await Deno.makeTempDir({ prefix: "kedge-records-" });
  const path = `${folder}/kedge.db`;
  const url = `file:${path}`;
  return {
    path,
    url,
    open: () => openDatabase({ url, onDeploy: false }),
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}
