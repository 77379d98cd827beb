import assert from "node:assert/strict";
import { edgeMistakes } from "../../../core/config/check-edge.ts";
import { exampleKyc, exampleRail } from "./example-anchor.ts";

const production = { timeline: "production", runsJobs: true };

/** Where something is wrong with these modules at a place. */
function wrong(
  modules: { readonly rail?: string; readonly kyc?: string; readonly files?: boolean },
  place: { readonly deploy?: typeof production | null; readonly sandboxUrl?: string | null } = {},
): string[] {
  const { rail: railId = "of-a-bank", kyc: kycId = "of-a-bureau", files = false } = modules;
  const rail = exampleRail();
  const news = { ...rail.declares.news, files };
  const anchor = {
    rails: { bank: { module: { ...rail, id: railId, declares: { ...rail.declares, news } } } },
    kyc: { bureau: { module: { ...exampleKyc(), id: kycId } } },
  };
  const { deploy = production, sandboxUrl = null } = place;
  return edgeMistakes(anchor, { deploy, sandboxUrl }).map(({ where }) => where);
}

Deno.test("on Deno Deploy a rail that works by files is refused, elsewhere it is not", () => {
  assert.deepEqual(wrong({ files: true }), ["rails.bank"]);
  assert.deepEqual(wrong({ files: true }, { deploy: null }), []);
  assert.deepEqual(wrong({}), []);
});

Deno.test("on Deno Deploy modules of the sandbox need one that runs elsewhere", () => {
  assert.deepEqual(wrong({ rail: "sandbox" }), ["SANDBOX_URL"]);
  assert.deepEqual(wrong({ kyc: "sandbox" }), ["SANDBOX_URL"]);
  assert.deepEqual(wrong({ kyc: "sandbox" }, { sandboxUrl: "https://sandbox.example.com/sandbox" }), []);
  assert.deepEqual(wrong({ kyc: "sandbox" }, { deploy: null }), []);
});
