import assert from "node:assert/strict";
import { measureInTurns, type Subject } from "../../../tasks/bench/measure.ts";

/** A client whose requests use ten microseconds of the server each. */
function server(status = 200) {
  let cpu = 0;
  const sent: string[] = [];
  return {
    sent,
    used: () => Promise.resolve({ cpu, rss: 0, heap: 0 }),
    client: {
      send: (calls: readonly { readonly path: string }[]) => {
        cpu += calls.length * 10;
        sent.push(...calls.map(({ path }) => path));
        return Promise.resolve(calls.map(() => ({ status, body: "no" })));
      },
      close: () => {},
    },
  };
}

function subject(name: string, client: Subject["client"]): Subject {
  return { name, client, status: 200, calls: (round) => [{ method: "GET", path: `/${name}${round}` }] };
}

Deno.test("subjects are measured in turns, and the first round does not count", async () => {
  const { client, used, sent } = server();
  const costs = await measureInTurns({ used }, [subject("a", client), subject("b", client)], 2);
  assert.deepEqual(sent, ["/a0", "/b0", "/a1", "/b1", "/a2", "/b2"]);
  assert.deepEqual(costs.map(({ name, micros }) => [name, micros]), [["a", [10, 10]], ["b", [10, 10]]]);
});

Deno.test("what answers wrongly is not measured", async () => {
  const { client, used } = server(503);
  await assert.rejects(measureInTurns({ used }, [subject("a", client)], 1), /a: it answers 503, no/);
});
