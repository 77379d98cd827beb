/**
 * A small reader of Horizon over `fetch`. It says what Horizon said, and keeps apart what looks alike: Horizon's own
 * not-found (M-3), and every kind of having no answer.
 * @module
 */
import type { z } from "zod";
import {
  accountSchema,
  claimableBalanceSchema,
  feeStatsSchema,
  ledgerSchema,
  pageSchema,
  supplySchema,
  transactionSchema,
  wrongFields,
} from "./horizon-schemas.ts";
import { createHorizonRequests } from "./horizon-request.ts";
import type { HorizonOptions } from "./horizon-request.ts";
import { HorizonUnavailable } from "./horizon-unavailable.ts";
import { submissionAnswerOf } from "./submission.ts";
import type { SubmissionAnswer } from "./submission.ts";

export { HorizonUnavailable } from "./horizon-unavailable.ts";
export type { HorizonTrouble } from "./horizon-unavailable.ts";
export type { HorizonFetch, HorizonOptions } from "./horizon-request.ts";
export type { ResultCodes, SubmissionAnswer } from "./submission.ts";

/** What was asked for, or Horizon's own not-found by rule M-3. */
export type Found<T> = ({ readonly kind: "found" } & T) | { readonly kind: "not_found" };

/** What the root names. */
export interface Root {
  readonly passphrase: string;
  readonly latestLedger: number;
  /** The oldest ledger whose operations this Horizon still has. */
  readonly elderLedger: number;
}

/** A closed ledger; `closedAt` in seconds, fee and reserve in stroops. */
export type Ledger = Readonly<z.output<typeof ledgerSchema>>;
/** An account; amounts in units of 10⁻⁷, `data` values in base64 as Horizon gives them. */
export type Account = Readonly<z.output<typeof accountSchema>>;
/** A transaction in a ledger; `hash` is the one under which the ledger lists it, `feeCharged` in stroops. */
export type Transaction = Readonly<z.output<typeof transactionSchema>>;
/** Fees for one operation, in stroops. */
export type FeeStats = Readonly<z.output<typeof feeStatsSchema>>;
/** A claimable balance; the id has 72 hex digits. */
export type ClaimableBalance = Readonly<z.output<typeof claimableBalanceSchema>>;

/** A page of raw operation records, each read on its own so that one strange record blocks no other (M-11). */
export interface OperationPage {
  readonly records: readonly unknown[];
  /** The ledger that the answer stands on, where Horizon says so. */
  readonly latestLedger: number | null;
}

/** How much of an asset there is, in units of 10⁻⁷. */
export interface AssetSupply {
  readonly supply: bigint;
  /** The ledger that the answer stands on, where Horizon says so. */
  readonly latestLedger: number | null;
}

/** Where a page of operations begins. */
export interface PageRequest {
  /** Paging token, exclusive; from the beginning (or the end) when absent. */
  readonly cursor?: string;
  /** 1 to 200. */
  readonly limit: number;
  readonly order: "asc" | "desc";
}

/** Horizon. Every method but `submit` throws {@link HorizonUnavailable} when there is no answer to rest on. */
export interface Horizon {
  /** Asks the root afresh, passphrase included. */
  root(): Promise<Root>;
  /** @param head the ledger that the answer must stand on at least, where it says on which it stands */
  account(id: string, head?: number): Promise<Found<Account>>;
  /** By the hash of the transaction or, for a fee-bumped one, by either hash (M-7). @param head as for an account */
  transaction(hash: string, head?: number): Promise<Found<Transaction>>;
  /** Successful operations that touch an account, each with its whole transaction (M-9). */
  operations(account: string, page: PageRequest): Promise<Found<OperationPage>>;
  operationsOfTransaction(hash: string): Promise<Found<OperationPage>>;
  latestLedger(): Promise<Ledger>;
  ledger(sequence: number): Promise<Found<Ledger>>;
  feeStats(): Promise<FeeStats>;
  /** How much of an asset there is, over all who hold it; nothing where nobody ever held any. */
  supply(code: string, issuer: string): Promise<AssetSupply>;
  claimableBalance(id: string): Promise<Found<ClaimableBalance>>;
  /**
   * Hands in a signed envelope and waits for Horizon's answer. Never throws: no answer is an answer too.
   * @param timeoutMs how long to wait, by default 60 seconds: Horizon answers when a ledger has it
   */
  submit(xdr: string, timeoutMs?: number): Promise<SubmissionAnswer>;
}

const SUBMIT_TIMEOUT_MS = 60_000;

/** Makes a reader of one Horizon. */
export function createHorizon(options: HorizonOptions): Horizon {
  const requests = createHorizonRequests(options);

  function parsed<S extends z.ZodType>(path: string, schema: S, body: unknown): z.output<S> {
    const result = schema.safeParse(body);
    if (result.success) return result.data;
    throw garbage(path, wrongFields(result.error));
  }

  function garbage(path: string, detail: string): HorizonUnavailable {
    requests.doubt();
    return new HorizonUnavailable("garbage", path, undefined, detail);
  }

  /** The answer speaks of something else than what was asked for. */
  const otherThan = (path: string) => garbage(path, "another record than the one asked for");

  async function found<S extends z.ZodType<object>>(
    path: string,
    schema: S,
    head?: number,
  ): Promise<Found<z.output<S>>> {
    const answer = await requests.read(path, head);
    return answer === null ? { kind: "not_found" } : { kind: "found", ...parsed(path, schema, answer.body) };
  }

  async function page(path: string): Promise<Found<OperationPage>> {
    const answer = await requests.read(path);
    if (answer === null) return { kind: "not_found" };
    const { latestLedger } = answer;
    return { kind: "found", records: parsed(path, pageSchema, answer.body), latestLedger };
  }

  return {
    root: () => requests.root(),
    account: async (id, head) => {
      const path = `/accounts/${encodeURIComponent(id)}`;
      const account = await found(path, accountSchema, head);
      if (account.kind === "found" && account.id !== id) throw otherThan(path);
      return account;
    },
    transaction: async (hash, head) => {
      const path = `/transactions/${encodeURIComponent(hash)}`;
      const transaction = await found(path, transactionSchema, head);
      if (
        transaction.kind === "found" && transaction.hash !== hash && transaction.innerHash !== hash
      ) throw otherThan(path);
      return transaction;
    },
    operations: (account, { cursor, limit, order }) => {
      const query = new URLSearchParams({ join: "transactions", include_failed: "false" });
      query.set("limit", String(limit));
      query.set("order", order);
      if (cursor !== undefined) query.set("cursor", cursor);
      return page(`/accounts/${encodeURIComponent(account)}/operations?${query}`);
    },
    operationsOfTransaction: (hash) =>
      page(`/transactions/${encodeURIComponent(hash)}/operations?join=transactions&limit=200`),
    latestLedger: async () => {
      const path = "/ledgers?order=desc&limit=1";
      const answer = await requests.read(path);
      if (answer === null) throw new HorizonUnavailable("not_found_unproven", path);
      const [record] = parsed(path, pageSchema, answer.body);
      return parsed(path, ledgerSchema, record);
    },
    ledger: async (sequence) => {
      const path = `/ledgers/${sequence}`;
      const ledger = await found(path, ledgerSchema);
      if (ledger.kind === "found" && ledger.sequence !== sequence) throw otherThan(path);
      return ledger;
    },
    feeStats: async () => {
      const path = "/fee_stats";
      const stats = await found(path, feeStatsSchema);
      if (stats.kind === "not_found") throw new HorizonUnavailable("not_found_unproven", path);
      return stats;
    },
    supply: async (code, issuer) => {
      const path = `/assets?${new URLSearchParams({ asset_code: code, asset_issuer: issuer, limit: "1" })}`;
      const answer = await requests.read(path);
      if (answer === null) throw new HorizonUnavailable("not_found_unproven", path);
      const { latestLedger } = answer;
      const [record] = parsed(path, pageSchema, answer.body);
      if (record === undefined) return { supply: 0n, latestLedger };
      const asset = parsed(path, supplySchema, record);
      if (asset.code !== code || asset.issuer !== issuer) throw otherThan(path);
      return { supply: asset.supply, latestLedger };
    },
    claimableBalance: (id) => found(`/claimable_balances/${encodeURIComponent(id)}`, claimableBalanceSchema),
    submit: async (xdr, timeoutMs = SUBMIT_TIMEOUT_MS) => {
      try {
        return submissionAnswerOf(
          await requests.post("/transactions", new URLSearchParams({ tx: xdr }), timeoutMs),
        );
      } catch (error) {
        if (!(error instanceof HorizonUnavailable)) throw error;
        if (error.trouble === "timeout") return { kind: "timeout" };
        const { trouble, retryAfterMs = null } = error;
        return { kind: "unavailable", status: null, trouble, retryAfterMs };
      }
    },
  };
}
