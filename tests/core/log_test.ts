import assert from "node:assert/strict";
import { createLog, describeError } from "../../core/log.ts";
import { createVault } from "../../core/records/vault.ts";
import { Refusal } from "../../core/refusal.ts";
import { key } from "./records/memory.ts";

Deno.test("the log writes one whole JSON line for each entry", () => {
  const lines: string[] = [];
  const log = createLog({ write: (line) => void lines.push(line), now: () => 1_000 });
  log("alarm", "ledger.history", { ids: ["a", "b"], text: "two\nlines" });
  assert.deepEqual(lines, [
    '{"time":"1970-01-01T00:00:01.000Z","level":"alarm","event":"ledger.history","ids":["a","b"],"text":"two\\nlines"}\n',
  ]);
});

Deno.test("of an error its kind, code and place are told, and nothing of its message", () => {
  const cause = new RangeError("quoted-secret");
  const error = Object.assign(new TypeError("quoted-secret\n    at quoted-secret:1:1", { cause }), {
    code: "EXAMPLE",
  });
  const told = describeError(error);
  assert.deepEqual([told["error"], told["code"], told["cause"]], ["TypeError", "EXAMPLE", "RangeError"]);
  assert.match(JSON.stringify(told["at"]), /log_test\.ts:\d+/);
  assert.ok(!JSON.stringify(told).includes("quoted-secret"));
});

Deno.test("of a refusal its reason is told: which key is missing, for example", () => {
  const vault = createVault({ dataKeys: [key(1)], indexKeys: [key(2)] });
  const place = { table: "inbox", column: "request", row: "1" };
  const other = createVault({ dataKeys: [key(3)], indexKeys: [key(2)] });
  assert.throws(() => vault.open(place, other.seal(place, "x")), (error) => {
    const { reason } = describeError(error);
    const [keyId] = other.dataKeyIds;
    return reason ===
      `Cannot open inbox.request: unknown_key ${keyId}; put the key of this id back into DATA_KEY`;
  });
  assert.equal("reason" in describeError(new Refusal("not_found")), false);
});

Deno.test("a code that may hold a value, and what is no error, are not told", () => {
  const odd = describeError(Object.assign(new Error("x"), { code: "of Ada <ada@example.com>" }));
  assert.equal("code" in odd, false);
  assert.deepEqual(describeError("quoted-secret"), { error: "a thrown string" });
  const bare = new Error("quoted-secret\n    at quoted-secret:1:1");
  bare.stack = "quoted-secret\n    at quoted-secret:1:1";
  assert.deepEqual(describeError(bare), { error: "Error", at: [] });
});
