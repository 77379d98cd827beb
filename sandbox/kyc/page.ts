/**
 * The bureau's own page, where a person gives what a case still needs. A link is good once and for an hour.
 * @module
 */
import { Hono } from "hono";
import { html } from "hono/html";
import { caseOf, commit, type Desk } from "./reviews.ts";
import { faultOf, missingOf, reviewed } from "./case.ts";
import { readForm } from "../http/requests.ts";
import { Problem } from "../http/problem.ts";

/** Milliseconds that a link is good for. */
export const PAGE_MS = 3_600_000;

/** The routes under `/sandbox/kyc/page`. */
export function pageRoutes(desk: Desk): Hono {
  async function opened(token: string) {
    const page = await desk.records.page(token, desk.now());
    const kyc = page && await desk.records.caseByRef(page.ref);
    const bureau = kyc && await desk.records.bureau(kyc.bureau);
    if (!page || !bureau) {
      throw new Problem(404, "page_unknown", "Cannot open the page: the link is used up or old");
    }
    return { page, bureau, kyc: await caseOf(desk, bureau, page.ref) };
  }

  return new Hono()
    .get("/:token", async (c) => {
      const { bureau, kyc } = await opened(c.req.param("token"));
      const inputs = missingOf(bureau.shape, kyc).map((name) =>
        html`<p><label>${name} <input name="${name}" required></label></p>`
      );
      return c.html(html`
        <!DOCTYPE html>
        <html lang="en">
          <head>
            <meta charset="utf-8">
            <title>Sandbox KYC</title>
            <meta name="viewport" content="width=device-width">
          </head>
          <body>
            <h1>Sandbox KYC</h1>
            <form method="post">${inputs}<button>Continue</button></form>
          </body>
        </html>
      `);
    })
    .post("/:token", async (c) => {
      const token = c.req.param("token");
      const form = await readForm(c);
      return await desk.inTurn(async () => {
        const { page, bureau, kyc } = await opened(token);
        const wanted = missingOf(bureau.shape, kyc);
        const fields: Record<string, string> = {};
        const documents: Record<string, string> = {};
        for (const name of wanted) {
          const value = String(form.get(name) ?? "");
          if (bureau.shape.documents.includes(name)) documents[name] = "given-on-page";
          else if (faultOf(name, value) === null) fields[name] = value;
        }
        const filled = {
          ...kyc,
          fields: { ...kyc.fields, ...fields },
          documents: { ...kyc.documents, ...documents },
          refused: {},
          revision: kyc.revision + 1,
        };
        const complete = missingOf(bureau.shape, filled).length === 0;
        await commit(desk, bureau, complete ? reviewed(bureau.shape, filled, desk.now()) : filled, kyc, [
          desk.records.dropPage(token),
        ]);
        return c.redirect(page.return_url, 303);
      });
    });
}
