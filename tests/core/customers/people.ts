/** Who the tests are about, and what they give. */
import { Account, MuxedAccount } from "@stellar/stellar-sdk";
import type { Holder } from "../../../core/customers/mod.ts";

/** Account of the tests; any well-formed address does, since only SEP-10 looks at signatures. */
export const ACCOUNT = "GBRPYHIL2CI3FNQ4BXLFMNDLFJUNPU2HY3ZMFSHONUCEOASW7QC7OX2H";
export const OTHER = "GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ";
/** The first account, muxed with {@link MUXED_ID}. */
export const MUXED_ID = "9223372036854775808";
export const MUXED = new MuxedAccount(new Account(ACCOUNT, "0"), MUXED_ID).accountId();

/** A holder of a token for this subject. */
export function holder(account = ACCOUNT, memo: string | null = null): Holder {
  return { sub: memo === null ? account : `${account}:${memo}`, account, memo, muxedId: null };
}

/** What the light tier asks. */
export const BASIC = { first_name: "Ada", last_name: "Lovelace", email_address: "ada@example.com" };

/** What the heavy tier asks besides, without a photo and the kind of document. */
export const FULL = {
  birth_date: "1990-12-31",
  address: "12 St James's Square",
  city: "London",
  postal_code: "SW1Y",
  address_country_code: "GBR",
};

/** A photo that is one: PNG, 1 × 1. */
export const PNG = Uint8Array.fromBase64(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
);
