import assert from "node:assert/strict";
import { createWaitingValues } from "../../../core/interactive/waiting-values.ts";
import { createVault } from "../../../core/records/vault.ts";
import { upstashSessions } from "../../../core/sessions/upstash.ts";
import { withGateway } from "../../support/gateway.ts";
import { freePort } from "../../support/ports.ts";
import { encoded, KINDS, roomOver, visit } from "./room.ts";

const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

Deno.test("R-24-48 R-24-50 texts of SEP-9 wait under their names, whatever the encoding; documents come last and are left", () =>
  withGateway({}, async (gateway) => {
    const room = roomOver(gateway);
    const ada = await visit(room);
    const { values } = gateway.running.gateway.pages;
    const texts = {
      first_name: "Ada",
      family_name: "Lovelace",
      occupation: "110",
      "organization.name": "Engine Ltd",
      "card.number": "4111111111111111",
      photo_id_back: "not a picture",
      favourite_colour: "green",
    };
    const expected = {
      first_name: "Ada",
      last_name: "Lovelace",
      occupation: "110",
      "organization.name": "Engine Ltd",
    };
    const picture = new File([PNG], "id.png", { type: "image/png" });
    const good = { asset_code: gateway.code, ...texts };
    const { photo_id_back: _, ...before } = good;
    for (const kind of KINDS) {
      const bodies = [
        encoded.json({ ...good, occupation: 110 }),
        encoded.form(good),
        encoded.multipart({ ...before, photo_id_front: picture, photo_id_back: picture }),
      ];
      for (const body of bodies) {
        const { status, body: { id = "" } } = await ada.post(kind, body);
        assert.equal(status, 200);
        assert.deepEqual(await values.waiting(id), expected);
      }
    }
    assert.deepEqual(await values.waiting(await ada.opened("deposit")), {});
    const twice = await ada.open("deposit", { last_name: "Lovelace", family_name: "Byron" });
    assert.deepEqual([twice.status, twice.body.code], [400, "sep12.given_twice"]);
  }));

Deno.test("R-24-43 nothing that a wallet says of its user, and no token, stands in a link, an answer or a log", () =>
  withGateway({}, async (gateway) => {
    const room = roomOver(gateway);
    const ada = await visit(room);
    const said = {
      first_name: "Quotedname",
      email_address: "quoted@example.com",
      bank_account_number: "quoted-account",
      wallet_name: "quoted-wallet",
      memo: "quoted memo",
      memo_type: "text",
    };
    const { status, body } = await ada.open("deposit", said);
    assert.equal(status, 200);
    assert.doesNotMatch(JSON.stringify(body), /quoted/i);
    assert.equal((await ada.open("deposit", { ...said, amount: "quoted-amount" })).status, 400);
    assert.equal((await ada.open("withdraw", { ...said, first_name: {} })).status, 400);
    assert.equal((await ada.get("/transaction", { id: "quoted-id" })).status, 404);
    const log = [...room.lines, ...gateway.lines].join("");
    assert.ok(
      room.lines.filter((line) => line.includes("/sep24/transactions/deposit/interactive")).length >= 2,
    );
    const link = new URL(body.url ?? "").searchParams.get("token") ?? "";
    assert.ok(link.length > 20);
    for (
      const secret of [/quoted/i, /\?/, new RegExp(ada.token), new RegExp(link), new RegExp(ada.account)]
    ) {
      assert.doesNotMatch(log, secret);
    }
  }));

Deno.test("R-24-48 where sessions do not answer, what was said of the user is given up and the request served", () =>
  withGateway({}, async (gateway) => {
    const { dataKeys, indexKeys } = gateway.environment;
    const away = createWaitingValues({
      sessions: upstashSessions({ url: `http://127.0.0.1:${freePort()}`, token: "none", timeoutMs: 200 }),
      vault: createVault({ dataKeys, indexKeys }),
    });
    const room = roomOver(gateway, { keepValues: away.keep });
    const ada = await visit(room);
    const id = await ada.opened("deposit", { first_name: "Ada" });
    assert.equal((await ada.transaction(id)).status, "incomplete");
    assert.equal((await room.rows("transfers")).length, 1);
    await assert.rejects(away.keep(id, { first_name: "Ada" }), { code: "sessions.unreachable" });
  }));
