import { deepEqual, equal } from "node:assert/strict";
import { createTexts } from "../../../core/i18n/mod.ts";
import { sep12Customer } from "../../../core/seps/sep12-customer.ts";
import { working } from "../customers/at-work.ts";
import { BASIC, holder } from "../customers/people.ts";

Deno.test("R-12-44 R-12-39 what a review wants is required, also where the config has it optional", () =>
  working(async (at) => {
    const bodyOf = async () =>
      sep12Customer(await at.customers.read(holder(), {}), createTexts().translatorOf("en"));
    const id = await at.put(holder(), { ...BASIC, last_name: "Review" });
    equal((await bodyOf()).fields?.["mobile_number"]?.optional, true);
    await at.bureau("/decide", { customer_id: id, decision: "more", fields: ["mobile_number"] });
    await at.customers.sweep("bureau", null);
    const { status, fields } = await bodyOf();
    equal(status, "NEEDS_INFO");
    deepEqual(Object.entries(fields ?? {}).map(([name, { optional }]) => [name, optional]), [
      ["mobile_number", undefined],
    ]);
  }));
