import { equal, throws } from "node:assert/strict";
import { mayReach, ownerOf } from "../../../core/customers/owner.ts";
import { Refusal } from "../../../core/refusal.ts";
import { ACCOUNT, holder, MUXED, MUXED_ID, OTHER } from "./people.ts";

const code = (wanted: string) => (error: unknown) => error instanceof Refusal && error.code === wanted;
const muxed = { sub: MUXED, account: ACCOUNT, memo: null, muxedId: MUXED_ID };
const memoed = { sub: `${ACCOUNT}:7`, account: ACCOUNT, memo: "7", muxedId: null };
const contract = { sub: `C${"A".repeat(55)}`, account: `C${"A".repeat(55)}`, memo: null, muxedId: null };

Deno.test("R-12-6 without parameters the whole subject is the owner", () => {
  for (const who of [holder(), muxed, memoed]) equal(ownerOf(who, {}), who.sub);
});

Deno.test("R-12-10 R-12-13 a plain account's memo is the subject that its user would log in with", () => {
  equal(ownerOf(holder(), { memo: "7" }), memoed.sub);
  equal(ownerOf(holder(), { memo: "7", memoType: "id" }), memoed.sub);
  equal(ownerOf(holder(), { memo: "18446744073709551615" }), `${ACCOUNT}:18446744073709551615`);
  equal(ownerOf(holder(), { memo: "18446744073709551616" }), `${ACCOUNT}:text:18446744073709551616`);
  equal(ownerOf(holder(), { memo: "007" }), memoed.sub);
  equal(ownerOf(holder(), { memo: "7", memoType: "text" }), `${ACCOUNT}:text:7`);
  for (
    const bad of [{ memo: "x", memoType: "id" }, { memo: "7", memoType: "return" }, { memo: "x".repeat(65) }]
  ) {
    throws(() => ownerOf(holder(), bad), code("sep12.memo_invalid"));
  }
});

Deno.test("R-12-12 a contract account has no memo", () => {
  throws(() => ownerOf(contract, { memo: "7" }), code("sep12.memo_not_allowed"));
  equal(ownerOf(contract, {}), contract.sub);
});

Deno.test("R-12-7 R-12-8 R-12-9 what disagrees with the token is refused", () => {
  throws(() => ownerOf(holder(), { account: OTHER }), code("sep12.account_mismatch"));
  throws(() => ownerOf(memoed, { memo: "8" }), code("sep12.memo_mismatch"));
  throws(() => ownerOf(muxed, { memo: "7" }), code("sep12.memo_mismatch"));
  equal(ownerOf(muxed, { account: ACCOUNT, memo: MUXED_ID }), MUXED);
  equal(ownerOf(memoed, { account: ACCOUNT, memo: "7", memoType: "hash" }), memoed.sub);
});

Deno.test("R-12-16 R-12-17 only a plain account reaches further than itself, and only below itself", () => {
  equal(mayReach(holder(), `${ACCOUNT}:7`), true);
  equal(mayReach(holder(), `${ACCOUNT}:text:x`), true);
  equal(mayReach(holder(), MUXED), false);
  equal(mayReach(holder(), `${OTHER}:7`), false);
  equal(mayReach(memoed, ACCOUNT), false);
  equal(mayReach(memoed, `${ACCOUNT}:77`), false);
  equal(mayReach(muxed, ACCOUNT), false);
});
