/**
 * Fills a database with transfers of years, each with its history, money, effects and customer, out of rows that the gateway
 * itself has written: a transfer and a customer are copied, and what has to differ is made from a number.
 *
 * One in ten belongs to the busy customer, five to the one with few, the others to customers of ten transfers each. Nearly
 * all are over; one in two hundred is under way and waits for something.
 * @module
 */
import { type Database, repeatable, type Statement } from "../../core/records/database.ts";

/** What is copied, and whose most are. */
export interface Template {
  readonly transferId: string;
  readonly customerId: string;
  /** Who has a tenth of all: the owner's and the customer's id. */
  readonly busy: { readonly owner: string; readonly customerId: string };
  /** Who has five. */
  readonly few: { readonly owner: string; readonly customerId: string };
}

/** Rows in one batch. */
const CHUNK = 50_000;
const YEARS_MS = 2 * 365 * 86_400_000;

/** Fills it. @param transfers how many are added */
export async function fill(db: Database, template: Template, transfers: number): Promise<void> {
  const columns = await columnsOf(db);
  const [row] = await db.query({ sql: "select cast(unixepoch('subsec') * 1000 as integer) as now_ms" });
  const args = {
    ...flat(template),
    asset: "USDX:bench",
    now: row?.["now_ms"] ?? 0,
    step: Math.floor(YEARS_MS / transfers),
    all: transfers,
  };
  for (let from = 0; from < transfers; from += CHUNK) {
    const to = Math.min(from + CHUNK, transfers);
    const statements = ROWS.map(({ table, of, every = 1, values }): Statement => {
      const copied = of === undefined ? [] : (columns.get(table) ?? []).filter((name) => !(name in values));
      const names = [...Object.keys(values), ...copied];
      const sql = `with recursive n (i) as (select ${from} union all select i + 1 from n where i + 1 < ${to})
        insert into ${table} (${names.join(", ")})
        select ${[...Object.values(values), ...copied.map((name) => `t.${name}`)].join(", ")}
        from n ${of === undefined ? "" : `cross join ${table} t`}
        where i % ${every} = 0 ${of === undefined ? "" : `and ${of}`}`;
      return { sql, args: usedIn(sql, args) };
    });
    await db.write(statements, repeatable);
  }
}

/** One kind of rows. */
interface Rows {
  readonly table: string;
  /** Which rows are copied (`t`); new ones are made of `values` alone where it is absent. */
  readonly of?: string;
  /** One for so many transfers. */
  readonly every?: number;
  /** Column → SQL, of `i`. */
  readonly values: Readonly<Record<string, string>>;
}

const ID = "printf('%026d', i)";
const IS_BUSY = "i % 10 = 0";
const IS_FEW = "i < 50 and i % 10 = 1";
const OTHER = "printf('c%025d', i / 10 * 10)";
const mine = (busy: string, few: string, other: string) =>
  `case when ${IS_BUSY} then ${busy} when ${IS_FEW} then ${few} else ${other} end`;
const OWNER = mine(":busyOwner", ":fewOwner", "printf('G%055d', i / 10)");
const CUSTOMER = mine(":busyCustomer", ":fewCustomer", OTHER);
const STATE =
  `case when i % 1000 = 102 then 'kyc' when i % 1000 = 203 then 'waiting' when i % 1000 = 304 then 'on_hold'
  when i % 1000 = 405 then 'asking' when i % 1000 = 506 then 'trusting' when i % 20 = 17 then 'refunded'
  when i % 20 > 17 then 'expired' when i % 20 = 16 then 'failed' else 'completed' end`;
const STARTED = "(:now - (:all - i) * :step - 86400000)";
const IS_PAID = `${STATE} in ('completed', 'refunded', 'on_hold', 'asking', 'trusting')`;
/** Little enough that no limit is met: a ten-thousandth. */
const AMOUNT = "1000";

const ROWS: readonly Rows[] = [
  {
    table: "customers",
    of: "t.id = :customerId",
    every: 10,
    values: { id: OTHER, owner: "printf('G%055d', i / 10)", account: "printf('G%055d', i / 10)" },
  },
  { table: "customer_values", of: "t.customer_id = :customerId", every: 10, values: { customer_id: OTHER } },
  {
    table: "customer_indexes",
    of: "t.customer_id = :customerId",
    every: 10,
    values: { customer_id: OTHER, hash: "t.hash || i" },
  },
  {
    table: "kyc_cases",
    of: "t.customer_id = :customerId",
    every: 10,
    // Of those who have transfers that wait, nothing is decided yet.
    values: {
      id: `${OTHER} || ':sep6:1'`,
      customer_id: OTHER,
      ref: "'case' || i",
      state: "case when i % 1000 in (100, 200, 300, 400, 500) then 'new' else 'accepted' end",
    },
  },
  {
    table: "transfers",
    of: "t.id = :transferId",
    values: {
      id: ID,
      kind: "case i % 2 when 0 then 'deposit' else 'withdrawal' end",
      state: STATE,
      version: "5",
      owner: OWNER,
      account: OWNER,
      customer_id: CUSTOMER,
      customer_owner: OWNER,
      amount_requested: AMOUNT,
      amount_in: AMOUNT,
      amount_fee: "0",
      amount_out: AMOUNT,
      received: `case when ${IS_PAID} then ${AMOUNT} else 0 end`,
      receive_memo: "case i % 2 when 1 then i + 1 end",
      reference: "case i % 2 when 0 then 'BENCH' || i end",
      instructions: "null",
      beneficiary: "null",
      callback: "null",
      end_callback: "null",
      stellar_transaction_id: `case when ${IS_PAID} then printf('%064x', i) end`,
      external_transaction_id: `case when ${IS_PAID} then 'bank' || i end`,
      started_ms: STARTED,
      status_ms:
        `case when ${STATE} in ('on_hold', 'asking', 'trusting') then :now else ${STARTED} + 60000 end`,
      funded_ms: `case when ${IS_PAID} then ${STARTED} + 30000 end`,
      completed_ms: `case ${STATE} when 'completed' then ${STARTED} + 60000 end`,
      expires_ms: `case when ${STATE} in ('kyc', 'waiting') then :now + 864000000 end`,
    },
  },
  ...[1, 2, 3].map((version): Rows => ({
    table: "transfer_history",
    values: {
      id: `${ID} || '-${version}'`,
      transfer_id: ID,
      version: String(version),
      event: "'opened'",
      state_after: STATE,
      at_ms: STARTED,
    },
  })),
  {
    table: "memos",
    every: 2,
    values: { memo: "i + 2", transfer_id: `printf('%026d', i + 1)`, given_ms: STARTED },
  },
  {
    table: "receipts",
    values: {
      id: `'r' || ${ID}`,
      side: "case i % 2 when 0 then 'bank' else 'ledger' end",
      place: "'bank'",
      external_id: "'in' || i",
      state: "case when i % 1000 = 999 then 'unmatched' else 'matched' end",
      asset: ":asset",
      gross: AMOUNT,
      fee: "0",
      net: AMOUNT,
      transfer_id: ID,
      revision: "1",
      version: "1",
      at_ms: STARTED,
    },
  },
  {
    table: "attempts",
    values: {
      id: `'a' || ${ID}`,
      transfer_id: ID,
      number: "1",
      purpose: "'payout'",
      side: "case i % 2 when 0 then 'ledger' else 'bank' end",
      place: "'place'",
      key: "printf('%064x', i)",
      amount: AMOUNT,
      asset: ":asset",
      state: "'completed'",
      version: "3",
      stored_ms: STARTED,
    },
  },
  ...[1, -1].map((sign): Rows => ({
    table: "postings",
    values: {
      batch: `'b' || ${ID}`,
      line: sign === 1 ? "1" : "2",
      asset: ":asset",
      account: sign === 1 ? "'in_flight'" : "'fees'",
      amount: `${sign} * ${AMOUNT}`,
      transfer_id: ID,
      at_ms: STARTED,
    },
  })),
  ...["deposit_instructions", "ledger_payout"].map((kind): Rows => ({
    table: "outbox",
    values: {
      id: `'${kind}:' || ${ID}`,
      kind: `'${kind}'`,
      subject: ID,
      delivery: "'at_least_once'",
      state: "'done'",
      due_ms: STARTED,
      created_ms: STARTED,
      // What is older would be forgotten while the bench runs.
      done_ms: ":now",
    },
  })),
  {
    table: "inbox",
    values: {
      id: `'hook' || ${ID}`,
      contract: "'rail'",
      instance: "'bank'",
      request: "x'00'",
      state: "'done'",
      due_ms: ":now",
      received_ms: STARTED,
    },
  },
  {
    table: "ledger_operations",
    values: {
      id: "'op' || i",
      position: "i",
      account: "'account'",
      transaction_hash: "printf('%064x', i)",
      record: "'{}'",
      state: "'done'",
      seen_ms: STARTED,
    },
  },
];

async function columnsOf(db: Database): Promise<ReadonlyMap<string, readonly string[]>> {
  const copied = [...new Set(ROWS.filter(({ of }) => of !== undefined).map(({ table }) => table))];
  const lists = await Promise.all(copied.map(async (table) => {
    const rows = await db.query({ sql: "select name from pragma_table_info(?)", args: [table] });
    return [table, rows.map(({ name }) => String(name))] as const;
  }));
  return new Map(lists);
}

function flat({ transferId, customerId, busy, few }: Template) {
  return {
    transferId,
    customerId,
    busyOwner: busy.owner,
    busyCustomer: busy.customerId,
    fewOwner: few.owner,
    fewCustomer: few.customerId,
  };
}

/** A statement takes no argument that it does not name. */
function usedIn<Value>(sql: string, args: Readonly<Record<string, Value>>): Record<string, Value> {
  const named = new Set([...sql.matchAll(/:(\w+)/g)].map(([, name]) => name));
  return Object.fromEntries(Object.entries(args).filter(([name]) => named.has(name)));
}
