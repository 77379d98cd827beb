import { equal } from "node:assert/strict";
import { working } from "./at-work.ts";
import { BASIC, holder, OTHER } from "./people.ts";

Deno.test("R-24-52 P19 a language that a customer chose is remembered for that customer alone, and the last one counts", () =>
  working(async ({ customers, put }) => {
    const id = await customers.ensure(holder());
    const other = await customers.ensure(holder(OTHER));
    equal(await customers.chosenLanguage(id), null);
    await customers.chooseLanguage(id, "sw");
    equal(await customers.chosenLanguage(id), "sw");
    await customers.chooseLanguage(id, "ar");
    equal(await put(holder(), BASIC), id);
    equal(await customers.chosenLanguage(id), "ar", "what a wallet says with values is another matter");
    equal(await customers.chosenLanguage(other), null);
    equal(await customers.chosenLanguage("nobody"), null);
  }));

Deno.test("P16 a choice of a moment in which its customer was erased is not kept", () =>
  working(async ({ customers, put, db }) => {
    const id = await put(holder(), BASIC);
    await customers.erase(holder(), { account: holder().account });
    await customers.chooseLanguage(id, "sw");
    const [row] = await db.query({ sql: "select chosen_language from customers where id = ?", args: [id] });
    equal(row?.["chosen_language"], null);
  }));
