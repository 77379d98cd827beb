import assert from "node:assert/strict";
import { Account, Keypair, MuxedAccount } from "@stellar/stellar-sdk";
import { type TestGateway, withGateway } from "../../support/gateway.ts";
import { sep24InfoShape } from "../../support/sep24-shapes.ts";
import { type Answer, encoded, type Kind, KINDS, roomOver, staged, visit, type Visitor } from "./room.ts";

/** A test's body with a user, after which nothing may be there and nothing may have been logged as our fault. */
const leavingNothing = (work: (ada: Visitor, gateway: TestGateway) => Promise<void>) =>
  staged(async (ada, room, gateway) => {
    await work(ada, gateway);
    assert.deepEqual(await room.rows("transfers"), []);
    assert.deepEqual(room.faults, []);
  });

function refused({ status, body }: Answer, why: string): void {
  assert.ok(status >= 400 && status < 500, `${status} ${why}`);
  assert.ok(body.error, why);
}

Deno.test(
  "R-24-29 R-24-37 R-24-31 what cannot be served is refused with 400 and says which field",
  leavingNothing(async (ada, { issuer, code }) => {
    const amounts = [
      "0",
      "-5",
      "1e3",
      "1,000",
      "NaN",
      "0.00000001",
      "100.12345678",
      "0.99",
      "10000.01",
      0,
      -5,
    ]
      .concat([
        100.12345678,
        1e21,
        1e-9,
        0.99,
        10000.01,
        Number("123456789.12345678"),
        Number("9007199254740993"),
      ]);
    for (const kind of KINDS) {
      for (const amount of amounts) {
        const { status, body } = await ada.open(kind, { amount });
        assert.equal(status, 400, String(amount));
        assert.match(body.code ?? "", /^transfer\.amount_/, String(amount));
      }
      for (const asset_code of [undefined, null, ""]) {
        const { status, body } = await ada.post(kind, encoded.json({ asset_code, amount: "10" }));
        assert.deepEqual([status, Object.keys(body.fields ?? {})], [400, ["asset_code"]]);
      }
      const lumens = await ada.open(kind, { asset_code: "native", asset_issuer: issuer });
      assert.deepEqual([lumens.status, Object.keys(lumens.body.fields ?? {})], [400, ["asset_issuer"]]);
      const empty = await ada.post(kind, {});
      assert.deepEqual([empty.status, empty.body.code], [400, "request.field.missing"], code);
    }
  }),
);

Deno.test(
  "R-24-59 R-24-55 no quote is ours, whatever it is called",
  leavingNothing(async (ada) => {
    for (const kind of KINDS) {
      for (const quote_id of ["de762cda-a193-4961-861e-57b31fed6eb3", "1", 1, {}]) {
        const { status, body } = await ada.open(kind, { quote_id, amount: "10" });
        assert.deepEqual([status, Object.keys(body.fields ?? {})], [400, ["quote_id"]]);
      }
    }
  }),
);

Deno.test(
  "R-24-55 a memo that is none, lacks its type, or stands beside a muxed account is refused",
  leavingNothing(async (ada) => {
    const account = new MuxedAccount(new Account(Keypair.random().publicKey(), "0"), "7").accountId();
    const bad = [
      { memo: "1" },
      { memo_type: "id" },
      { memo_type: "id", memo: "18446744073709551616" },
      { memo_type: "id", memo: -1 },
      { memo_type: "id", memo: Number("9007199254740993") },
      { memo_type: "text", memo: "é".repeat(15) },
      { memo_type: "hash", memo: "short" },
      { memo_type: "return", memo: "1" },
      { memo_type: "id", memo: "7", account },
    ];
    for (const fields of bad) refused(await ada.open("deposit", fields), JSON.stringify(fields));
  }),
);

/** A value of every wrong type, and texts that nobody means. */
const HOSTILE: readonly unknown[] = [
  7,
  1.5,
  true,
  [],
  ["a"],
  {},
  { a: 1 },
  "\0",
  "a\0b",
  "\ud800",
  "%00",
  "x".repeat(9000),
];

const FIELDS: Readonly<Record<Kind, readonly string[]>> = {
  deposit: ["source_asset", "memo_type", "claimable_balance_supported"],
  withdraw: ["destination_asset", "refund_memo_type"],
};

/** Names whose every text is one that could be meant, so that only other types and what cannot be kept are refused. */
const FREE: readonly string[] = ["lang", "first_name", "bank_account_number", "organization.name"];

Deno.test(
  "R-24-55 R-24-7 a field of another type, or of text that cannot be, is refused with an error",
  leavingNothing(async (ada) => {
    for (const kind of KINDS) {
      const fields = ["asset_code", "asset_issuer", "account", "customer_id", "quote_id", ...FIELDS[kind]];
      for (const field of fields) {
        for (const value of HOSTILE) {
          if (field === "claimable_balance_supported" && value === true) continue;
          refused(await ada.open(kind, { [field]: value }), `${field} ${JSON.stringify(value).slice(0, 40)}`);
        }
      }
      // Numbers are amounts, and need not be too small or too large.
      for (const amount of HOSTILE.slice(2)) {
        refused(await ada.open(kind, { amount }), JSON.stringify(amount));
      }
      for (const field of FREE) {
        for (const value of [true, [], {}, 1.5]) refused(await ada.open(kind, { [field]: value }), field);
        if (field === "lang") continue;
        for (const value of ["\0", "\ud800"]) refused(await ada.open(kind, { [field]: value }), field);
      }
      const pair = kind === "deposit" ? "memo" : "refund_memo";
      for (const value of [1.5, true, [], {}, "a\0b", "\ud800", "x".repeat(29)]) {
        refused(await ada.open(kind, { [`${pair}_type`]: "text", [pair]: value }), JSON.stringify(value));
      }
    }
  }),
);

Deno.test(
  "R-24-55 R-24-7 a body that is broken, doubled, too large or of another kind is refused with an error",
  leavingNothing(async (ada, { code }) => {
    const good = `{"asset_code":"${code}"`;
    const json = (body: BodyInit) => ({ headers: { "content-type": "application/json" }, body });
    const form = (body: BodyInit) => ({
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body,
    });
    const part = (name: string, value: string, more = "") =>
      `--B\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`;
    const multipart = (body: string, type = "multipart/form-data; boundary=B") => ({
      headers: { "content-type": type },
      body,
    });
    const asset = part("asset_code", code);
    const bodies: readonly [number, RequestInit][] = [
      [400, json(good)],
      [400, json(`[${good}}]`)],
      [400, json("null")],
      [400, json(`${good},"asset_code":"${code}"}`)],
      [400, json(`${good},"amount":"10","amount":"20"}`)],
      [400, json(new Uint8Array([0x7b, 0xff, 0x7d]))],
      [413, json(`${good},"wallet_name":"${"x".repeat(200_000)}"}`)],
      [413, form(`asset_code=${code}&wallet_name=${"x".repeat(200_000)}`)],
      [400, form(`asset_code=${code}&asset_code=${code}`)],
      [400, form(`asset_code=${code}&amount=%ff`)],
      [400, multipart(asset)],
      [400, multipart(`${asset}--B-`)],
      [400, multipart(`${asset}--B--`, "multipart/form-data")],
      [400, multipart(`${asset}${asset}--B--`)],
      [400, multipart(`${part("asset_code", "x".repeat(200_000))}--B--`)],
      [400, multipart(`${asset}${part("amount", "10", '; filename="a.txt"')}--B--`)],
      [400, multipart(`${asset}${part("first_name", "a\0b")}--B--`)],
      [415, { headers: { "content-type": "text/plain" }, body: `${good}}` }],
      [415, {
        headers: { "content-type": "application/json", "content-encoding": "gzip" },
        body: `${good}}`,
      }],
    ];
    for (const kind of KINDS) {
      for (const [at, [status, init]] of bodies.entries()) {
        const answer = await ada.post(kind, init);
        refused(answer, `body ${at}`);
        assert.equal(answer.status, status, `body ${at}: ${answer.body.code}`);
      }
    }
  }),
);

Deno.test("R-24-88 with account_creation off, a deposit to an account that is not there is refused", () =>
  withGateway({
    config: (config) => ({
      ...config,
      assets: config.assets.map((asset) => ({ ...asset, destination: { claimableBalances: true } })),
    }),
  }, async (gateway) => {
    const room = roomOver(gateway);
    const ada = await visit(room);
    const { status, body } = await ada.open("deposit");
    assert.deepEqual([status, body.code], [400, "transfer.destination_missing"]);
    assert.deepEqual(await room.rows("transfers"), []);
    // A claimable balance needs no account.
    for (const claimable_balance_supported of [true, "true"]) {
      await ada.opened("deposit", { claimable_balance_supported });
    }
    assert.equal((await ada.open("deposit", { claimable_balance_supported: false })).status, 400);
  }));

Deno.test("R-24-30 R-24-15 an asset that goes one way only is listed as disabled the other way, and refused there", () =>
  withGateway({
    config: (config) => ({ ...config, services: config.services.filter(({ kind }) => kind === "deposit") }),
  }, async (gateway) => {
    const room = roomOver(gateway);
    const ada = await visit(room);
    const { deposit, withdraw } = sep24InfoShape.parse((await ada.get("/info")).body);
    assert.deepEqual([deposit[gateway.code]?.enabled, withdraw], [true, {
      [gateway.code]: { enabled: false },
    }]);
    const { status, body } = await ada.open("withdraw");
    assert.deepEqual([status, body.code, typeof body.error], [400, "transfer.unknown_asset", "string"]);
    assert.deepEqual(await room.rows("transfers"), []);
    await ada.opened("deposit");
  }));
