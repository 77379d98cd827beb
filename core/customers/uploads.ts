/**
 * Files that are uploaded before a PUT refers to them (sep-12.md 4.8), and which files somebody may see. An upload belongs
 * to the full subject of its token, until a PUT puts it in the place of a field: then it is the customer's.
 * @module
 */
import { createHash } from "node:crypto";
import { Refusal } from "../refusal.ts";
import type { Database, Row, Statement } from "../records/database.ts";
import { NOW_MS } from "../records/clock.ts";
import { rowsOfTable } from "../records/rows.ts";
import type { Vault } from "../records/vault.ts";
import { derivedName, mediaTypeOf } from "../../plugins/sep9/mod.ts";
import { fileFacts, MAX_UNBOUND, sealedFacts } from "./files.ts";
import type { FileFacts, Files } from "./files.ts";
import { mayReach } from "./owner.ts";
import type { Holder } from "./owner.ts";
import { MAX_FILE_BYTES } from "./submission.ts";
import type { Entries } from "./submission.ts";

/** A file as its owner may see it. */
export interface KnownFile extends FileFacts {
  readonly id: string;
  /** When it is dropped unless a PUT refers to it; null once one has. */
  readonly expiresMs: number | null;
  /** The customer that it belongs to, or that its owner is; null while there is none. */
  readonly customerId: string | null;
  /** The field in whose place it stands. */
  readonly field: string | null;
}

/** Which files are asked for; a file has to be both where both are given. */
export interface FilesRequest {
  readonly fileId?: string;
  readonly customerId?: string;
}

/** Uploads in the records. */
export interface Uploads {
  /**
   * Takes a file.
   * @param owner whose it is until it stands in the place of a field: the subject of a token
   * @throws {Refusal} 400 for a content that no field takes, 413 above the limit, 429 when too many wait
   */
  upload(owner: string, bytes: Uint8Array): Promise<KnownFile>;
  /** The files that a submission refers to, by id, those whose owners its sender may speak for. */
  referred(mayUse: (owner: string) => boolean, entries: Entries): Promise<ReadonlyMap<string, KnownFile>>;
  /** The files of a request that the holder may see; none for what is unknown or another's (R-12-110). */
  list(holder: Holder, request: FilesRequest): Promise<readonly KnownFile[]>;
}

/** Files in one answer: more than a customer has fields for, and uploads beside. */
const MOST_LISTED = 100;

/** Seconds after which the oldest of the uploads that wait is gone. */
const RETRY_AFTER = 3600;

const table = rowsOfTable("customer_files");

/**
 * Whole files that are not over. `reach` is who owns them: the customer, once there is one. A file that a PUT is about to
 * bind is nobody's yet.
 */
const KNOWN = `select f.id, f.facts, f.expires_ms, v.name as field,
    coalesce(c.owner, f.owner) as reach,
    coalesce(c.id, (select o.id from customers o where o.owner = f.owner and o.version > 0)) as customer_id
  from customer_files f
  left join customers c on f.expires_ms is null and c.id = f.customer_id
  left join customer_values v on v.customer_id = c.id and v.file_id = f.id
  where f.facts is not null and (f.expires_ms is null or (f.owner is not null and f.expires_ms > ${NOW_MS}))`;

/** The uploads of this database. */
export function createUploads(
  { db, vault, files }: { readonly db: Database; readonly vault: Vault; readonly files: Files },
): Uploads {
  async function found(mayUse: (owner: string) => boolean, statement: Statement): Promise<KnownFile[]> {
    const rows = await db.query(statement);
    return rows.filter((row) => mayUse(table.text(row, "reach"))).map((row) => known(vault, row));
  }

  const byId = (mayUse: (owner: string) => boolean, id: string) =>
    found(mayUse, { sql: `${KNOWN} and f.id = ?`, args: [id] });

  return {
    async upload(owner, bytes) {
      if (bytes.length > MAX_FILE_BYTES) {
        throw new Refusal("sep12.file_too_large", { field: "file", megabytes: MAX_FILE_BYTES / 1024 / 1024 });
      }
      const mediaType = mediaTypeOf(bytes);
      if (mediaType === null) throw new Refusal("sep12.file_type");
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      const id = await files.upload(owner, { bytes, mediaType, sha256 });
      if (id === null) {
        throw new Refusal("sep12.too_many_files", { most: MAX_UNBOUND, retry_after: RETRY_AFTER });
      }
      const [file] = await byId((reach) => reach === owner, id);
      // Its owner had everything erased while it came in.
      if (file === undefined) throw new Refusal("sep12.busy", {}, "Cannot keep an upload: it was erased");
      return file;
    },
    async referred(mayUse, entries) {
      const ids = entries.flatMap(([key, value]) =>
        typeof value === "string" && derivedName(key)?.kind === "file_id" ? [value] : []
      );
      if (ids.length === 0) return new Map();
      const sql = `${KNOWN} and f.id in (${ids.map(() => "?").join(", ")})`;
      return new Map((await found(mayUse, { sql, args: ids })).map((file) => [file.id, file]));
    },
    async list(holder, { fileId, customerId }) {
      const mayUse = (owner: string) => mayReach(holder, owner);
      if (fileId !== undefined) {
        const one = await byId(mayUse, fileId);
        return one.filter((file) => customerId === undefined || file.customerId === customerId);
      }
      const owner = "(select owner from customers where id = :customer and version > 0)";
      return await found(mayUse, {
        sql: `${KNOWN} and f.customer_id = :customer
          union all ${KNOWN} and f.customer_id = '' and f.owner = ${owner} limit :limit`,
        args: { customer: customerId ?? "", limit: MOST_LISTED },
      });
    },
  };
}

function known(vault: Vault, row: Row): KnownFile {
  const id = table.text(row, "id");
  return {
    ...fileFacts.parse(vault.openJson(sealedFacts.place(id), table.bytes(row, "facts"))),
    id,
    expiresMs: table.countOrNull(row, "expires_ms"),
    customerId: table.textOrNull(row, "customer_id"),
    field: table.textOrNull(row, "field"),
  };
}
