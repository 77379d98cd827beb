/**
 * Files of customers: sealed in chunks, since a remote database takes no large value, and unbound until the batch that
 * refers to them. An unbound file is erased when its time is over, so a PUT that is refused leaves nothing behind.
 * @module
 */
import { z } from "zod";
import { repeatable } from "../records/database.ts";
import type { Database, Statement } from "../records/database.ts";
import { NOW_MS } from "../records/clock.ts";
import { expect, expectChanged } from "../records/expect-changed.ts";
import { rowsOfTable } from "../records/rows.ts";
import { sealedColumn } from "../records/sealed-column.ts";
import type { Vault } from "../records/vault.ts";
import type { MediaType } from "../../plugins/sep9/mod.ts";
import { newId } from "../transfers/id.ts";

/** A file that has been checked. */
export interface CheckedFile {
  readonly bytes: Uint8Array;
  /** Read from the content. */
  readonly mediaType: MediaType;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** What is known of a file: sealed beside it, and as the value of its binary field. */
export const fileFacts = z.object({
  mediaType: z.enum(["image/jpeg", "image/png", "application/pdf", "video/mp4", "video/webm"]),
  sha256: z.string(),
  size: z.int(),
});

/** See {@link fileFacts}. */
export type FileFacts = z.output<typeof fileFacts>;

/** What is known of a file that was checked or uploaded. */
export function factsOf(file: CheckedFile | ReferredFile): FileFacts {
  const { mediaType, sha256 } = file;
  return { mediaType, sha256, size: "bytes" in file ? file.bytes.length : file.size };
}

/** A file that was uploaded before, in the place of its bytes. */
export interface ReferredFile extends FileFacts {
  readonly fileId: string;
}

/** Bytes in one row, sealed at most 512 KiB. */
const CHUNK_BYTES = 512 * 1024 - 64;
/** Rows in one batch: a request to a remote database stays near 2 MB. */
const CHUNKS_PER_BATCH = 3;
/** How long a file may wait for what refers to it. */
const UNBOUND_MS = 60 * 60 * 1000;
/** Files of one owner that may wait at once; at most that many times the largest file. */
export const MAX_UNBOUND = 10;

const chunksTable = rowsOfTable("customer_file_chunks");
const filesTable = rowsOfTable("customer_files");

/** A part of a file's bytes. */
export const sealedChunk = sealedColumn("customer_file_chunks", "bytes", "file_id", "number");

/** What is known of a file; null until all of its bytes are stored. */
export const sealedFacts = sealedColumn("customer_files", "facts", "id");

/** Files in the records. */
export interface Files {
  /** Stores a file for a PUT that is about to refer to it. @returns its id */
  store(customerId: string, file: CheckedFile): Promise<string>;
  /** Stores a file that its owner may refer to within the hour. @returns its id, or null when too many wait already */
  upload(owner: string, file: CheckedFile): Promise<string | null>;
  /** Statements that make a file last, for the batch that refers to it; stale when its time is over, or it is bound. */
  bind(fileId: string, customerId: string): Statement[];
  /** Erases a file at once, for the batch that no longer refers to it. */
  erase(fileId: string): Statement;
  /** Erases files that nothing refers to and nothing will. */
  drop(fileIds: readonly string[]): Promise<void>;
  /** A file's bytes. */
  read(fileId: string): Promise<Uint8Array>;
  /** Erases what was never referred to; how many files. */
  eraseUnbound(limit: number): Promise<number>;
}

/** The files of this database. */
export function createFiles({ db, vault }: { db: Database; vault: Vault }): Files {
  /** Inserts the row that the bytes belong to; false when the condition does not hold. */
  async function insert(
    id: string,
    { customerId, owner }: { customerId: string; owner: string | null },
    ...conditions: Statement[]
  ): Promise<boolean> {
    const result = await db.write([...conditions, {
      sql: `insert into customer_files (id, customer_id, owner, created_ms, expires_ms)
        values (?, ?, ?, ${NOW_MS}, ${NOW_MS} + ?)`,
      args: [id, customerId, owner, UNBOUND_MS],
    }], { committed: { sql: "select 1 from customer_files where id = ?", args: [id] } });
    return result.kind === "written";
  }

  /** Stores the bytes. What is known of the file comes last: without it the file is not there for anybody. */
  async function fill(id: string, file: CheckedFile): Promise<void> {
    const { bytes } = file;
    const statements: Statement[] = [];
    for (let n = 0; n * CHUNK_BYTES < bytes.length; n++) {
      statements.push({
        // The file may have been erased with its owner since.
        sql: `insert or ignore into customer_file_chunks (file_id, number, bytes)
          select id, ?, ? from customer_files where id = ?`,
        args: [
          n,
          vault.seal(sealedChunk.place(id, n), bytes.subarray(n * CHUNK_BYTES, (n + 1) * CHUNK_BYTES)),
          id,
        ],
      });
    }
    statements.push({
      sql: "update customer_files set facts = ? where id = ?",
      args: [vault.sealJson(sealedFacts.place(id), factsOf(file)), id],
    });
    for (let n = 0; n < statements.length; n += CHUNKS_PER_BATCH) {
      await db.write(statements.slice(n, n + CHUNKS_PER_BATCH), repeatable);
    }
  }

  const files: Files = {
    async store(customerId, file) {
      const id = newId();
      await insert(id, { customerId, owner: null });
      await fill(id, file);
      return id;
    },
    async upload(owner, file) {
      const id = newId();
      const room = expect(
        `(select count(*) from customer_files where owner = ? and expires_ms > ${NOW_MS}) < ?`,
        [owner, MAX_UNBOUND],
      );
      if (!await insert(id, { customerId: "", owner }, room)) return null;
      await fill(id, file);
      return id;
    },
    bind: (fileId, customerId) => [
      {
        sql: `update customer_files set customer_id = ?, owner = null, expires_ms = null
          where id = ? and expires_ms > ${NOW_MS}`,
        args: [customerId, fileId],
      },
      expectChanged,
    ],
    erase: (fileId) => ({ sql: "delete from customer_files where id = ?", args: [fileId] }),
    async drop(fileIds) {
      if (fileIds.length === 0) return;
      await db.write(fileIds.map((id) => files.erase(id)), repeatable);
    },
    async read(fileId) {
      const rows = await db.query({
        sql: "select number, bytes from customer_file_chunks where file_id = ? order by number",
        args: [fileId],
      });
      if (rows.length === 0) throw new Error("Cannot read a file: it is not there");
      const chunks = rows.map((row, n) => {
        if (chunksTable.count(row, "number") !== n) throw new Error("Cannot read a file: a chunk is missing");
        return vault.open(sealedChunk.place(fileId, n), chunksTable.bytes(row, "bytes"));
      });
      const whole = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
      let at = 0;
      for (const chunk of chunks) {
        whole.set(chunk, at);
        at += chunk.length;
      }
      return whole;
    },
    async eraseUnbound(limit) {
      const rows = await db.query({
        sql: `select id from customer_files where expires_ms <= ${NOW_MS} order by expires_ms limit ?`,
        args: [limit],
      });
      const ids = rows.map((row) => filesTable.text(row, "id"));
      const erase = ids.map((id) => ({
        sql: `delete from customer_files where id = ? and expires_ms <= ${NOW_MS}`,
        args: [id],
      }));
      if (erase.length > 0) await db.write(erase, repeatable);
      return ids.length;
    },
  };
  return files;
}
