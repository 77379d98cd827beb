import assert from "node:assert/strict";
import type { FeeRule } from "../../../core/config/anchor.ts";
import { type ChangeConfig, withGateway } from "../../support/gateway.ts";
import { sep24InfoShape } from "../../support/sep24-shapes.ts";
import { type Room, roomOver, visit } from "./room.ts";

const withFee = (fee: FeeRule): ChangeConfig => (config) => ({
  ...config,
  services: config.services.map((service) => ({ ...service, fee })),
});

const infoOf = async (room: Room) => sep24InfoShape.parse((await room.send(null, "/info")).body);

Deno.test("R-24-15 R-24-17 R-24-24 /info lists each asset both ways, with limits and fees as numbers and nothing else", () =>
  withGateway({}, async (gateway) => {
    const room = roomOver(gateway);
    const { deposit, withdraw, fee } = await infoOf(room);
    for (const side of [deposit, withdraw]) {
      assert.deepEqual(Object.keys(side), [gateway.code]);
      const { enabled, min_amount, max_amount } = side[gateway.code] ?? {};
      assert.deepEqual([enabled, min_amount, max_amount], [true, 1, 10000]);
    }
    assert.equal(fee.enabled, false);
  }));

Deno.test("R-24-19 R-24-40 a draft's fee is what the fields of /info come to", () =>
  withGateway({ config: withFee({ percent: "1.5", fixed: "0.25", minimum: "0.9" }) }, async (gateway) => {
    const room = roomOver(gateway);
    const offered = (await infoOf(room)).deposit[gateway.code];
    assert.deepEqual([offered?.fee_fixed, offered?.fee_percent, offered?.fee_minimum], [0.25, 1.5, 0.9]);
    const ada = await visit(room);
    for (const [amount, fee, out] of [["200", "3.25", "196.75"], ["10", "0.9", "9.1"]] as const) {
      const shown = await ada.transaction(await ada.opened("deposit", { amount }));
      assert.equal(shown.status, "incomplete");
      assert.deepEqual([shown.amount_in, shown.fee_details?.total, shown.amount_out], [amount, fee, out]);
    }
  }));

Deno.test("R-24-157 R-24-159 R-24-20 /fee tells a fee that has a most, as /info announces, and refuses with an error", () =>
  withGateway({ config: withFee({ percent: "1", maximum: "30" }) }, async (gateway) => {
    const room = roomOver(gateway);
    const { fee, deposit } = await infoOf(room);
    assert.deepEqual(fee, { enabled: true, authentication_required: true });
    assert.deepEqual(Object.keys(deposit[gateway.code] ?? {}).filter((name) => name.startsWith("fee")), []);
    const ada = await visit(room);
    const good = { operation: "deposit", asset_code: gateway.code, amount: "450" };
    const asked = async (more: Readonly<Record<string, string>>) => {
      const { status, body } = await ada.get("/fee", { ...good, ...more });
      assert.deepEqual([status, Object.keys(body)], [200, ["fee"]]);
      return body["fee"];
    };
    assert.deepEqual([await asked({}), await asked({ operation: "withdraw", amount: "9000" })], [4.5, 30]);
    assert.equal(await asked({ type: "bank_account" }), 4.5);
    const refused = [
      { asset_code: "NONE" },
      { operation: "lend" },
      { operation: "" },
      { type: "carrier_pigeon" },
      { amount: "" },
      { amount: "1e3" },
      { amount: "20000" },
    ];
    for (const more of refused) {
      const { status, body } = await ada.get("/fee", { ...good, ...more });
      assert.deepEqual([status, typeof body.error], [400, "string"], JSON.stringify(more));
    }
    const closed = await room.wallet(null).get("/fee", good);
    assert.deepEqual([closed.status, closed.body], [403, { type: "authentication_required" }]);
  }));

Deno.test("R-24-158 where the fields of /info say the fee, /fee is an address like any unknown one", () =>
  withGateway({ config: withFee({ percent: "1", minimum: "0.9" }) }, async (gateway) => {
    const room = roomOver(gateway);
    assert.equal((await infoOf(room)).fee.enabled, false);
    const ada = await visit(room);
    const { status, body } = await ada.get("/fee", {
      operation: "deposit",
      asset_code: gateway.code,
      amount: "10",
    });
    assert.deepEqual([status, body.code], [404, "not_found"]);
  }));
