import assert from "node:assert/strict";
import { statusTable } from "../../plugins/status-table.ts";

Deno.test("a status table names what it knows and raises an alarm for everything else", () => {
  const stateOf = statusTable({ REALIZADO: "completed", NAO_REALIZADO: "failed" });
  assert.equal(stateOf("REALIZADO"), "completed");
  assert.equal(stateOf("NAO_REALIZADO"), "failed");
  for (const unknown of ["", "realizado", "NOVO", "constructor", "__proto__", "toString"]) {
    assert.equal(stateOf(unknown), "alarm");
  }
});
