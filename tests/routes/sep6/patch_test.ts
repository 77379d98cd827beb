import assert from "node:assert/strict";
import { arrive } from "../../support/customer.ts";
import { type TestGateway, withGateway } from "../../support/gateway.ts";

/** Patches by hand. @param body sent as it is */
function patcher({ ask }: TestGateway, token: string | null) {
  return async (id: string, body: BodyInit | null, type: string | null = "application/json") => {
    const answer = await ask(`/sep6/transactions/${id}`, {
      method: "PATCH",
      body,
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(type === null ? {} : { "content-type": type }),
      },
    });
    const said: Readonly<Record<string, unknown>> = await answer.json();
    return { status: answer.status, error: said["error"], code: said["code"], headers: answer.headers, said };
  };
}

const FIELDS = JSON.stringify({ transaction: { dest: "12345", dest_extra: "021" } });

Deno.test("R-06-162 R-06-163 R-06-165 a patch finds the caller's own transactions alone, and changes none", () =>
  withGateway({}, async (gateway) => {
    const [ada, bob] = [await arrive(gateway), await arrive(gateway)];
    const id = await ada.openDeposit("10");
    const before = await ada.wallet.transaction(id);
    const unknown = await patcher(gateway, ada.token)("nobody-knows", FIELDS);
    assert.deepEqual([unknown.status, unknown.code], [404, "transfer.not_found"]);
    const foreign = await patcher(gateway, bob.token)(id, FIELDS);
    assert.deepEqual([foreign.status, foreign.error], [404, unknown.error]);
    const own = await patcher(gateway, ada.token)(id, FIELDS);
    assert.deepEqual([own.status, own.code], [400, "transfer.update_not_asked"]);
    assert.equal(own.headers.get("access-control-allow-origin"), "*");
    const nobody = await patcher(gateway, null)(id, FIELDS);
    assert.deepEqual([nobody.status, nobody.said], [403, { type: "authentication_required" }]);
    assert.deepEqual(await ada.wallet.transaction(id), before);
  }));

Deno.test("R-06-164 a patch that is malformed is refused with an error that says how", () =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway);
    const id = await ada.openDeposit("10");
    const patch = patcher(gateway, ada.token);
    const refused: readonly (readonly [BodyInit | null, string | null, number, string])[] = [
      ['{"transaction":', "application/json", 400, "request.malformed_json"],
      ["[]", "application/json", 400, "request.malformed_json"],
      [new Uint8Array([0x7b, 0xff]), "application/json", 400, "request.malformed_json"],
      ["{}", "application/json", 400, "request.field.missing"],
      [null, null, 400, "request.field.missing"],
      ['{"transaction":[]}', "application/json", 400, "request.field.invalid"],
      ['{"transaction":"dest"}', "application/json", 400, "request.field.invalid"],
      ['{"transaction":null}', "application/json", 400, "request.field.invalid"],
      ["transaction=x", "application/x-www-form-urlencoded", 415, "request.unsupported_type"],
      [FIELDS, "text/plain", 415, "request.unsupported_type"],
      [" ".repeat(70_000) + FIELDS, "application/json", 413, "request.too_large"],
    ];
    for (const [body, type, status, code] of refused) {
      const answer = await patch(id, body, type);
      assert.deepEqual([answer.status, answer.code, typeof answer.error], [status, code, "string"]);
    }
  }));

Deno.test("R-06-5 a browser may ask before it patches with a token", () =>
  withGateway({}, async ({ ask }) => {
    const answer = await ask("/sep6/transactions/x", {
      method: "OPTIONS",
      headers: { "access-control-request-method": "PATCH", origin: "https://wallet.example" },
    });
    await answer.body?.cancel();
    assert.equal(answer.status, 204);
    assert.match(answer.headers.get("access-control-allow-methods") ?? "", /PATCH/);
    assert.match(answer.headers.get("access-control-allow-headers") ?? "", /authorization, content-type/);
  }));
