import assert from "node:assert/strict";
import { noLog } from "../../../core/log.ts";
import { createApp } from "../../../routes/app.ts";
import { arrive } from "../../support/customer.ts";
import { withGateway } from "../../support/gateway.ts";

const JSON_TYPE = "application/json";
const MULTIPART = "multipart/form-data; boundary=x";
const MEGABYTE = 1024 * 1024;

/** Bodies that no route can use, with what each is answered. */
const BODIES: readonly [string, BodyInit | null, string, readonly number[]][] = [
  ["no body", null, JSON_TYPE, [400]],
  ["an empty body", "", JSON_TYPE, [400]],
  ["half a document", '{"transaction": "AA', JSON_TYPE, [400]],
  ["no object", "[1, 2]", JSON_TYPE, [400]],
  ["null", "null", JSON_TYPE, [400]],
  ["a wrong type in it", '{"transaction": 7, "first_name": {"a": 1}}', JSON_TYPE, [400]],
  ["broken UTF-8", new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]), JSON_TYPE, [400]],
  ["a form that is none", "%%%=%zz&&==", "application/x-www-form-urlencoded", [400]],
  ["half a multipart form", '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb', MULTIPART, [
    400,
    415,
  ]],
  ["XML", "<a/>", "application/xml", [415]],
  ["a depth of arrays", "[".repeat(100_000), JSON_TYPE, [400, 413]],
  ["ten megabytes and more", "x".repeat(10 * MEGABYTE + 1), JSON_TYPE, [400, 413]],
  ["thirty megabytes", "x".repeat(30 * MEGABYTE), JSON_TYPE, [413]],
];

Deno.test("R-06-55 a body that cannot be used is refused with 4xx that says why, and never breaks anything", () =>
  withGateway({}, async (gateway) => {
    const { environment, anchor, gateway: core } = gateway.running;
    const ada = await arrive(gateway);
    const { app } = await createApp({ gateway: core, environment, anchor, log: noLog });
    const doors: readonly [string, string][] = [["POST", "/auth"], ["PUT", "/sep12/customer"]];
    for (const [method, path] of doors) {
      for (const [name, body, type, expected] of BODIES) {
        const answer = await app.request(path, {
          method,
          body,
          headers: { "content-type": type, authorization: `Bearer ${ada.token}` },
        });
        const text = await answer.text();
        const what = `${name} at ${method} ${path}: ${answer.status} ${text.slice(0, 200)}`;
        // A customer of whom nothing is given is a customer all the same.
        const mayBeNothing = path === "/sep12/customer" && /^(no body|an empty body|a form)/.test(name);
        assert.ok(expected.includes(answer.status) || (mayBeNothing && answer.status < 500), what);
        if (answer.status >= 400) assert.match(text, /"error":"[^"]{8,}/, what);
        assert.equal(answer.headers.get("access-control-allow-origin"), "*", what);
      }
    }
    assert.deepEqual(gateway.faults, []);
  }));
