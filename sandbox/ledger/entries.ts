/**
 * What the ledger's state is made of. Entries are values: a change makes a new one. Amounts are stroops.
 * @module
 */
import { z } from "zod";

/** A 64-bit number, kept as a decimal string where JSON holds it. */
const integer = z.codec(z.string(), z.bigint(), {
  decode: (text) => BigInt(text),
  encode: (value) => value.toString(),
});

/** Flags of an account, as the network numbers them. */
export const ACCOUNT_FLAGS = { required: 1, revocable: 2, immutable: 4, clawback: 8 } as const;

/** Flags of a trustline, as the network numbers them. */
export const TRUSTLINE_FLAGS = { authorized: 1, maintain: 2, clawback: 4 } as const;

const accountEntry = z.object({
  kind: z.literal("account"),
  id: z.string(),
  balance: integer,
  sequence: integer,
  /** Ledger and close time (seconds) of the last change of the sequence number. */
  sequenceLedger: z.number(),
  sequenceTime: z.number(),
  subentries: z.number(),
  /** Reserves that this account pays for entries of others or of nobody: claimable balances. */
  sponsoring: z.number(),
  flags: z.number(),
  homeDomain: z.string(),
  inflationDestination: z.string().nullable(),
  thresholds: z.object({ master: z.number(), low: z.number(), medium: z.number(), high: z.number() }),
  signers: z.array(z.object({ key: z.string(), weight: z.number() })),
  lastModified: z.number(),
});

const trustlineEntry = z.object({
  kind: z.literal("trustline"),
  account: z.string(),
  asset: z.string(),
  balance: integer,
  limit: integer,
  flags: z.number(),
  lastModified: z.number(),
});

const dataEntry = z.object({
  kind: z.literal("data"),
  account: z.string(),
  name: z.string(),
  /** Base64, as Horizon shows it. */
  value: z.string(),
  lastModified: z.number(),
});

/** When a claimant may claim; times are seconds. Relative times become absolute when the balance is created. */
export type Predicate =
  | { unconditional: true }
  | { and: Predicate[] }
  | { or: Predicate[] }
  | { not: Predicate }
  | { absBefore: bigint }
  | { relBefore: bigint };

const predicate: z.ZodType<Predicate> = z.lazy(() =>
  z.union([
    z.object({ unconditional: z.literal(true) }),
    z.object({ and: z.array(predicate) }),
    z.object({ or: z.array(predicate) }),
    z.object({ not: predicate }),
    z.object({ absBefore: z.coerce.bigint() }),
    z.object({ relBefore: z.coerce.bigint() }),
  ])
);

const claimableBalanceEntry = z.object({
  kind: z.literal("balance"),
  /** 72 hexadecimal digits: a zero type and the hash. */
  id: z.string(),
  asset: z.string(),
  amount: integer,
  claimants: z.array(z.object({ destination: z.string(), predicate })),
  sponsor: z.string(),
  clawback: z.boolean(),
  lastModified: z.number(),
});

const entry = z.discriminatedUnion("kind", [accountEntry, trustlineEntry, dataEntry, claimableBalanceEntry]);

/** An account: native balance, sequence number, signers. */
export type AccountEntry = Readonly<z.output<typeof accountEntry>>;
/** What an account holds of an asset, up to a limit. */
export type TrustlineEntry = Readonly<z.output<typeof trustlineEntry>>;
/** A named value of an account. */
export type DataEntry = Readonly<z.output<typeof dataEntry>>;
/** Money set aside for one of several claimants. */
export type ClaimableBalanceEntry = Readonly<z.output<typeof claimableBalanceEntry>>;
/** Any entry of the state. */
export type Entry = AccountEntry | TrustlineEntry | DataEntry | ClaimableBalanceEntry;

/** The keys under which entries are kept. */
export const keys = {
  account: (id: string): string => `account:${id}`,
  trustline: (account: string, asset: string): string => `trustline:${account}:${asset}`,
  data: (account: string, name: string): string => `data:${account}:${name}`,
  balance: (id: string): string => `balance:${id}`,
};

/** The key of an entry. */
export function keyOf(value: Entry): string {
  switch (value.kind) {
    case "account":
      return keys.account(value.id);
    case "trustline":
      return keys.trustline(value.account, value.asset);
    case "data":
      return keys.data(value.account, value.name);
    case "balance":
      return keys.balance(value.id);
  }
}

/** An entry as text for storage. */
export function encodeEntry(value: Entry): string {
  return JSON.stringify(value, (_, field) => typeof field === "bigint" ? field.toString() : field);
}

/** The entry of a text that {@link encodeEntry} made. */
export function decodeEntry(text: string): Entry {
  return entry.parse(JSON.parse(text));
}
