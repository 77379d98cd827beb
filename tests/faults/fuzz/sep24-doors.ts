/**
 * Requests for the API of SEP-24.
 * @module
 */
import fc from "fast-check";
import { bodyOf, type Sent } from "./bodies.ts";
import { type Door, doorOf } from "./doors.ts";
import { asMultipart } from "./multipart.ts";
import { drawParams, one, type Pairs, type Part } from "./params.ts";
import type { Place } from "./place.ts";
import {
  account,
  amount,
  asset,
  customer,
  feeDoor,
  memo,
  transactionDoor,
  transactionsDoor,
} from "./transfer-doors.ts";

const issuer = ({ ownAccounts, accounts }: Place) =>
  one("asset_issuer", fc.constant(ownAccounts.at(-1) ?? ""), {
    wrong: fc.constantFrom(...accounts, ownAccounts[0] ?? "", "native", "G", "__proto__", "\u0000"),
  });

/** There are no quotes yet, so each is somebody's mistake. */
const quote: Part = {
  needed: false,
  repeatable: false,
  valid: fc.constant<Pairs>([]),
  wrong: fc.constantFrom<Pairs>([["quote_id", "1"]], [["quote_id", "__proto__"]], [["quote_id", "null"]]),
};

const offChain = (name: string) =>
  one(name, fc.constant("iso4217:USD"), {
    wrong: fc.constantFrom("iso4217:EUR", "USD", "iso4217:usd", "stellar:USD:G", "__proto__", "\u0000"),
  });

/** What nobody reads; such as every encoding can carry. */
const ignored = (name: string) =>
  one(name, fc.constantFrom("Acme", "https://wallet.example/?a=b", "<b>", "__proto__", "x".repeat(5_000)));

/** What a wallet knows of its user; whether it is right is for the form to say. */
const given: readonly Part[] = ["first_name", "birth_date", "email_address", "organization.name"].map((
  name,
) =>
  one(name, fc.constantFrom("Ada", "1985-12-10", "no address", "<b>"), { wrong: fc.constant("a\u0000b") })
);

/** The parameters as a body, or with a document among them, which is taken and left out. */
function initiation(parts: readonly Part[]): fc.Arbitrary<Sent> {
  const drawn = drawParams(parts);
  const withFile = drawn.map(({ pairs, wrong, fine }): Sent => ({
    ...asMultipart(pairs, [{
      name: "photo_id_front",
      fileName: "id.png",
      type: "image/png",
      bytes: new TextEncoder().encode("a picture"),
    }]),
    wrong,
    fine,
    headers: [],
    chunked: false,
  }));
  const plain = bodyOf({ drawn, field: "asset_code", encodings: ["json", "form", "multipart"] });
  return fc.oneof({ weight: 12, arbitrary: plain }, { weight: 1, arbitrary: withFile });
}

const shared = (place: Place): readonly Part[] => [
  asset(place),
  issuer(place),
  amount,
  account(place, false),
  customer(place),
  quote,
  ignored("wallet_name"),
  ignored("wallet_url"),
  ...given,
];

const interactive = (door: string, more: readonly Part[]): Door =>
  doorOf({
    door,
    closed: true,
    readsQuery: true,
    speaksInBody: true,
    body: (place) => initiation([...shared(place), ...more]),
  });

/** By route. */
export const sep24Doors: Readonly<Record<string, Door>> = {
  "GET /sep24/info": doorOf({ door: "GET /sep24/info", closed: false }),
  "POST /sep24/transactions/deposit/interactive": interactive(
    "POST /sep24/transactions/deposit/interactive",
    [
      offChain("source_asset"),
      memo("memo_type", "memo"),
      one("claimable_balance_supported", fc.constantFrom("true", "false"), {
        wrong: fc.constantFrom("1", "yes", "TRUE", "null", "[]"),
      }),
    ],
  ),
  "POST /sep24/transactions/withdraw/interactive": interactive(
    "POST /sep24/transactions/withdraw/interactive",
    [offChain("destination_asset"), memo("refund_memo_type", "refund_memo"), ignored("memo")],
  ),
  "GET /sep24/transactions": transactionsDoor("sep24", {
    valid: ["deposit", "withdrawal"],
    wrong: ["deposit,withdrawal", "deposit-exchange", "withdraw"],
    repeatable: false,
  }),
  "GET /sep24/transaction": transactionDoor("sep24"),
  "GET /sep24/fee": feeDoor("sep24"),
};
