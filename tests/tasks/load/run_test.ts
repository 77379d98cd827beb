import assert from "node:assert/strict";
import { readOptions } from "../../../tasks/load/options.ts";
import { loadWith } from "../../../tasks/load/run.ts";

Deno.test("a load of a few seconds over two gateways loses no request, no transfer and no coin", async () => {
  const options = readOptions([
    ...["--minutes", "0.04", "--rate", "10", "--pairs", "1", "--customers", "10"],
    ...["--close", "0.1", "--processes", "2"],
  ]);
  assert.ok(typeof options !== "string");
  const lines: string[] = [];
  await loadWith(options, (...more) => void lines.push(...more));
  const told = lines.join("\n");
  for (
    const rule of [
      /kept {4}no request fails/,
      /kept {4}the log has no error and no alarm/,
      /kept {4}every transfer completes: deposits: [1-9]/,
      /kept {4}books, bank and ledger agree/,
      /cores in use: gateway 1 \d/,
      // So short a run says nothing of memory, and is not called good.
      /LOAD FAILED: the heap of gateway 1 does not grow/,
    ]
  ) assert.match(told, rule);
});
