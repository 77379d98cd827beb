import assert from "node:assert/strict";
import fc from "fast-check";
import { nameUnnamedFiles } from "../../../routes/http/unnamed-files.ts";

const latin = (bytes: Uint8Array) => [...bytes].map((byte) => String.fromCharCode(byte)).join("");
const bytesOf = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

/** One part as a wallet writes it, and the end of the form. */
const formOf = (head: string, content: string) =>
  bytesOf(
    `--x\r\nContent-Disposition: form-data; name="type"\r\n\r\nsep6\r\n--x\r\n${head}\r\n\r\n${content}\r\n--x--\r\n`,
  );

Deno.test("R-12-22 a document without a file name is a file, byte for byte", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (content) => {
      const head =
        'Content-Disposition: form-data; name="photo_id_front"\r\nContent-Type: application/octet-stream';
      const named = nameUnnamedFiles(formOf(head, latin(content)), "x");
      const form = await new Response(named, {
        headers: { "content-type": "multipart/form-data; boundary=x" },
      }).formData();
      const file = form.get("photo_id_front");
      assert.ok(file instanceof File);
      assert.deepEqual(await file.bytes(), content);
      assert.equal(form.get("type"), "sep6");
    }),
    { numRuns: 100 },
  );
});

Deno.test("texts, and files that have a name, stay as they came", () => {
  for (
    const head of [
      'Content-Disposition: form-data; name="a"',
      'Content-Disposition: form-data; name="a"\r\nContent-Type: text/plain; charset=utf-8',
      'Content-Disposition: form-data; name="a"; filename="a.png"\r\nContent-Type: image/png',
      "Content-Type: image/png",
    ]
  ) assert.deepEqual(nameUnnamedFiles(formOf(head, "--x and x--"), "x"), formOf(head, "--x and x--"), head);
});
