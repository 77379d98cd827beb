/**
 * Walks a chain of the audit log from its beginning and names the first break (M-28).
 * @module
 */
import { type Chain, entriesAfter, type Entry, entryFrom, hashOf, headFrom } from "./audit.ts";
import type { Database } from "./database.ts";
import { rowsOfTable } from "./rows.ts";

/**
 * What is wrong at a break.
 * - `missing`: the entry of this number is not there
 * - `changed`: what it says is not what its hash was made of
 * - `unlinked`: it does not name the entry before it
 * - `not_the_head`: the chain ends here, and its head is another
 * - `behind_the_head`: it stands behind the entry that the head names
 * - `head_missing`: the chain has no head
 */
export type Break =
  | "missing"
  | "changed"
  | "unlinked"
  | "not_the_head"
  | "behind_the_head"
  | "head_missing";

/** What a walk came to. `found` are those of the known hashes that are hashes of this chain's entries. */
export type Checked =
  | {
    readonly kind: "whole";
    readonly entries: number;
    readonly hash: string;
    readonly found: readonly string[];
  }
  | { readonly kind: "broken"; readonly sequence: number; readonly why: Break };

const PAGE = 500;
const NONE = "0".repeat(64);
const entries = rowsOfTable("audit_entries");

/**
 * Checks a chain up to the head that stood when it began; what is entered meanwhile is no break.
 * @param known hashes that were told as heads before: a chain that was written anew has them no more
 */
export async function checkChain(
  db: Pick<Database, "query" | "read">,
  chain: Chain,
  known: ReadonlySet<string> = new Set(),
): Promise<Checked> {
  const [headRows = [], behind = []] = await db.read([
    { sql: "select * from audit_heads where chain = ?", args: [chain] },
    {
      sql: `select sequence from audit_entries where chain = :chain
            and sequence > coalesce((select sequence from audit_heads where chain = :chain), 0)
            order by sequence limit 1`,
      args: { chain },
    },
  ]);
  const [headRow] = headRows;
  if (headRow === undefined) return { kind: "broken", sequence: 0, why: "head_missing" };
  const head = headFrom(headRow);
  const found: string[] = [];
  let last = { sequence: 0, hash: NONE };
  while (last.sequence < head.sequence) {
    // The first page has what stands before the first entry too: nobody entered it there.
    const after = last.sequence === 0 ? Number.MIN_SAFE_INTEGER : last.sequence;
    const rows = await db.query(entriesAfter(chain, { after, upTo: head.sequence, limit: PAGE }));
    const page = rows.map(entryFrom);
    if (page.length === 0) return { kind: "broken", sequence: last.sequence + 1, why: "missing" };
    for (const entry of page) {
      const why = breakAt(entry, last);
      if (why !== null) return { kind: "broken", sequence: last.sequence + 1, why };
      if (known.has(entry.hash)) found.push(entry.hash);
      last = entry;
    }
  }
  if (last.hash !== head.hash) return { kind: "broken", sequence: head.sequence, why: "not_the_head" };
  const [extra] = behind;
  if (extra !== undefined) {
    return { kind: "broken", sequence: entries.count(extra, "sequence"), why: "behind_the_head" };
  }
  return { kind: "whole", entries: head.sequence, hash: head.hash, found };
}

function breakAt(entry: Entry, last: { readonly sequence: number; readonly hash: string }): Break | null {
  if (entry.sequence !== last.sequence + 1) return "missing";
  if (hashOf(entry) !== entry.hash) return "changed";
  return entry.previous === last.hash ? null : "unlinked";
}
