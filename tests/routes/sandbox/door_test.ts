import assert from "node:assert/strict";
import { sandboxRoutes } from "../../../routes/sandbox/mod.ts";

const KEYS = ["the-key-of-one-operator", "the-key-of-another"];
const handle = ({ url }: Request) => new Response(new URL(url).pathname);

Deno.test("P18 the sandbox is open on its own network, and closed as if it were not there without an operator's key", async () => {
  const open = sandboxRoutes({ handle, keys: null });
  assert.equal((await open.request("/bank/transfers")).status, 200);

  const closed = sandboxRoutes({ handle, keys: KEYS });
  for (const given of [undefined, "", "Bearer", "Bearer wrong", `Basic ${KEYS[0]}`, `Bearer ${KEYS[0]}x`]) {
    const answer = await closed.request(
      "/bank/transfers",
      given === undefined ? {} : { headers: { authorization: given } },
    );
    assert.equal(answer.status, 404, String(given));
  }
  for (const key of KEYS) {
    const answer = await closed.request("/bank/transfers", { headers: { authorization: `Bearer ${key}` } });
    assert.equal(answer.status, 200);
  }
  const none = sandboxRoutes({ handle, keys: [] });
  assert.equal(
    (await none.request("/bank/transfers", { headers: { authorization: "Bearer " } })).status,
    404,
  );
});
