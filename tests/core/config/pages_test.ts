import assert from "node:assert/strict";
import type { AnchorConfig } from "../../../core/config/anchor.ts";
import { loadAnchor, type LoadOptions } from "../../../core/config/load.ts";
import { describeMistakes } from "../../../core/config/mistakes.ts";
import { contrast } from "../../../core/config/pages.ts";
import { EXAMPLE_INPUTS, exampleConfig } from "./example-anchor.ts";

const load = (changes: Partial<AnchorConfig>, options: Partial<LoadOptions> = {}) =>
  loadAnchor(() => Promise.resolve(exampleConfig(changes)), { ...EXAMPLE_INPUTS, variables: {}, ...options });

async function pagesOf(changes: Partial<AnchorConfig>, options: Partial<LoadOptions> = {}) {
  const result = await load(changes, options);
  assert.ok(result.ok, result.ok ? "" : describeMistakes(result.mistakes));
  return result.value.pages;
}

/** Where the part `pages` is wrong; it comes as a value that no type lets through. */
async function wrong(pages: unknown): Promise<string[]> {
  const config = Object.assign(exampleConfig(), { pages });
  const result = await loadAnchor(() => Promise.resolve(config), { ...EXAMPLE_INPUTS, variables: {} });
  if (result.ok) return [];
  assert.ok(result.mistakes.every(({ write }) => write !== "" && !/invalid/i.test(write)));
  return result.mistakes.map(({ where }) => where);
}

Deno.test("pages of a config that says nothing of them have every default", async () => {
  assert.deepEqual(await pagesOf({}), {
    name: "Example Anchor Ltd",
    logo: "https://example.com/logo.png",
    colors: { accent: "#1f4e79", onAccent: "#ffffff" },
    supportUrl: "mailto:help@example.com",
    frameAncestors: [],
    refreshSeconds: 10,
    explorer: "https://stellar.expert/explorer/testnet/tx/{hash}",
    balanceCheck: "refuse",
  });
  const organization = { ...exampleConfig().organization, dba: "Example" };
  assert.equal((await pagesOf({ organization })).name, "Example");
});

Deno.test("what a config says of pages is what they are", async () => {
  const pages = {
    name: "Kedge",
    logo: "https://pay.example.com/brand.svg",
    colors: { accent: "#7A1FA2", onAccent: "#FFF3E0" },
    supportUrl: "https://help.example.org/chat?from=pages",
    frameAncestors: ["https://wallet.example", "http://localhost:3000"],
    refreshSeconds: 5,
    explorer: "https://explorer.example/?tx={hash}",
    balanceCheck: "warn",
  } as const;
  const built = await pagesOf({ pages });
  assert.deepEqual(built, { ...pages, colors: { accent: "#7a1fa2", onAccent: "#fff3e0" } });
  assert.equal((await pagesOf({ pages: { frameAncestors: "*" } })).frameAncestors, "*");
});

Deno.test("the explorer follows the network, and on the sandbox it is the sandbox's own ledger", async () => {
  const local = { network: "sandbox", publicUrl: "http://localhost:8000" } as const;
  assert.equal(
    (await pagesOf({}, local)).explorer,
    "http://localhost:8000/sandbox/horizon/transactions/{hash}",
  );
  const config = exampleConfig();
  const kyc = { bureau: { module: { ...config.kyc["bureau"]?.module, id: "real" } } };
  const rails = { bank: { module: { ...config.rails["bank"]?.module, id: "real" } } };
  const result = await loadAnchor(() => Promise.resolve(Object.assign(config, { kyc, rails })), {
    ...EXAMPLE_INPUTS,
    network: "public",
    variables: {},
  });
  assert.ok(result.ok);
  assert.equal(result.value.pages.explorer, "https://stellar.expert/explorer/public/tx/{hash}");
});

Deno.test("a logo that is a third party's is refused where it is written for pages, and left out where it is not", async () => {
  assert.deepEqual(await wrong({ logo: "https://cdn.example.net/logo.png" }), ["pages.logo"]);
  assert.deepEqual(await wrong({ logo: "https://notexample.com/logo.png" }), ["pages.logo"]);
  assert.deepEqual(await wrong({ logo: "http://example.com/logo.png" }), ["pages.logo"]);
  const organization = { ...exampleConfig().organization, logo: "https://cdn.example.net/logo.png" };
  assert.equal((await pagesOf({ organization })).logo, null);
  const plain = { ...organization, url: "http://localhost:8000", logo: "http://localhost:8000/logo.png" };
  assert.equal((await pagesOf({ organization: plain })).logo, "http://localhost:8000/logo.png");
});

Deno.test("colours that do not read well are refused", async () => {
  assert.equal(contrast("#000000", "#ffffff"), 21);
  assert.equal(contrast("#ffffff", "#ffffff"), 1);
  // Two greys beside the limit, known from WCAG's own examples.
  assert.ok(contrast("#767676", "#ffffff") >= 4.5);
  assert.ok(contrast("#777777", "#ffffff") < 4.5);
  assert.deepEqual(await wrong({ colors: { accent: "#767676" } }), []);
  assert.deepEqual(await wrong({ colors: { accent: "#777777" } }), ["pages.colors.accent"]);
  assert.deepEqual(await wrong({ colors: { accent: "#ffcc00", onAccent: "#000000" } }), [
    "pages.colors.accent",
  ]);
  assert.deepEqual(await wrong({ colors: { accent: "#1f4e79", onAccent: "#557799" } }), [
    "pages.colors.onAccent",
  ]);
  assert.deepEqual(await wrong({ colors: { onAccent: "#000000" } }), ["pages.colors.onAccent"]);
});

Deno.test("everything that is misshapen in pages comes at once", async () => {
  assert.deepEqual(
    await wrong({
      name: " ",
      logo: "/logo.png",
      colors: { accent: "navy", onAccent: "#fff" },
      supportUrl: "javascript:alert(1)",
      frameAncestors: ["https://wallet.example/page"],
      refreshSeconds: 0,
      explorer: "https://explorer.example/tx",
      balanceCheck: "off",
      color: "#000000",
    }),
    [
      "pages.name",
      "pages.logo",
      "pages.colors.accent",
      "pages.colors.onAccent",
      "pages.supportUrl",
      "pages.frameAncestors[0]",
      "pages.refreshSeconds",
      "pages.explorer",
      "pages.balanceCheck",
      "pages.color",
    ],
  );
});

Deno.test("nothing but origins goes into the header that says who may frame", async () => {
  for (
    const origin of [
      "*.example.com",
      "https://a; script-src *",
      "http://wallet.example",
      "https://w.example/",
      "",
    ]
  ) {
    assert.deepEqual(await wrong({ frameAncestors: [origin] }), ["pages.frameAncestors[0]"], origin);
  }
  assert.deepEqual(await wrong({ frameAncestors: "https://wallet.example" }), ["pages.frameAncestors"]);
});

Deno.test("a support address is a page or a mailbox, and an explorer has a place for the hash", async () => {
  for (
    const supportUrl of ["mailto:help", "mailto:help@example.com?subject=a", "http://example.com", "tel:+1"]
  ) {
    assert.deepEqual(await wrong({ supportUrl }), ["pages.supportUrl"], supportUrl);
  }
  assert.deepEqual(await wrong({ supportUrl: "mailto:help@example.com" }), []);
  for (
    const explorer of ["https://{hash}.example/", "https://e.example/#{hash}", "http://e.example/{hash}"]
  ) {
    assert.deepEqual(await wrong({ explorer }), ["pages.explorer"], explorer);
  }
});
