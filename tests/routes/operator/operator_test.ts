import assert from "node:assert/strict";
import { z } from "zod";
import { hashOfNote } from "../../../core/operators/settle-alarm.ts";
import { raiseAlarm, sealedNote } from "../../../core/records/alarms.ts";
import { type Chain, CHAINS, enter, type Entry, hashOf, lastEntries } from "../../../core/records/audit.ts";
import { checkChain } from "../../../core/records/audit-check.ts";
import { moveClock } from "../../../core/records/clock.ts";
import { repeatable } from "../../../core/records/database.ts";
import { createVault } from "../../../core/records/vault.ts";
import { arrive } from "../../support/customer.ts";
import { type TestGateway, withGateway } from "../../support/gateway.ts";
import {
  askAs,
  keyOf,
  type OperatorName,
  OPERATORS,
  operatorVariables,
  rowsIn,
} from "../../support/operators.ts";
import { NOBODY, ROUTES } from "./roles.ts";

const entryShape = z.object({
  chain: z.enum(CHAINS),
  sequence: z.number(),
  id: z.string(),
  actor: z.string(),
  action: z.string(),
  subject: z.string(),
  detail: z.string(),
  atMs: z.number(),
  previous: z.string(),
  hash: z.string(),
});

const RANK = ["viewer", "support", "approver", "admin"];

const operated = (test: (gateway: TestGateway) => Promise<void>, variables = {}) =>
  withGateway({ variables: { ...operatorVariables, ...variables } }, test);

/** Who did what to what, in the order of the chain. */
async function entered({ db }: Pick<TestGateway, "db">, chain: Chain = "actions") {
  const entries = await lastEntries(db, chain, 99);
  assert.equal((await checkChain(db, chain)).kind, "whole");
  return entries.reverse().map(({ actor, action, subject }) => `${actor} ${action} ${subject}`);
}

Deno.test("P18 M-27 without an operator's own key no route answers, and each role does what is its own and no more", () =>
  operated(async (gateway) => {
    const ada = await arrive(gateway);
    const [jwt = "", webhook] = [gateway.environment.jwtSecrets[0], gateway.environment.webhookSecret];
    let asked = 0;
    for (const [method, path, body, needed] of ROUTES) {
      const ask = (authorization?: string) =>
        gateway.ask(`/operator${path}`, {
          method,
          headers: {
            // A network of its own for each request, so that none is shut out.
            "x-forwarded-for": `198.18.${++asked >> 8}.${asked & 255}`,
            ...(authorization === undefined ? {} : { authorization }),
            ...(body === null ? {} : { "content-type": "application/json" }),
          },
          ...(body === null ? {} : { body: JSON.stringify(body) }),
        });
      const strangers = [
        undefined,
        keyOf("root"),
        `Basic ${keyOf("root")}`,
        `Bearer ${ada.token}`,
        `Bearer ${jwt}`,
        `Bearer ${webhook}`,
        `Bearer ${keyOf("root")}x`,
        `Bearer ${keyOf("root").slice(1)}`,
        "Bearer root",
      ];
      for (const stranger of strangers) {
        const response = await ask(stranger);
        const said = await response.json();
        assert.deepEqual(
          [response.status, said.code],
          [401, "operator.key"],
          `${method} ${path} ${stranger}`,
        );
        assert.equal(response.headers.get("cache-control"), "no-store");
      }
      for (const [name, role] of Object.entries(OPERATORS)) {
        const response = await ask(
          `Bearer ${keyOf(z.enum(["vera", "sam", "anna", "bert", "root"]).parse(name))}`,
        );
        const said = await response.json();
        const may = RANK.indexOf(role) >= RANK.indexOf(needed);
        const expected = method === "GET" && !path.includes(NOBODY) ? 200 : 404;
        assert.equal(response.status, may ? expected : 403, `${name} ${method} ${path}`);
        if (!may) assert.match(said.error, new RegExp(needed));
      }
    }
    assert.deepEqual(await entered(gateway), [], "what was refused did nothing");
    assert.deepEqual(await entered(gateway, "views"), []);
    const all = gateway.lines.join("\n");
    for (const name of ["vera", "sam", "anna", "bert", "root"] as const) {
      assert.ok(!all.includes(keyOf(name)));
    }
  }, { TRUSTED_PROXIES: "127.0.0.1" }));

Deno.test("P18 who tries several wrong keys is shut out for a while, with a good one too, and nobody else is", () =>
  operated(async (gateway) => {
    const from = (address: string, key: string | null) =>
      gateway.ask("/operator/alarms", {
        headers: {
          "x-forwarded-for": address,
          ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        },
      });
    const statusOf = async (address: string, key: string | null) => {
      const response = await from(address, key);
      await response.body?.cancel();
      return response.status;
    };
    for (let visit = 0; visit < 30; visit++) assert.equal(await statusOf("198.51.100.7", null), 401);
    for (let guess = 0; guess < 10; guess++) {
      assert.equal(await statusOf("198.51.100.7", keyOf("root") + guess), 401);
      assert.equal(await statusOf("198.51.100.8", keyOf("vera")), 200);
    }
    const shut = await from("198.51.100.7", keyOf("root"));
    assert.deepEqual([shut.status, shut.headers.get("retry-after")], [429, "300"]);
    await shut.body?.cancel();
    assert.equal(await statusOf("198.51.100.8", keyOf("vera")), 200);
    await moveClock(gateway.db, 301_000);
    assert.equal(await statusOf("198.51.100.7", keyOf("root")), 200);
  }, { TRUSTED_PROXIES: "127.0.0.1" }));

Deno.test("M-28 transfers are listed by state, page by page; who looks at one is entered among the views", () =>
  operated(async (gateway) => {
    const ada = await arrive(gateway);
    const ids: string[] = [];
    for (let n = 0; n < 3; n++) ids.push(await ada.askWithdrawal(String(20 + n)));
    const seen: unknown[] = [];
    for (let after = ""; seen.length < 3;) {
      const page = await askAs(
        gateway,
        "vera",
        `/transfers?state=waiting&limit=2${after && `&after=${after}`}`,
      );
      const rows = rowsIn(page, "transfers");
      assert.ok(rows.length > 0 && rows.length <= 2);
      for (const row of rows) seen.push(row["id"]);
      after = String(rows.at(-1)?.["id"]);
    }
    assert.deepEqual(seen, ids);
    assert.deepEqual(rowsIn(await askAs(gateway, "vera", "/transfers"), "transfers"), [], "none is on hold");
    for (const wrong of ["?state=completed", "?state=x", "?limit=0", "?limit=201", "?limit=1e2"]) {
      assert.equal((await askAs(gateway, "vera", `/transfers${wrong}`)).status, 400, wrong);
    }
    assert.equal((await askAs(gateway, "vera", `/transfers?after=${NOBODY}`)).status, 404);
    const [id = ""] = ids;
    const one = await askAs(gateway, "vera", `/transfers/${id}`);
    assert.deepEqual(
      [one.status, one.body["state"], one.body["amount_in"], one.body["payee"]],
      [200, "waiting", "20", "*******211"],
    );
    assert.ok(!JSON.stringify(one.body).includes(ada.wallet.account), "nor is an account told whole");
    assert.deepEqual(await entered(gateway, "views"), [`vera transfer.view ${id}`]);
    assert.deepEqual(await entered(gateway), []);
  }));

Deno.test("M-28 the audit log is given to an admin page by page, with all that each hash is made of", () =>
  operated(async (gateway) => {
    const { db } = gateway;
    for (let n = 1; n <= 5; n++) {
      await enter(db, "actions", {
        actor: "olga",
        action: "alarm.close",
        subject: `s${n}`,
        detail: { n: `${n}` },
      });
    }
    const pages: Entry[] = [];
    for (const after of [0, 2, 4, 5]) {
      const page = rowsIn(await askAs(gateway, "root", `/audit?limit=2&after=${after}`), "entries");
      for (const { at_ms, ...row } of page) pages.push(entryShape.parse({ ...row, atMs: at_ms }));
    }
    assert.deepEqual(pages.map(({ sequence }) => sequence), [1, 2, 3, 4, 5]);
    assert.deepEqual(pages.map(hashOf), pages.map(({ hash }) => hash));
    assert.deepEqual(rowsIn(await askAs(gateway, "root", "/audit?chain=views"), "entries"), []);
    for (const wrong of ["?limit=0", "?limit=1001", "?after=-1", "?after=x", "?chain=none"]) {
      assert.equal((await askAs(gateway, "root", `/audit${wrong}`)).status, 400, wrong);
    }
    assert.equal((await askAs(gateway, "anna", "/audit")).status, 403);
  }));

Deno.test("M-28 an alarm is closed once, with a note that is sealed and whose hash is entered", () =>
  operated(async (gateway) => {
    const { db, environment } = gateway;
    await db.write([raiseAlarm("operation_set_aside", "one two", "x/y")], repeatable);
    const [alarm] = rowsIn(await askAs(gateway, "sam", "/alarms"), "alarms");
    const id = String(alarm?.["id"]);
    const path = `/alarms/${encodeURIComponent(id)}/close`;
    for (const body of [{}, { note: "" }, { note: "  " }, { note: 5 }, { note: "x".repeat(2_001) }]) {
      assert.equal((await askAs(gateway, "sam", path, { body })).status, 400);
    }
    const note = "Spoke to Ada Lovelace, 555 0100";
    const closed = await Promise.all(
      (["sam", "anna", "bert", "root"] as const).map((name) =>
        askAs(gateway, name, path, { body: { note } })
      ),
    );
    assert.deepEqual(closed.map(({ status }) => status).sort(), [200, 404, 404, 404]);
    const [entry, ...others] = await lastEntries(db, "actions", 9);
    assert.ok(entry);
    assert.deepEqual(others, []);
    assert.match(entry.subject, /^sha256:/, "the alarm's id is no plain one");
    const [row] = await db.query({ sql: "select note from alarms where id = ?", args: [id] });
    const sealed = z.instanceof(Uint8Array).parse(row?.["note"]);
    const opened = z.object({ salt: z.string(), note: z.string() }).parse(
      createVault(environment).openJson(sealedNote.place(id), sealed),
    );
    assert.equal(opened.note, note);
    assert.deepEqual(JSON.parse(entry.detail), { note: hashOfNote(opened) });
    const told = gateway.lines.join("\n") + JSON.stringify(entry);
    assert.ok(!told.includes("Lovelace") && !told.includes("555 0100"));
    assert.deepEqual(rowsIn(await askAs(gateway, "sam", "/alarms"), "alarms"), []);
  }));

Deno.test("M-14 M-28 payouts of an asset that are stopped go on when an approver releases it", () =>
  operated(async (gateway) => {
    const { db, code } = gateway;
    const ada = await arrive(gateway);
    const release = (name: OperatorName, asset = code) =>
      askAs(gateway, name, `/assets/${asset}/release`, { body: {} });
    assert.deepEqual([(await release("anna")).status, (await release("anna", "NOPE")).status], [409, 404]);
    const asset = gateway.assets[0]?.id ?? "";
    await db.write([
      raiseAlarm("statement_debit", "ledger:1", asset),
      raiseAlarm("statement_debit", "bank:2", "USD"),
      raiseAlarm("statement_debit", "bank:3", "EUR"),
    ], repeatable);
    const id = await ada.askDeposit("100");
    await ada.payIn(id, "100");
    for (let round = 0; round < 3; round++) await gateway.advance();
    assert.equal((await ada.wallet.transaction(id)).status, "pending_anchor");
    assert.equal((await release("sam")).status, 403);
    const both = await Promise.all([release("anna"), release("bert")]);
    assert.deepEqual(both.map(({ status }) => status).sort(), [200, 409]);
    await ada.until(id, "completed");
    const alarms = rowsIn(await askAs(gateway, "vera", "/alarms"), "alarms");
    const left = alarms.filter(({ kind }) => kind === "statement_debit").map(({ detail }) => detail);
    assert.deepEqual(left, ["EUR"], "another currency's stays");
    const [entry, ...others] = await entered(gateway);
    assert.match(entry ?? "", new RegExp(`^(anna|bert) asset.release ${asset}$`));
    assert.deepEqual(others, []);
    await gateway.booksAgree();
  }));

Deno.test("M-25 M-28 what nobody has paid is ended; what was paid is not, and what comes later is kept", () =>
  operated(async (gateway) => {
    const ada = await arrive(gateway);
    const end = (id: string, name: OperatorName = "anna") =>
      askAs(gateway, name, `/transfers/${id}/fail`, { body: {} });
    const done = await ada.deposit("50");
    const id = await ada.askWithdrawal("20");
    const waiting = await ada.wallet.transaction(id);
    assert.equal((await end(done.id)).status, 409);
    assert.equal((await end(id, "sam")).status, 403);
    const both = await Promise.all([end(id), end(id, "bert")]);
    assert.deepEqual(both.map(({ status }) => status).sort(), [200, 409]);
    const ended = await ada.wallet.transaction(id);
    assert.equal(ended.status, "error");
    assert.match(String(ended["message"]), /ended this transaction before any payment came/);
    await ada.wallet.pay({
      to: String(waiting["withdraw_anchor_account"]),
      code: gateway.code,
      issuer: gateway.issuer,
      amount: "20",
      memo: String(waiting["withdraw_memo"]),
    });
    await gateway.advance();
    const [money] = rowsIn(await askAs(gateway, "vera", "/unmatched"), "unmatched");
    assert.deepEqual(
      [money?.["amount"], money?.["reason"], money?.["likely_transfer"]],
      ["20", "not_waiting", id],
    );
    assert.equal(
      (await askAs(gateway, "anna", `/unmatched/${money?.["id"]}/assign`, { body: { transfer: id } })).status,
      409,
      "what was ended takes no money",
    );
    assert.equal((await entered(gateway)).length, 1);
    await gateway.booksAgree();
  }));

Deno.test("M-18 M-28 R-06-146 what is held for its amount is paid as it came, by what an operator was shown, once", () =>
  operated(async (gateway) => {
    const ada = await arrive(gateway);
    await ada.deposit("200");
    const id = await ada.askWithdrawal("40");
    await ada.send(id, "90");
    await ada.until(id, "on_hold");
    const pay = async (name: OperatorName, more: Readonly<Record<string, unknown>> = {}) => {
      const { body } = await askAs(gateway, "vera", `/transfers/${id}`);
      const { version, amount_out: amount, payee } = body;
      return await askAs(gateway, name, `/transfers/${id}/pay`, {
        body: { version, amount, payee, ...more },
      });
    };
    assert.equal((await pay("sam")).status, 403);
    assert.equal((await pay("anna", { lift_limits: true })).status, 403);
    const refused = [await pay("anna", { amount: "1" }), await pay("anna", { version: 1 })];
    assert.deepEqual(refused.map(({ body }) => body["code"]), ["operator.changed", "operator.changed"]);
    assert.equal((await pay("anna", { amount: "much" })).status, 400);
    const both = await Promise.all([pay("anna"), pay("bert")]);
    assert.deepEqual(both.map(({ status }) => status).sort(), [200, 409]);
    const done = await ada.until(id, "completed");
    assert.deepEqual([done["amount_in"], done["amount_fee"], done["amount_out"]], ["90", "0.95", "89.05"]);
    const out = await gateway.bank.statement("out");
    assert.deepEqual(out.map(({ amount }) => amount), ["89.05"]);
    const [entry, ...others] = await entered(gateway);
    assert.match(entry ?? "", new RegExp(`^(anna|bert) transfer.pay ${id}$`));
    assert.deepEqual(others, []);
    await gateway.booksAgree();
  }));

Deno.test("P19 operators are refused in their language", () =>
  operated(async (gateway) => {
    const { body, headers } = await askAs(gateway, "vera", `/transfers/${NOBODY}/refund`, {
      body: {},
      headers: { "accept-language": "de" },
    });
    assert.equal(headers.get("content-language"), "de");
    assert.match(String(body["error"]), /Rolle approver/);
  }));
