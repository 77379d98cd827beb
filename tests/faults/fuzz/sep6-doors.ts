/**
 * Requests for SEP-6.
 * @module
 */
import { Account, MuxedAccount } from "@stellar/stellar-sdk";
import fc from "fast-check";
import { type Door, doorOf, idsOf } from "./doors.ts";
import { one, type Pairs, type Part } from "./params.ts";
import { NOBODY_LISTENS, type Place } from "./place.ts";
import { NO_ACCOUNTS, NO_AMOUNTS, NO_URLS, oddText } from "./values.ts";

const amount = one(
  "amount",
  fc.oneof(
    fc.integer({ min: 2, max: 20 }).map(String),
    fc.integer({ min: 200, max: 2_000 }).map((cents) => (cents / 100).toFixed(2)),
  ),
  { wrong: fc.constantFrom(...NO_AMOUNTS) },
);

const asset = ({ code }: Place) =>
  one("asset_code", fc.constant(code), {
    needed: true,
    wrong: fc.constantFrom(
      code.toLowerCase(),
      "ETH",
      "native",
      "__proto__",
      "constructor",
      " ",
      `${code}:GAAA`,
      "X".repeat(10_000),
      "\u0000",
      "<b>",
    ),
  });

const method: Part = {
  needed: false,
  repeatable: false,
  valid: fc.constantFrom<Pairs>(
    [["funding_method", "bank_account"]],
    [["type", "bank_account"]],
    [["funding_method", "bank_account"], ["type", "bank_account"]],
    [],
  ),
  wrong: fc.constantFrom<Pairs>(
    [["funding_method", "cash"]],
    [["type", "BANK_ACCOUNT"]],
    [["funding_method", "bank_account"], ["type", "cash"]],
    [["funding_method", "__proto__"]],
    [["funding_method", "constructor"]],
  ),
};

const country = one("country_code", fc.constantFrom("USA", "BRA", "KEN", "MEX"), {
  wrong: fc.constantFrom("usa", "US", "USAX", "123", "__proto__", "U\u0000A", "ÜSA"),
});

const HASH = btoa("h".repeat(32));

/** A memo and its type under two names. */
function memo(type: string, value: string): Part {
  const pair = (kind: string, text: string): Pairs => [[type, kind], [value, text]];
  return {
    needed: false,
    repeatable: false,
    valid: fc.constantFrom<Pairs>(
      pair("id", "7"),
      pair("id", "18446744073709551615"),
      pair("id", "0"),
      pair("text", "an invoice"),
      pair("text", "é".repeat(14)),
      pair("hash", HASH),
    ),
    wrong: fc.constantFrom<Pairs>(
      pair("id", "18446744073709551616"),
      pair("id", "-1"),
      pair("id", "1e3"),
      pair("id", "١٢"),
      pair("id", "9".repeat(10_000)),
      pair("text", "x".repeat(29)),
      pair("text", "é".repeat(15)),
      pair("text", "a\u0000b"),
      pair("hash", "00".repeat(32)),
      pair("hash", btoa("h".repeat(31))),
      pair("return", HASH),
      pair("ID", "7"),
      [[type, "id"]],
      [[value, "7"]],
    ),
  };
}

const account = ({ accounts, ownAccounts }: Place, needed: boolean) =>
  one("account", fc.constantFrom(...accounts), {
    needed,
    wrong: fc.constantFrom(...NO_ACCOUNTS, ...ownAccounts, ...ownAccounts.map(muxed)),
  });

const muxed = (address: string) => new MuxedAccount(new Account(address, "0"), "7").accountId();

const ignored = one("wallet_name", oddText);

const callback = one("on_change_callback", fc.constant(`https://${NOBODY_LISTENS}/change`), {
  wrong: fc.constantFrom(...NO_URLS),
});

const customer = ({ own, foreign }: Place) =>
  one("customer_id", fc.constantFrom(...own.customers), {
    wrong: idsOf(own.customers, foreign.customers).wrong,
  });

const email = one("email_address", fc.constant("ada@example.com"), {
  wrong: fc.constantFrom("ada", "@", "a@b@c", `${"a".repeat(5_000)}@example.com`, "a@b.c\r\nBcc: x@y.z"),
});

const deposit = doorOf({
  door: "GET /sep6/deposit",
  closed: true,
  readsQuery: true,
  query: (place) => [
    asset(place),
    account(place, true),
    method,
    amount,
    country,
    memo("memo_type", "memo"),
    one("claimable_balance_supported", fc.constantFrom("true", "false"), {
      wrong: fc.constantFrom("1", "yes", "TRUE", "null", "[]"),
    }),
    customer(place),
    callback,
    email,
    ignored,
  ],
});

const withdraw = doorOf({
  door: "GET /sep6/withdraw",
  closed: true,
  readsQuery: true,
  query: (place) => [
    asset(place),
    method,
    account(place, false),
    amount,
    country,
    memo("refund_memo_type", "refund_memo"),
    one("memo", oddText),
    customer(place),
    callback,
    ignored,
  ],
});

const transactions = doorOf({
  door: "GET /sep6/transactions",
  closed: true,
  readsQuery: true,
  query: (place) => [
    asset(place),
    one("account", fc.constant(place.accounts[0] ?? ""), {
      wrong: fc.constantFrom(place.accounts[1] ?? "", "x", `${place.accounts[0]}:99`, ...NO_ACCOUNTS),
    }),
    one(
      "no_older_than",
      fc.constantFrom("2026-01-01", "2026-11-21T00:00:00Z", "1970-01-01T00:00:00.001+14:00"),
      {
        wrong: fc.constantFrom(
          "yesterday",
          "2026-13-01",
          "0",
          "1e9",
          "-1",
          "2026-11-21T25:00:00Z",
          "9".repeat(5_000),
        ),
      },
    ),
    one("limit", fc.constantFrom("1", "7", "200", "999999999"), {
      wrong: fc.constantFrom("0", "-1", "1e3", "1.5", "all", "9".repeat(400), "٣", "__proto__", "1 or 1=1"),
    }),
    one("kind", fc.constantFrom("deposit", "withdrawal", "deposit-exchange", "deposit,withdrawal"), {
      wrong: fc.constantFrom("Deposit", "all", "__proto__", "deposit;withdrawal", "deposit,,withdrawal"),
      repeatable: true,
    }),
    one("paging_id", fc.constantFrom(...place.own.transfers), {
      wrong: idsOf(place.own.transfers, place.foreign.transfers).wrong,
    }),
  ],
});

const transaction = doorOf({
  door: "GET /sep6/transaction",
  closed: true,
  readsQuery: true,
  query: ({ own, foreign }) => [
    one("id", fc.constantFrom(...own.transfers), {
      needed: true,
      wrong: idsOf(own.transfers, foreign.transfers).wrong,
    }),
  ],
});

const transactionByOthers = (place: Place) => {
  const ids = idsOf(place.own.transfers, [...place.foreign.transfers, ...place.foreign.secrets]);
  return doorOf({
    door: "GET /sep6/transaction",
    closed: true,
    readsQuery: true,
    query: () => [
      one("stellar_transaction_id", ids.wrong, { needed: true, wrong: ids.wrong }),
      one("external_transaction_id", ids.wrong, { needed: true, wrong: ids.wrong }),
    ],
  })(place).map((shot) => ({ ...shot, fine: false, wrong: shot.wrong ?? "an id that is not the caller's" }));
};

const patch = doorOf({
  door: "PATCH /sep6/transactions/:id",
  closed: true,
  paths: ({ own, foreign }) => {
    const { valid, wrong } = idsOf(own.transfers, foreign.transfers);
    const to = (id: string) => `/sep6/transactions/${encodeURIComponent(id)}`;
    return fc.oneof(
      valid.map((id) => ({ path: to(id), wrong: "a transaction of which nothing was asked" })),
      wrong.map((id) => ({ path: to(id), wrong: "an id that is not the caller's" })),
    );
  },
});

const fee = doorOf({
  door: "GET /sep6/fee",
  closed: true,
  readsQuery: true,
  query: (place) => [
    one("operation", fc.constantFrom("deposit", "withdraw"), {
      needed: true,
      wrong: fc.constantFrom("withdrawal", "DEPOSIT", "__proto__", "deposit,withdraw", "\u0000"),
    }),
    asset(place),
    one("type", fc.constant("bank_account"), { wrong: fc.constantFrom("cash", "__proto__", "constructor") }),
    {
      ...amount,
      needed: true,
    },
  ],
});

/** By route. */
export const sep6Doors: Readonly<Record<string, Door>> = {
  "GET /sep6/info": doorOf({ door: "GET /sep6/info", closed: false }),
  "GET /sep6/deposit": deposit,
  "GET /sep6/withdraw": withdraw,
  "GET /sep6/fee": fee,
  "GET /sep6/transactions": transactions,
  "GET /sep6/transaction": (place) => fc.oneof(transaction(place), transactionByOthers(place)),
  "PATCH /sep6/transactions/:id": patch,
};
