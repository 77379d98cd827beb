/**
 * The bureau's API for the owner of an account: what a KYC module calls. Every request shows the bureau's bearer.
 * @module
 */
import { type Context, Hono } from "hono";
import * as z from "zod";
import { newId } from "../random-id.ts";
import { Problem } from "../http/problem.ts";
import { bearerOf, readJson } from "../http/requests.ts";
import { type Faults, faulty } from "../faults/mod.ts";
import { caseView, shapeSchema } from "./case.ts";
import { PAGE_MS } from "./page.ts";
import { checkCode, codeRequest, sendCode } from "./codes.ts";
import type { Bureau } from "./records.ts";
import {
  caseOf,
  decideDue,
  type Desk,
  openCase,
  openRequest,
  putDocument,
  putFields,
  startReview,
} from "./reviews.ts";

const setUp = z.strictObject({
  shape: shapeSchema,
  webhook: z.strictObject({ url: z.url(), secret: z.string().min(1) }).nullable(),
});
const values = z.record(z.string(), z.string());

/** The routes under `/sandbox/kyc/bureaus/{name}`. */
export function ownerRoutes(desk: Desk, faults: Faults): Hono {
  const fault = (operation: string) => faulty(faults, operation, desk.closed);

  async function owned(c: Context): Promise<Bureau> {
    const token = bearerOf(c);
    const bureau = await desk.records.bureau(c.req.param("name") ?? "");
    if (!bureau) throw new Problem(404, "bureau_unknown", "Cannot find the bureau: set it up first");
    if ((desk.key ?? bureau.token) !== token) {
      throw new Problem(401, "unauthorized", "Cannot open the bureau: wrong bearer");
    }
    await decideDue(desk);
    return bureau;
  }

  return new Hono()
    .put("/:name{[a-z][a-z0-9-]{0,62}}", fault("prepare"), async (c) => {
      const token = bearerOf(c);
      const name = c.req.param("name");
      const { shape, webhook } = await readJson(c, setUp);
      return await desk.inTurn(async () => {
        const known = await desk.records.bureau(name);
        if (token !== (desk.key ?? known?.token ?? token)) {
          throw new Problem(401, "unauthorized", "Cannot set up the bureau: wrong bearer");
        }
        await desk.records.write([desk.records.keepBureau({ name, token, shape, webhook })]);
        return c.json({ name });
      });
    })
    .put("/:name/cases/:key", fault("open"), async (c) => {
      const bureau = await owned(c);
      return c.json(await openCase(desk, bureau, c.req.param("key"), await readJson(c, openRequest)));
    })
    .get("/:name/cases/:ref", fault("read"), async (c) => {
      const bureau = await owned(c);
      return c.json(caseView(bureau.shape, await caseOf(desk, bureau, c.req.param("ref"))));
    })
    .delete("/:name/cases/:ref", fault("erase"), async (c) => {
      const bureau = await owned(c);
      const kyc = await caseOf(desk, bureau, c.req.param("ref"));
      await desk.inTurn(() => desk.records.write(desk.records.erase(kyc)));
      return c.json({ erased: true });
    })
    .patch("/:name/cases/:ref/fields", fault("fields"), async (c) => {
      const bureau = await owned(c);
      return c.json(await putFields(desk, bureau, c.req.param("ref"), await readJson(c, values)));
    })
    .put("/:name/cases/:ref/documents/:document", fault("document"), async (c) => {
      const bureau = await owned(c);
      const bytes = new Uint8Array(await c.req.arrayBuffer());
      const sha256 = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
      if (c.req.header("Sandbox-Content-Sha256") !== sha256) {
        throw new Problem(400, "invalid_request", "Cannot take the document: it is not what was announced");
      }
      return c.json(await putDocument(desk, bureau, c.req.param("ref"), c.req.param("document"), sha256));
    })
    .post("/:name/cases/:ref/review", fault("review"), async (c) => {
      const bureau = await owned(c);
      return c.json(await startReview(desk, bureau, c.req.param("ref")));
    })
    .post("/:name/cases/:ref/page", fault("page"), async (c) => {
      const bureau = await owned(c);
      const kyc = await caseOf(desk, bureau, c.req.param("ref"));
      const { return_url } = await readJson(c, z.strictObject({ return_url: z.url() }));
      const token = newId("page") + newId("");
      const expires = desk.now() + PAGE_MS;
      await desk.records.write([
        desk.records.keepPage({ token, ref: kyc.ref, returnUrl: return_url, expires }),
      ]);
      return c.json({ path: `/page/${token}`, valid_until: new Date(expires).toISOString() });
    })
    .post("/:name/codes", fault("send_code"), async (c) => {
      const bureau = await owned(c);
      return c.json(await sendCode(desk, bureau, await readJson(c, codeRequest)));
    })
    .post("/:name/codes/:ref/check", fault("check_code"), async (c) => {
      const bureau = await owned(c);
      const { code } = await readJson(c, z.strictObject({ code: z.string() }));
      return c.json({ result: await checkCode(desk, bureau, c.req.param("ref"), code) });
    })
    .get("/:name/changes", fault("changes"), async (c) => {
      const bureau = await owned(c);
      const after = z.coerce.number().int().min(0).catch(0).parse(c.req.query("after"));
      const found = await desk.records.changes(bureau.name, after, 51);
      const page = found.slice(0, 50);
      return c.json({
        refs: [...new Set(page.map(({ ref }) => ref))],
        next: page.at(-1)?.position ?? after,
        more: found.length > 50,
      });
    });
}
