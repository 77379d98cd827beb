import assert from "node:assert/strict";
import { Hono } from "hono";
import * as z from "zod";
import { openKyc } from "../../sandbox/kyc/mod.ts";
import type { PartOptions } from "../../sandbox/part.ts";
import { openStore } from "../../sandbox/store.ts";

const caseSchema = z.object({
  state: z.string(),
  missing: z.array(z.string()),
  reasons: z.array(z.string()),
});

/** A bureau in this process, asked without a port. */
async function bureauWith(
  shape: Record<string, unknown> = {},
  options: Omit<PartOptions, "store"> = {},
) {
  const store = await openStore(":memory:");
  const kyc = await openKyc({ store, ...options });
  const app = new Hono().route("/sandbox/kyc", kyc.routes);
  async function call(method: string, path: string, body?: unknown, bearer = "secret") {
    const response = await app.request(`/sandbox/kyc${path}`, {
      method,
      headers: { "Content-Type": "application/json", Authorization: `Bearer ${bearer}` },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json") ?? false;
    return { status: response.status, body: isJson ? JSON.parse(text) as unknown : text };
  }
  const levels = { basic: ["first_name", "last_name"] };
  const documents = ["photo_id_front"];
  await call("PUT", "/bureaus/kyc", {
    shape: { levels, documents, webhook: "none", ...shape },
    webhook: null,
  });
  return {
    call,
    async review(last_name: string, customer = "c1"): Promise<string> {
      const fields = { first_name: "Ana", last_name };
      const opened = await call("PUT", `/bureaus/kyc/cases/${customer}:sep6:1`, { level: "basic", fields });
      const { ref } = z.object({ ref: z.string() }).parse(opened.body);
      assert.equal((await call("POST", `/bureaus/kyc/cases/${ref}/review`)).status, 200);
      return ref;
    },
    read: async (ref: string) => caseSchema.parse((await call("GET", `/bureaus/kyc/cases/${ref}`)).body),
    async document(ref: string) {
      const bytes = new TextEncoder().encode("a picture");
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
      const response = await app.request(`/sandbox/kyc/bureaus/kyc/cases/${ref}/documents/photo_id_front`, {
        method: "PUT",
        headers: {
          "Content-Type": "image/png",
          Authorization: "Bearer secret",
          "Sandbox-Content-Sha256": digest,
        },
        body: bytes,
      });
      await response.body?.cancel();
      return response.status;
    },
    async end() {
      await kyc.close();
      store.close();
    },
  };
}

Deno.test("the last name decides", async () => {
  const bureau = await bureauWith();
  assert.equal((await bureau.read(await bureau.review("Silva", "c1"))).state, "accepted");
  assert.equal((await bureau.read(await bureau.review("Reject", "c2"))).state, "rejected");
  const flagged = (await bureau.call("GET", `/bureaus/kyc/cases/${await bureau.review("Risk", "c5")}`)).body;
  const { state, risk } = z.object({ state: z.string(), risk: z.unknown() }).parse(flagged);
  assert.deepEqual([state, risk], ["accepted", { politically_exposed: true }]);
  assert.equal((await bureau.read(await bureau.review("Review", "c3"))).state, "processing");
  const more = await bureau.review("More", "c4");
  assert.deepEqual(await bureau.read(more), {
    state: "collecting",
    missing: ["photo_id_front"],
    reasons: [],
  });
  assert.equal(await bureau.document(more), 200);
  await bureau.call("POST", `/bureaus/kyc/cases/${more}/review`);
  assert.equal((await bureau.read(more)).state, "accepted");
  await bureau.end();
});

Deno.test("a person decides a case that waits, by the customer's id", async () => {
  const bureau = await bureauWith();
  const ref = await bureau.review("Review");
  const decide = (decision: string, more = {}) =>
    bureau.call("POST", "/decide", { customer_id: "c1", decision, ...more });
  assert.equal((await decide("accepted")).status, 200);
  assert.equal((await bureau.read(ref)).state, "accepted");
  await decide("REJECTED", { reason: "watchlist" });
  assert.deepEqual(await bureau.read(ref), { state: "rejected", missing: [], reasons: ["watchlist"] });
  await decide("retry", { fields: ["first_name"], reason: "data_mismatch" });
  assert.deepEqual((await bureau.read(ref)).missing, ["first_name"]);
  await decide("more", { fields: ["photo_id_front"] });
  assert.deepEqual(await bureau.read(ref), { state: "collecting", missing: ["photo_id_front"], reasons: [] });
  assert.equal((await decide("perhaps")).status, 400);
  assert.equal(
    (await bureau.call("POST", "/decide", { customer_id: "c9", decision: "accepted" })).status,
    404,
  );
  await bureau.end();
});

Deno.test("a decision may come late and be withdrawn", async () => {
  let now = 1_800_000_000_000;
  const bureau = await bureauWith({ decideAfterSeconds: 60, withdrawAfterSeconds: 600 }, { now: () => now });
  const ref = await bureau.review("Silva");
  now += 59_000;
  assert.equal((await bureau.read(ref)).state, "processing");
  now += 1_000;
  assert.equal((await bureau.read(ref)).state, "accepted");
  now += 600_000;
  assert.deepEqual(await bureau.read(ref), { state: "rejected", missing: [], reasons: ["watchlist"] });
  await bureau.end();
});

Deno.test("a review of a case that lacks values is refused with their names", async () => {
  const bureau = await bureauWith();
  const opened = await bureau.call("PUT", "/bureaus/kyc/cases/c1:sep6:1", { level: "basic", fields: {} });
  const { ref } = z.object({ ref: z.string() }).parse(opened.body);
  const refused = await bureau.call("POST", `/bureaus/kyc/cases/${ref}/review`);
  const { error } = z.object({
    error: z.object({ code: z.string(), fields: z.record(z.string(), z.string()) }),
  })
    .parse(refused.body);
  assert.deepEqual([refused.status, error.code, Object.keys(error.fields)], [
    422,
    "incomplete",
    ["first_name", "last_name"],
  ]);
  assert.equal((await bureau.call("GET", `/bureaus/kyc/cases/${ref}`, undefined, "other")).status, 401);
  await bureau.end();
});

Deno.test("the codes that were sent are shown", async () => {
  const bureau = await bureauWith();
  const sending = { key: "c1:mobile_number:1", field: "mobile_number", value: "+14155550123" };
  const sent = await bureau.call("POST", "/bureaus/kyc/codes", sending);
  assert.deepEqual(await bureau.call("POST", "/bureaus/kyc/codes", sending), sent, "once for a key");
  const shown = z.object({
    codes: z.array(
      z.object({ customer_id: z.string(), field: z.string(), value: z.string(), code: z.string() }),
    ),
  });
  const { codes } = shown.parse((await bureau.call("GET", "/codes?customer_id=c1")).body);
  assert.equal(codes.length, 1);
  assert.match(codes[0]?.code ?? "", /^\d{6}$/);
  assert.deepEqual(shown.parse((await bureau.call("GET", "/codes?customer_id=c2")).body).codes, []);
  await bureau.end();
});

Deno.test("the bureau's page asks for what is missing", async () => {
  const bureau = await bureauWith();
  const opened = await bureau.call("PUT", "/bureaus/kyc/cases/c1:sep6:1", { level: "basic", fields: {} });
  const { ref } = z.object({ ref: z.string() }).parse(opened.body);
  const page = await bureau.call("POST", `/bureaus/kyc/cases/${ref}/page`, {
    return_url: "https://a.test/back",
  });
  const { path } = z.object({ path: z.string() }).parse(page.body);
  const shown = await bureau.call("GET", path);
  assert.match(String(shown.body), /name="first_name"[^]*name="last_name"/);
  assert.equal((await bureau.call("GET", "/page/page_unknown")).status, 404);
  await bureau.end();
});
