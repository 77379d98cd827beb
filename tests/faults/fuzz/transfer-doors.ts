/**
 * Parameters that SEP-6 and SEP-24 both take, and the routes that both have.
 * @module
 */
import { Account, MuxedAccount } from "@stellar/stellar-sdk";
import fc from "fast-check";
import { type Door, doorOf, idsOf } from "./doors.ts";
import { one, type Pairs, type Part } from "./params.ts";
import { NOBODY_LISTENS, type Place } from "./place.ts";
import { NO_ACCOUNTS, NO_AMOUNTS, NO_URLS, oddText } from "./values.ts";

/** An amount that every service takes. */
export const amount = one(
  "amount",
  fc.oneof(
    fc.integer({ min: 2, max: 20 }).map(String),
    fc.integer({ min: 200, max: 2_000 }).map((cents) => (cents / 100).toFixed(2)),
  ),
  { wrong: fc.constantFrom(...NO_AMOUNTS) },
);

/** The code of the one asset. */
export const asset = ({ code }: Place) =>
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

const HASH = btoa("h".repeat(32));

/** A memo and its type under two names. */
export function memo(type: string, value: string): Part {
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

/** An account to be paid, or to pay. */
export const account = ({ accounts, ownAccounts }: Place, needed: boolean) =>
  one("account", fc.constantFrom(...accounts), {
    needed,
    wrong: fc.constantFrom(...NO_ACCOUNTS, ...ownAccounts, ...ownAccounts.map(muxed)),
  });

const muxed = (address: string) => new MuxedAccount(new Account(address, "0"), "7").accountId();

/** What nobody reads. */
export const ignored = one("wallet_name", oddText);

/** Where a wallet is told. */
export const callback = one("on_change_callback", fc.constant(`https://${NOBODY_LISTENS}/change`), {
  wrong: fc.constantFrom(...NO_URLS),
});

/** The caller's customer. */
export const customer = ({ own, foreign }: Place) =>
  one("customer_id", fc.constantFrom(...own.customers), {
    wrong: idsOf(own.customers, foreign.customers).wrong,
  });

/** The two protocols. */
type Sep = "sep6" | "sep24";

const ownOf = ({ own }: Place, sep: Sep) => sep === "sep6" ? own.transfers : own.hosted;

/** Whose: SEP-6 wants it to be the caller's, SEP-24 does not look at it (R-24-126). */
function accountOf({ accounts }: Place, sep: Sep): Part {
  const [own = "", other = ""] = accounts;
  const others = [other, "x", `${own}:99`, ...NO_ACCOUNTS];
  return sep === "sep6"
    ? one("account", fc.constant(own), { wrong: fc.constantFrom(...others) })
    : one("account", fc.constantFrom(own, ...others));
}

/** The caller's transfers. @param kinds values of `kind`, and such as are none */
export const transactionsDoor = (
  sep: Sep,
  kinds: {
    readonly valid: readonly string[];
    readonly wrong: readonly string[];
    readonly repeatable: boolean;
  },
): Door =>
  doorOf({
    door: `GET /${sep}/transactions`,
    closed: true,
    readsQuery: true,
    query: (place) => [
      asset(place),
      accountOf(place, sep),
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
      one("kind", fc.constantFrom(...kinds.valid), {
        wrong: fc.constantFrom("Deposit", "all", "__proto__", "deposit;withdrawal", ...kinds.wrong),
        repeatable: kinds.repeatable,
      }),
      one("paging_id", fc.constantFrom(...ownOf(place, sep)), {
        wrong: idsOf(ownOf(place, sep), place.foreign.transfers).wrong,
      }),
    ],
  });

/** One transfer, by any of its ids. */
export const transactionDoor = (sep: Sep): Door => (place) =>
  fc.oneof(transactionById(sep)(place), transactionByOthers(sep)(place));

const transactionById = (sep: Sep): Door =>
  doorOf({
    door: `GET /${sep}/transaction`,
    closed: true,
    readsQuery: true,
    query: (place) => [
      one("id", fc.constantFrom(...ownOf(place, sep)), {
        needed: true,
        wrong: idsOf(ownOf(place, sep), place.foreign.transfers).wrong,
      }),
    ],
  });

const transactionByOthers = (sep: Sep): Door => (place) => {
  const ids = idsOf(place.own.transfers, [...place.foreign.transfers, ...place.foreign.secrets]);
  return doorOf({
    door: `GET /${sep}/transaction`,
    closed: true,
    readsQuery: true,
    query: () => [
      one("stellar_transaction_id", ids.wrong, { needed: true, wrong: ids.wrong }),
      one("external_transaction_id", ids.wrong, { needed: true, wrong: ids.wrong }),
    ],
  })(place).map((shot) => ({ ...shot, fine: false, wrong: shot.wrong ?? "an id that is not the caller's" }));
};

/** What an amount would cost. */
export const feeDoor = (sep: Sep): Door =>
  doorOf({
    door: `GET /${sep}/fee`,
    closed: true,
    readsQuery: true,
    query: (place) => [
      one("operation", fc.constantFrom("deposit", "withdraw"), {
        needed: true,
        wrong: fc.constantFrom("withdrawal", "DEPOSIT", "__proto__", "deposit,withdraw", "\u0000"),
      }),
      asset(place),
      one("type", fc.constant("bank_account"), {
        wrong: fc.constantFrom("cash", "__proto__", "constructor"),
      }),
      {
        ...amount,
        needed: true,
      },
    ],
  });
