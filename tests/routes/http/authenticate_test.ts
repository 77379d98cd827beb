import assert from "node:assert/strict";
import type { Caller } from "../../../core/auth/session.ts";
import { authenticate, refuseWith401, refuseWith403Type } from "../../../routes/http/mod.ts";
import { exampleApp } from "./example-app.ts";

const ADA: Caller = {
  sub: "G1:7",
  account: "G1",
  memo: "7",
  muxedId: null,
  clientDomain: null,
  homeDomain: "example.com",
};

/** A room closed to all but the bearer of `right`. */
function closed(refuse: typeof refuseWith401) {
  const { app, lines } = exampleApp();
  const verify = (token: string) => {
    if (token === "throws") return Promise.reject(new Error("Cannot verify"));
    return Promise.resolve(token === "right" ? ADA : null);
  };
  app.use(authenticate({ verify, refuse }));
  app.get("/", (c) => c.json(c.var.caller));
  const ask = (authorization?: string) =>
    app.request("/", authorization === undefined ? {} : { headers: { authorization } });
  return { ask, lines };
}

Deno.test("the bearer of a good token is the caller, whatever the scheme's case", async () => {
  const { ask } = closed(refuseWith401);
  for (const header of ["Bearer right", "bearer right", "BEARER  right "]) {
    assert.deepEqual(await (await ask(header)).json(), ADA);
  }
});

Deno.test("R-12-3 without a good token SEP-12 answers 401 with an error", async () => {
  const { ask } = closed(refuseWith401);
  for (
    const header of [undefined, "", "right", "Basic right", "Bearer", "Bearer wrong", "Bearer right right"]
  ) {
    const response = await ask(header);
    assert.equal(response.status, 401, String(header));
    assert.equal(response.headers.get("www-authenticate"), "Bearer");
    const { error, code } = await response.json();
    assert.equal(typeof error, "string");
    assert.equal(code, header === "Bearer wrong" ? "authentication.invalid" : "authentication.required");
  }
});

Deno.test("R-06-10 without a good token SEP-6 answers 403 with exactly its type", async () => {
  const { ask } = closed(refuseWith403Type);
  for (const header of [undefined, "Bearer wrong"]) {
    const response = await ask(header);
    assert.equal(response.status, 403);
    assert.equal(await response.text(), '{"type":"authentication_required"}');
  }
});

Deno.test("a token that cannot be verified lets nobody in", async () => {
  const response = await closed(refuseWith401).ask("Bearer throws");
  assert.equal(response.status, 500);
  await response.body?.cancel();
});
