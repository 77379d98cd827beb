import assert from "node:assert/strict";
import fc from "fast-check";
import { type BodyOptions, readBody } from "../../../routes/http/mod.ts";
import { exampleApp } from "./example-app.ts";

const ALL: BodyOptions = { maxBytes: 10_000, accept: ["json", "form", "multipart"] };

/** An app that echoes what it read. */
function echo(options: BodyOptions = ALL) {
  const { app } = exampleApp();
  app.post("/", async (c) => {
    const { fields, files } = await readBody(c, options);
    const read = [...files].map(([field, { name, type, bytes }]) => ({
      field,
      name,
      type,
      hex: bytes.toHex(),
    }));
    return c.json({ fields, files: read });
  });
  return async (body: BodyInit | null, type?: string, headers: Record<string, string> = {}) => {
    const response = await app.request("/", {
      method: "POST",
      body,
      headers: { ...(type === undefined ? {} : { "content-type": type }), ...headers },
    });
    const answer: { code?: string; fields?: unknown; files?: unknown } = await response.json();
    return { status: response.status, ...answer };
  };
}

Deno.test("the same fields come out of JSON, an urlencoded form and a multipart form", async () => {
  const post = echo();
  const form = new FormData();
  form.set("amount", "1.5");
  form.set("name", "Ana Lúcia + Ñ");
  const bodies: [BodyInit, string | undefined][] = [
    ['{"amount":"1.5","name":"Ana Lúcia + Ñ"}', "application/json"],
    ['{"amount":"1.5","name":"Ana Lúcia + Ñ"}', "Application/JSON; charset=UTF-8"],
    ["amount=1.5&name=Ana+L%C3%BAcia+%2B+%C3%91", "application/x-www-form-urlencoded"],
    [form, undefined],
  ];
  for (const [body, type] of bodies) {
    assert.deepEqual((await post(body, type)).fields, { amount: "1.5", name: "Ana Lúcia + Ñ" });
  }
});

Deno.test("files of a multipart form come with their bytes", async () => {
  const form = new FormData();
  form.set("id_type", "passport");
  form.set("photo_id_front", new File([new Uint8Array([0, 255, 10])], "../../a.png", { type: "image/png" }));
  const { fields, files } = await echo()(form);
  assert.deepEqual(fields, { id_type: "passport" });
  assert.deepEqual(files, [{
    field: "photo_id_front",
    name: "../../a.png",
    type: "image/png",
    hex: "00ff0a",
  }]);
});

Deno.test("a request without a body has no fields", async () => {
  assert.deepEqual((await echo()(null)).fields, {});
});

Deno.test("what is not taken is answered with 415, and says what is", async () => {
  const json = echo({ maxBytes: 100, accept: ["json"] });
  for (const type of ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", undefined]) {
    const answer = await json(new TextEncoder().encode("{}"), type);
    assert.deepEqual([answer.status, answer.code], [415, "request.unsupported_type"], String(type));
  }
  assert.equal((await json("{}", "application/json; charset=latin1")).code, "request.unsupported_encoding");
  const zipped = await json("{}", "application/json", { "content-encoding": "gzip" });
  assert.deepEqual([zipped.status, zipped.code], [415, "request.unsupported_encoding"]);
});

Deno.test("what cannot be read is answered with 400", async () => {
  const post = echo();
  for (const text of ["", "{", "[]", "null", '"text"', "1", '{"a":1}x']) {
    const answer = await post(text, "application/json");
    assert.deepEqual([answer.status, answer.code], [400, "request.malformed_json"], text);
  }
  const notUtf8 = new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]);
  assert.equal((await post(notUtf8, "application/json")).code, "request.malformed_json");
  assert.equal(
    (await post("--x\r\nbroken", "multipart/form-data; boundary=x")).code,
    "request.malformed_form",
  );
  assert.equal((await post("a=1", "multipart/form-data")).code, "request.malformed_form");
});

Deno.test("a field that is given twice has no one meaning and is refused", async () => {
  const post = echo();
  assert.equal(
    (await post("a=1&b=2&a=3", "application/x-www-form-urlencoded")).code,
    "request.repeated_field",
  );
  const form = new FormData();
  form.append("a", "1");
  form.append("a", new File(["x"], "x.txt"));
  assert.equal((await post(form)).code, "request.repeated_field");
});

Deno.test("a key that stands twice in JSON is refused, however it is written, and only there", async () => {
  const codeOf = async (json: string) => (await echo()(json, "application/json")).code;
  for (
    const json of [
      '{"a":"1","a":"2"}',
      '{"a":{"b":1},"b":[{"a":1}],"\\u0061":2}',
      '{ "x" : "{\\"a\\":1" , "a" : [1,2] , "a" : null }',
    ]
  ) assert.equal(await codeOf(json), "request.repeated_field", json);
  for (
    const json of [
      '{"a":"a","b":"a","c":["a","a"],"d":{"a":1,"b":{"a":2}}}',
      '{"a":"\\"a\\":","b\\\\":"}","c":"{"}',
      "{}",
    ]
  ) assert.equal(await codeOf(json), undefined, json);
  const unique = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 8 });
  await fc.assert(
    fc.asyncProperty(unique, async (value) => {
      const json = JSON.stringify(value);
      assert.equal(await codeOf(json), undefined, json);
      const [key] = Object.keys(value);
      if (key === undefined) return;
      const doubled = `${json.slice(0, -1)},${JSON.stringify(key)}:1}`;
      assert.equal(await codeOf(doubled), "request.repeated_field", doubled);
    }),
    { numRuns: 200 },
  );
});

Deno.test("names of fields are data: none reaches the prototype", async () => {
  const answer = await echo()('{"__proto__":{"polluted":"yes"},"constructor":"x"}', "application/json");
  assert.equal(answer.status, 200);
  assert.equal(Reflect.get({}, "polluted"), undefined);
});

Deno.test("a body larger than allowed is cut off, whether it says its length or not", async () => {
  const post = echo({ maxBytes: 100 });
  assert.equal((await post(`{"a":"${"x".repeat(92)}"}`, "application/json")).status, 200);
  assert.equal((await post(`{"a":"${"x".repeat(93)}"}`, "application/json")).code, "request.too_large");
  let sent = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent++;
      controller.enqueue(new Uint8Array(60));
    },
  });
  assert.equal((await post(endless, "application/json")).status, 413);
  assert.ok(sent < 6, `read ${sent} parts of an endless body`);
  const liar = await post("{}", "application/json", { "content-length": "101" });
  assert.equal(liar.status, 413, "what says it is too long is not read at all");
});

Deno.test("no body ends in a 500", async () => {
  const post = echo();
  const types = fc.constantFrom(
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "multipart/form-data; boundary=",
    "",
    ";",
  );
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 80 }), types, async (bytes, type) => {
      const { status } = await post(Uint8Array.from(bytes), type);
      return status < 500;
    }),
    { numRuns: 200 },
  );
});
