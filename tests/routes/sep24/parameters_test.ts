import assert from "node:assert/strict";
import { Account, Keypair, MuxedAccount } from "@stellar/stellar-sdk";
import { depositFields } from "../../../routes/sep24/body.ts";
import { KINDS, rowOf, staged, visit, type Visitor } from "./room.ts";

Deno.test(
  "R-24-34 R-24-35 R-24-36 the account is the request's, else the token's, and one that is none is refused",
  staged(async (ada, room) => {
    const other = Keypair.random().publicKey();
    const muxed = new MuxedAccount(new Account(other, "0"), "7").accountId();
    const to = async (fields: object) => {
      const shown = await ada.transaction(await ada.opened("deposit", fields));
      return shown.to;
    };
    assert.deepEqual(
      [await to({}), await to({ account: other }), await to({ account: muxed })],
      [ada.account, other, muxed],
    );
    const from = async (fields: object) => {
      const shown = await ada.transaction(await ada.opened("withdraw", fields));
      return shown.from;
    };
    assert.deepEqual(
      [await from({}), await from({ account: other }), await from({ account: muxed })],
      [ada.account, other, muxed],
    );
    const before = (await room.rows("transfers")).length;
    const secret = ada.ada.wallet.key.secret();
    const contract = "CA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJUWDA";
    for (const account of ["GABC", `${other}A`, other.toLowerCase(), secret, contract, ` ${other}`]) {
      for (const kind of KINDS) {
        const { status, body } = await ada.open(kind, { account });
        assert.deepEqual([status, typeof body.error], [400, "string"], account);
        assert.ok(!JSON.stringify(body).includes(secret), "a seed is never repeated");
      }
    }
    assert.equal((await room.rows("transfers")).length, before);
  }),
);

Deno.test(
  "R-24-35 R-24-12 a user below an account is paid where the token says: a muxed address itself, a memo's account",
  staged(async (ada, room) => {
    const secret = ada.ada.wallet.key.secret();
    const [ofMemo, ofMuxed] = [
      await visit(room, { secret, memoId: "9" }),
      await visit(room, { secret, muxedId: "9" }),
    ];
    const to = async (user: Visitor) => (await user.transaction(await user.opened("deposit"))).to;
    const muxed = new MuxedAccount(new Account(ada.account, "0"), "9").accountId();
    assert.deepEqual([await to(ofMemo), await to(ofMuxed)], [ada.account, muxed]);
    const memo = { memo_type: "id", memo: "3" };
    const { status, body } = await ofMuxed.open("deposit", memo);
    assert.deepEqual([status, body.code], [400, "transfer.memo_with_muxed"]);
    await ofMuxed.opened("deposit", { ...memo, account: ada.account });
  }),
);

Deno.test(
  "R-24-38 R-24-39 the amount may be left out, and is a number or a text",
  staged(async (ada) => {
    for (const kind of KINDS) {
      const amountOf = async (fields: object) =>
        (await ada.transaction(await ada.opened(kind, fields))).amount_in;
      assert.deepEqual(
        [await amountOf({}), await amountOf({ amount: null }), await amountOf({ amount: "" })],
        [null, null, null],
      );
      assert.deepEqual(
        [
          await amountOf({ amount: 12.5 }),
          await amountOf({ amount: "12.5" }),
          await amountOf({ amount: 9999 }),
        ],
        ["12.5", "12.5", "9999"],
      );
    }
    assert.equal(
      (await ada.transaction(await ada.opened("withdraw", { amount: 12.1234567 }))).amount_in,
      "12.1234567",
    );
  }),
);

Deno.test(
  "R-24-32 R-24-33 R-24-30 the asset is the one of stellar.toml, whether its issuer is named or not",
  staged(async (ada, room, gateway) => {
    const [fiat] = gateway.running.anchor.assets.map(({ currency }) => `iso4217:${currency}`);
    const sides = { deposit: "source_asset", withdraw: "destination_asset" };
    for (const kind of KINDS) {
      const named = { asset_issuer: gateway.issuer, [sides[kind]]: fiat };
      for (const fields of [{}, named]) {
        const shown = await ada.transaction(await ada.opened(kind, fields));
        const onChain = kind === "deposit" ? shown.amount_out_asset : shown.amount_in_asset;
        assert.equal(onChain, `stellar:${gateway.code}:${gateway.issuer}`);
      }
    }
    const before = (await room.rows("transfers")).length;
    const toml = await (await gateway.ask("/.well-known/stellar.toml")).text();
    assert.match(toml, new RegExp(`issuer\\s*=\\s*"${gateway.issuer}"`));
    const refused: readonly [Readonly<Record<string, string>>, string | null][] = [
      [{ asset_issuer: ada.account }, "asset_issuer"],
      [{ asset_issuer: "native" }, "asset_issuer"],
      [{ asset_code: "NONE" }, null],
      [{ asset_code: gateway.code.toLowerCase() }, null],
      [{ asset_code: "native" }, null],
    ];
    for (const kind of KINDS) {
      for (const [fields, field] of [...refused, [{ [sides[kind]]: "iso4217:XXX" }, sides[kind]]] as const) {
        const { status, body } = await ada.open(kind, fields);
        assert.equal(status, 400, JSON.stringify(fields));
        assert.ok(
          field === null ? body.code === "transfer.unknown_asset" : body.fields?.[field],
          JSON.stringify(body),
        );
      }
    }
    assert.equal((await room.rows("transfers")).length, before);
  }),
);

Deno.test(
  "R-24-111 R-24-113 refund memos come in pairs, and the old memo of a withdrawal says nothing",
  staged(async (ada, room) => {
    const bad = [{ refund_memo: "1" }, { refund_memo_type: "id" }, {
      refund_memo_type: "id",
      refund_memo: "x",
    }];
    for (const fields of bad) {
      assert.equal((await ada.open("withdraw", fields)).status, 400, JSON.stringify(fields));
    }
    assert.deepEqual(await room.rows("transfers"), []);
    const old = await rowOf(room, await ada.opened("withdraw", { memo: "7", memo_type: "id" }));
    assert.deepEqual([old["owner"], old["memo"], old["refund_memo"]], [ada.account, null, null]);
    for (const refund_memo of ["7", 7]) {
      const row = await rowOf(room, await ada.opened("withdraw", { refund_memo_type: "id", refund_memo }));
      assert.deepEqual([row["refund_memo_type"], row["refund_memo"]], ["id", "7"]);
    }
  }),
);

Deno.test("R-24-39 R-24-37 a JSON number counts as far as it is sure to be what was written", () => {
  const amountOf = (written: string) => {
    const { data } = depositFields.safeParse(JSON.parse(`{"asset_code":"USDX","amount":${written}}`));
    return data?.amount;
  };
  assert.equal(amountOf("12345678.1234567"), 123456781234567n);
  assert.equal(amountOf('"922337203685.4775807"'), 9223372036854775807n);
  // More digits than a binary number is sure of: another amount would be read as the same.
  assert.equal(amountOf("1234567890.1234567"), undefined);
  assert.equal(amountOf("922337203685.4775807"), undefined);
});
