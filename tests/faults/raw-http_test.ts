import assert from "node:assert/strict";
import { arrive } from "../support/customer.ts";
import { withGateway } from "../support/gateway.ts";

const CRLF = "\r\n";
const lines = (...all: string[]) => all.join(CRLF);

/** Requests that no client library would send. */
const REQUESTS: readonly (readonly [string, string])[] = [
  ["no HTTP at all", "\u0000\u00ff\u0016\u0003\u0001garbage" + CRLF + CRLF],
  ["another version", lines("GET /sep6/info HTTP/9.9", "host: a", "", "")],
  ["a method of its own", lines("<script> /sep6/info HTTP/1.1", "host: a", "", "")],
  ["no host", lines("GET /sep6/info HTTP/1.1", "connection: close", "", "")],
  ["a header without a colon", lines("GET /sep6/info HTTP/1.1", "host a", "", "")],
  ["a header over two lines", lines("GET /sep6/info HTTP/1.1", "host: a", "x: 1", " 2", "", "")],
  [
    "bytes in the path",
    lines("GET /sep6/info\u00ff\u00fe?\u00ff HTTP/1.1", "host: a", "connection: close", "", ""),
  ],
  [
    "a whole URL of another host",
    lines("GET http://evil.example/sep6/info HTTP/1.1", "host: evil.example", "connection: close", "", ""),
  ],
  ["dots in the path", lines("GET /sep6/../../etc/passwd HTTP/1.1", "host: a", "connection: close", "", "")],
  ["a negative length", lines("PUT /sep12/customer HTTP/1.1", "host: a", "content-length: -1", "", "")],
  [
    "two lengths",
    lines("PUT /sep12/customer HTTP/1.1", "host: a", "content-length: 1", "content-length: 9", "", "x"),
  ],
  [
    "a length and chunks",
    lines(
      "POST /auth HTTP/1.1",
      "host: a",
      "content-length: 4",
      "transfer-encoding: chunked",
      "connection: close",
      "",
      "0",
      "",
      "GET /sep6/info HTTP/1.1",
      "",
      "",
    ),
  ],
  [
    "chunks of no size",
    lines("POST /auth HTTP/1.1", "host: a", "transfer-encoding: chunked", "", "zz", "x", "", ""),
  ],
  [
    "a chunk without end",
    lines("POST /auth HTTP/1.1", "host: a", "transfer-encoding: chunked", "", "ffffffffffffffff", "x"),
  ],
  [
    "an encoding that nobody knows",
    lines("POST /auth HTTP/1.1", "host: a", "transfer-encoding: hostile", "connection: close", "", ""),
  ],
  [
    "a body that never comes whole",
    lines(
      "POST /auth HTTP/1.1",
      "host: a",
      "content-type: application/json",
      "content-length: 1000",
      "",
      "{",
    ),
  ],
  [
    "a header of a megabyte",
    lines("GET /sep6/info HTTP/1.1", "host: a", `x: ${"y".repeat(1_000_000)}`, "", ""),
  ],
  [
    "thousands of headers",
    lines(
      "GET /sep6/info HTTP/1.1",
      "host: a",
      ...Array.from({ length: 5_000 }, (_, n) => `x${n}: y`),
      "",
      "",
    ),
  ],
  [
    "an address of a megabyte",
    lines(`GET /sep6/info?${"y".repeat(1_000_000)} HTTP/1.1`, "host: a", "connection: close", "", ""),
  ],
];

/** Sends bytes and reads until the other side closes, or for as long as it takes to see that nothing more comes. */
async function exchange(port: number, text: string): Promise<string> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0) & 0xff);
  try {
    for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
    await connection.closeWrite();
  } catch {
    // It has closed already: an answer, too.
  }
  const parts: string[] = [];
  try {
    for await (const part of connection.readable) parts.push(new TextDecoder("latin1").decode(part));
  } catch {
    // Reset after its answer.
  }
  return parts.join("");
}

Deno.test("R-06-55 what is no HTTP harms nobody, and is no fault of ours", () =>
  withGateway({}, async (gateway) => {
    const { port } = new URL(gateway.running.url);
    for (const [name, request] of REQUESTS) {
      const answer = await exchange(Number(port), request);
      const statuses = [...answer.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => Number(status));
      assert.ok(statuses.every((status) => status < 500), `${name}: ${answer.slice(0, 200)}`);
      assert.ok(statuses.length <= 1, `${name} is one request: ${answer.slice(0, 400)}`);
      assert.doesNotMatch(answer, /evil\.example|\.ts:|Error:/, name);
    }
    assert.deepEqual(gateway.faults, []);
    const ada = await arrive(gateway);
    assert.equal((await ada.wallet.info()) !== undefined, true);
  }));
