import { compactVerify, importJWK } from "jose";
import assert from "node:assert/strict";
import { parse } from "smol-toml";
import { accountKey } from "../../core/auth/strkey.ts";
import { moveClock } from "../../core/records/clock.ts";
import { lastPublished } from "../../core/reserve/readings.ts";
import { statementShape } from "../core/reserve/reserve-world.ts";
import { isTable, tablesOf } from "../routes/sep1/example-toml.ts";
import { arrive } from "../support/customer.ts";
import { test } from "../support/layouts.ts";

const SIX_MINUTES = 6 * 60_000;

test.inEveryLayout("M-26 P9 the reserve agrees with bank and ledger, and whoever reads stellar.toml can check who says so", ({ withGateway }) =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway);
    await ada.deposit("500");
    const id = await ada.askWithdrawal("40");
    await ada.send(id, "40");
    await ada.until(id, "completed");
    await moveClock(gateway.db, SIX_MINUTES);
    const isWhole = (text: string) =>
      statementShape.parse(JSON.parse(text)).assets.every(({ books, outstanding, bank }) =>
        books["in_flight"] === "0.0000000" && books["outstanding"] === outstanding.told &&
        books["outstanding"] !== "0.0000000" && bank.every(({ told }) => told !== null)
      );
    await gateway.until("a reading of it all", async () => {
      const found = await lastPublished(gateway.db);
      return found !== null && isWhole(found.statement) ? found : null;
    });

    const file = parse(await (await gateway.ask("/.well-known/stellar.toml")).text());
    assert.ok(isTable(file));
    const [currency] = tablesOf(file["CURRENCIES"]);
    const address = new URL(String(currency?.["attestation_of_reserve"]));
    assert.equal(address.origin, new URL(gateway.publicUrl).origin);

    const answer = await gateway.ask(address.pathname, { headers: { accept: "application/jose" } });
    assert.equal(answer.status, 200);
    const x = accountKey(String(file["SIGNING_KEY"]))?.toBase64({ alphabet: "base64url", omitPadding: true });
    const key = await importJWK({ kty: "OKP", crv: "Ed25519", x: x ?? "" }, "EdDSA");
    const { payload, protectedHeader } = await compactVerify(await answer.text(), key);
    assert.equal(protectedHeader.typ, "kedge-reserve+jws");
    const statement = statementShape.parse(JSON.parse(new TextDecoder().decode(payload)));
    const plain: unknown = await (await gateway.ask(address.pathname)).json();
    assert.deepEqual(plain, statement);

    assert.match(statement.notice, /not an audit/);
    assert.deepEqual([statement.iss, statement.network_passphrase], [gateway.publicUrl, gateway.passphrase]);
    const [asset] = statement.assets;
    const [bank] = asset?.bank ?? [];
    const [account] = (await gateway.bank.accounts()).filter(({ name }) => name === bank?.rail);
    assert.equal(Number(account?.balance), Number(bank?.told));
    assert.deepEqual([asset?.outstanding.told, asset?.unexplained, bank?.unexplained], [
      "457.0000000",
      "0.0000000",
      "0.0000000",
    ]);
    await gateway.booksAgree();
  }));
