import assert from "node:assert/strict";
import { browserTest } from "./browser.ts";
import { axeFaults, overflow, speech, weight } from "./page-checks.ts";

const page = (body: string, lang = "en", dir = "ltr") =>
  `<!DOCTYPE html><html lang="${lang}" dir="${dir}"><head><meta charset="utf-8"><title>A page</title>` +
  `<meta name="viewport" content="width=device-width"></head><body>${body}</body></html>`;

const PAGES: Readonly<Record<string, string>> = {
  "/good": page(`<main><h1>Good</h1><label>Name <input name="name" style="height:44px"></label></main>`),
  "/wide": page(`<main><h1>Wide</h1><div style="width:321px">x</div></main>`),
  "/unlabelled": page(`<main><h1>Form</h1><input name="name"></main>`),
  "/pale": page(`<main><h1>Pale</h1><p style="color:#bbb;background:#fff">Hard to read</p></main>`),
  "/small": page(
    `<main><h1>Small</h1><button style="width:9px;height:9px;padding:0;border:0">a</button><button style="width:9px;height:9px;padding:0;border:0">b</button></main>`,
  ),
  "/arabic": page(`<main><h1>مرحبا</h1></main>`, "ar", "rtl"),
  "/evil": page(`<main><h1>Evil</h1></main><script>document.title = "run"</script>`),
  "/throws": page(`<main><h1>Throws</h1></main><script nonce="n">throw new Error("oh no")</script>`),
  "/foreign": page(`<main><h1>Foreign</h1><img alt="" src="http://example.invalid/a.png"></main>`),
  "/missing": page(`<main><h1>Missing</h1><img alt="" src="/nowhere.png"></main>`),
};

/** Pages of the test, as ours are: with a policy. */
async function served(work: (origin: string) => Promise<void>): Promise<void> {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const body = PAGES[new URL(request.url).pathname];
    return new Response(body ?? "", {
      status: body === undefined ? 404 : 200,
      headers: {
        "content-type": "text/html",
        "content-security-policy":
          "default-src 'none'; script-src 'nonce-n'; style-src 'unsafe-inline'; img-src *",
      },
    });
  });
  try {
    await work(`http://127.0.0.1:${server.addr.port}`);
  } finally {
    await server.shutdown();
  }
}

browserTest(
  "a good page has no fault, and says its language, width and weight",
  ({ person }) =>
    served(async (origin) => {
      const ada = await person({ width: 320, language: "ar" });
      const bytes = await weight(ada, () => ada.page.goto(`${origin}/good`));
      assert.equal(bytes, PAGES["/good"]?.length);
      assert.deepEqual([await axeFaults(ada.page), await overflow(ada.page)], [[], 0]);
      assert.equal(await ada.page.evaluate("navigator.language"), "ar");
      await ada.page.goto(`${origin}/arabic`);
      assert.deepEqual(await speech(ada.page), { lang: "ar", dir: "rtl" });
    }),
);

browserTest(
  "what is wrong with a page is found: a missing label, pale letters, small targets, a wide block",
  ({ person }) =>
    served(async (origin) => {
      const { page } = await person({ width: 320 });
      for (
        const [path, rule] of [["/unlabelled", "label"], ["/pale", "color-contrast"], [
          "/small",
          "target-size",
        ]]
      ) {
        await page.goto(`${origin}${path}`);
        const found = await axeFaults(page);
        assert.ok(found.some((fault) => fault.startsWith(`${rule}:`)), `${path}: ${found.join("\n")}`);
      }
      await page.goto(`${origin}/wide`);
      assert.ok(await overflow(page) > 0);
    }),
);

browserTest(
  "what a browser complains of is a fault: a breach of the policy, an error, a foreign address, a missing file",
  ({ person }) =>
    served(async (origin) => {
      const { page, takeFaults } = await person({ expected: [/favicon/] });
      for (
        const [path, fault] of [
          ["/evil", /Content Security Policy/],
          ["/throws", /oh no/],
          ["/foreign", /asks somebody else: http:\/\/example\.invalid/],
          ["/missing", /nowhere\.png answers 404/],
        ] as const
      ) {
        await page.goto(`${origin}${path}`, { waitUntil: "networkidle" });
        const found = takeFaults();
        assert.ok(found.some((one) => fault.test(one)), `${path}: ${found.join("\n")}`);
      }
      await page.goto(`${origin}/good`);
    }),
);
