import assert from "node:assert/strict";
import { createVault } from "../../core/records/vault.ts";
import { arrive } from "../support/customer.ts";
import { databaseText } from "../support/database-text.ts";
import { test } from "../support/layouts.ts";

const NUMBER = "4929012345678906";
const CODE = "9189";

/** The code as a word of its own: ids and times may well hold its digits. */
const CODE_ALONE = new RegExp(`(?<![\\w-])${CODE}(?![\\w-])`);

test.inEveryLayout("R-09-28 a card's number is never logged nor stored in the clear, its code is stored nowhere", ({ withGateway }) =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway, { trusts: false });
    const card = {
      "card.number": NUMBER,
      "card.cvc": CODE,
      "card.holder_name": "Ada",
      "card.expiration_date": "29-11",
    };
    const put = (body: BodyInit, type?: string) =>
      gateway.ask("/sep12/customer", {
        method: "PUT",
        headers: {
          authorization: `Bearer ${ada.token}`,
          ...(type === undefined ? {} : { "content-type": type }),
        },
        body,
      });
    const form = new FormData();
    for (const [name, value] of Object.entries({ ...card, ...ada.person })) form.append(name, value);
    const sent = [
      [202, await put(JSON.stringify(card), "application/json")],
      [202, await put(new URLSearchParams(card))],
      [202, await put(form)],
      // What is refused is logged, and what cannot even be read.
      [400, await put(JSON.stringify({ ...card, "card.expiration_date": "29-13" }), "application/json")],
      [400, await put(JSON.stringify({ ...card, "card.cvc": `${CODE}9` }), "application/json")],
      [400, await put(`{"card.number":"${NUMBER}","card.cvc":"${CODE}"`, "application/json")],
      [400, await put(`--x\r\n${NUMBER} ${CODE}`, "multipart/form-data; boundary=x")],
      [415, await put(`${NUMBER} ${CODE}`, "text/plain")],
    ] as const;
    for (const [status, response] of sent) {
      const text = await response.text();
      assert.equal(response.status, status, text);
      assert.ok(!text.includes(NUMBER) && !CODE_ALONE.test(text), text);
    }
    for (let round = 0; round < 3; round++) await gateway.advance();

    const { lines } = await gateway.readLog();
    assert.ok(lines.length > 0, "something was logged");
    assert.deepEqual(lines.filter((line) => line.includes(NUMBER) || CODE_ALONE.test(line)), []);

    const { db, environment: { dataKeys, indexKeys } } = gateway;
    const opened = await databaseText(db, createVault({ dataKeys, indexKeys }));
    assert.ok(opened.includes(NUMBER), "the number is kept, sealed");
    assert.ok(!opened.includes("card.cvc"));
    assert.deepEqual(opened.split("\n").filter((line) => CODE_ALONE.test(line)), []);
    for await (const file of Deno.readDir(gateway.dataDir)) {
      if (!file.name.startsWith("kedge.db")) continue;
      const bytes = new TextDecoder("latin1").decode(await Deno.readFile(`${gateway.dataDir}/${file.name}`));
      assert.ok(!bytes.includes(NUMBER), file.name);
    }
  }));
