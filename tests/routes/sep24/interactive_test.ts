import assert from "node:assert/strict";
import { newSessionId } from "../../../core/interactive/page-session.ts";
import { encoded, KINDS, rowOf, staged, visit } from "./room.ts";

Deno.test(
  "R-24-25 R-24-26 R-24-27 the body comes in any of three encodings and means the same",
  staged(async (ada, room, { code }) => {
    const fields = {
      asset_code: code,
      amount: "12.5",
      memo_type: "text",
      memo: "order 7",
      claimable_balance_supported: "false",
    };
    const shown = [];
    for (const body of [encoded.multipart(fields), encoded.form(fields), encoded.json(fields)]) {
      for (const kind of KINDS) {
        const { status, body: answer } = await ada.post(kind, body);
        assert.equal(status, 200, JSON.stringify(answer));
        const { id: _, more_info_url, started_at, updated_at, user_action_required_by, ...rest } = await ada
          .transaction(answer.id ?? "");
        assert.ok(more_info_url && started_at && updated_at && user_action_required_by);
        shown.push(rest);
      }
    }
    const [deposit, withdrawal] = shown;
    assert.deepEqual(shown, [deposit, withdrawal, deposit, withdrawal, deposit, withdrawal]);
    assert.deepEqual(
      [deposit?.kind, deposit?.amount_in, withdrawal?.kind, withdrawal?.amount_in],
      ["deposit", "12.5", "withdrawal", "12.5"],
    );
    assert.ok(deposit?.kind === "deposit");
    assert.deepEqual([deposit.deposit_memo_type, deposit.deposit_memo], ["text", "order 7"]);
    const claimable = (await room.rows("transfers")).map((row) => row["claimable"]);
    assert.deepEqual(claimable, [0n, 0n, 0n, 0n, 0n, 0n], "the text false is not true");
  }),
);

Deno.test(
  "R-24-28 R-24-40 R-24-49 a request of an asset alone is answered with a link and an id that is there at once",
  staged(async (ada) => {
    for (const kind of KINDS) {
      const { status, body, headers } = await ada.open(kind);
      assert.equal(status, 200);
      assert.deepEqual(Object.keys(body).toSorted(), ["id", "type", "url"]);
      assert.equal(body.type, "interactive_customer_info_needed");
      assert.equal(headers.get("cache-control"), "no-store");
      const { status: at, kind: shown } = await ada.transaction(body.id ?? "");
      assert.deepEqual([at, shown], ["incomplete", kind === "deposit" ? "deposit" : "withdrawal"]);
    }
  }),
);

Deno.test(
  "R-24-42 R-24-44 R-24-46 the link names its transaction, takes the wallet's parameters, and is no bearer token",
  staged(async (ada, room, gateway) => {
    const { body } = await ada.open("deposit");
    const [id, link] = [body.id ?? "", new URL(body.url ?? "")];
    assert.equal(link.origin, new URL(gateway.publicUrl).origin);
    assert.ok(link.pathname.split("/").includes(id));
    const appended = new URL(
      `${link}&callback=postMessage&on_change_callback=${encodeURIComponent("https://w.example/?a=b")}`,
    );
    const token = appended.searchParams.get("token") ?? "";
    assert.equal(token, link.searchParams.get("token"));
    assert.equal((await room.send(token, `/transaction?id=${id}`)).status, 403);
    const { sessions } = gateway.running.gateway.pages;
    const opening = { transferId: id, sessionId: newSessionId() };
    assert.equal((await sessions.open({ ...opening, token: ada.token })).kind, "invalid");
    assert.equal((await sessions.open({ ...opening, token })).kind, "opened");
  }),
);

Deno.test(
  "R-24-52 R-24-53 lang of the body is the language of errors and of the transfer, English when nobody speaks it",
  staged(async (ada, room) => {
    const said = async (fields: object) => {
      const { status, headers, body } = await ada.open("deposit", { amount: "-1", ...fields });
      assert.equal(status, 400);
      return [headers.get("content-language"), body.error];
    };
    const english = await said({});
    assert.equal(english[0], "en");
    for (const lang of ["en", "en-US", "tlh", "no language at all"]) {
      assert.deepEqual(await said({ lang }), english);
    }
    const portuguese = await said({ lang: "pt-BR" });
    assert.equal(portuguese[0], "pt-BR");
    assert.notEqual(portuguese[1], english[1]);
    const row = await rowOf(room, await ada.opened("withdraw", { lang: "es-MX" }));
    assert.equal(row["language"], "es");
    for (const lang of [undefined, "tlh"]) {
      const asking = await rowOf(room, await ada.opened("withdraw", { lang }));
      assert.equal(asking["language"], "und", "nobody has said one: the pages ask");
    }
  }),
);

Deno.test(
  "R-24-54 R-24-55 customer_id names a customer of the caller, and a stranger's leaves no record",
  staged(async (ada, room) => {
    const bob = await visit(room);
    const [own, foreign] = [
      await ada.ada.wallet.give(ada.ada.person),
      await bob.ada.wallet.give(bob.ada.person),
    ];
    for (const kind of KINDS) {
      const row = await rowOf(room, await ada.opened(kind, { customer_id: own }));
      assert.equal(row["customer_id"], own);
    }
    const before = (await room.rows("transfers")).length;
    const answers = [];
    for (const customer_id of [foreign, "nobody-knows"]) {
      answers.push(await ada.open("deposit", { customer_id }));
    }
    assert.deepEqual(answers.map(({ status, body }) => [status, body.code]), [
      [400, "transfer.customer_unknown"],
      [400, "transfer.customer_unknown"],
    ]);
    assert.equal((await room.rows("transfers")).length, before);
  }),
);

Deno.test(
  "R-24-136 R-24-137 ids are each given once and tell nothing of the next",
  staged(async (ada) => {
    const ids = await Promise.all(
      Array.from({ length: 30 }, (_, at) => ada.opened(at % 2 ? "deposit" : "withdraw")),
    );
    assert.equal(new Set(ids).size, ids.length);
    assert.equal(new Set(ids.map((id) => id.slice(0, 4))).size, ids.length);
  }),
);
