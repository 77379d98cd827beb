import assert from "node:assert/strict";
import { inspectRoutes } from "hono/dev";
import { noLog } from "../../core/log.ts";
import { createApp } from "../../routes/app.ts";
import { PUBLIC_ROUTES } from "../../routes/public-routes.ts";
import { type TestGateway, withGateway } from "../support/gateway.ts";
import { arriveHosted } from "../support/hosted-customer.ts";
import { pageVisitor } from "../support/page-visitor.ts";

/** Somebody with a transfer and everything that opens its pages. */
interface Somebody {
  readonly name: string;
  readonly id: string;
  readonly cookie: string;
  readonly formToken: string;
  /** Of the status page. */
  readonly key: string;
}

const NOBODY = "a".repeat(26);

async function somebody(
  gateway: TestGateway,
  name: string,
  { link, transaction }: Awaited<ReturnType<typeof arriveHosted>>,
): Promise<Somebody> {
  const { id, url } = await link("deposit");
  const person = pageVisitor();
  const page = await person.open(url);
  const { more_info_url: address } = await transaction(id);
  const { pages } = gateway.running.gateway;
  const [{ value: cookie = "" } = {}] = person.cookies.values();
  assert.equal(page.status, 200);
  const session = await pages.sessions.find(cookie.replace("session=", ""), id);
  assert.ok(session);
  return {
    name,
    id,
    cookie,
    formToken: pages.forms.formToken(session),
    key: new URL(address).searchParams.get("key") ?? "",
  };
}

/** Nonces and ids of requests are new each time. */
function comparable(html: string): string {
  return html.replaceAll(/nonce="[^"]*"/g, "").replaceAll(/request_id":"\w+/g, "");
}

Deno.test("R-24-73 R-24-131 R-24-132 pages of somebody else answer like pages that do not exist, on every route", () =>
  withGateway({}, async (gateway) => {
    const { gateway: core, environment, anchor } = gateway.running;
    const { app } = await createApp({ gateway: core, environment, anchor, log: noLog });
    // What is for anybody says nothing of a transfer.
    const isPublic = (path: string) => PUBLIC_ROUTES.some((one) => one.path === path && !one.hidden);
    const doors = inspectRoutes(app).filter(({ isMiddleware, method, path }) =>
      !isMiddleware && method !== "ALL" && path.startsWith("/interactive/") && !isPublic(path)
    );
    assert.ok(doors.length >= 3, "the pages are there");
    const ada = await arriveHosted(gateway);
    const people = [
      await somebody(gateway, "ada", ada),
      // Another transfer of the same customer is as foreign as any.
      await somebody(gateway, "ada's other transfer", ada),
      await somebody(gateway, "bob", await arriveHosted(gateway, { lastName: "Byron" })),
    ];
    const records = () => core.db.query({ sql: "select id, version, language from transfers order by id" });
    const before = await records();
    const ask = async (who: Somebody, method: string, path: string, id: string) => {
      const address = `${gateway.publicUrl}${
        path.replace(":id", id).replaceAll(/:\w+/g, "1")
      }?key=${who.key}`;
      const answer = await app.request(address, {
        method,
        headers: { cookie: who.cookie },
        ...(method === "GET" ? {} : {
          body: new URLSearchParams({
            form_token: who.formToken,
            lang: "es",
            amount: "10",
            first_name: "Eve",
          }),
        }),
      });
      const { status, headers } = answer;
      return { status, cookies: headers.getSetCookie(), html: comparable(await answer.text()) };
    };
    for (const { method, path } of doors) {
      for (const who of people) {
        const nowhere = await ask(who, method, path, NOBODY);
        assert.ok(nowhere.status === 403 || nowhere.status === 404, `${method} ${path}: ${nowhere.status}`);
        for (const owner of people.filter((one) => one !== who)) {
          const foreign = await ask(who, method, path, owner.id);
          assert.deepEqual(foreign, nowhere, `${who.name} asks of ${owner.name}: ${method} ${path}`);
        }
      }
    }
    assert.deepEqual(await records(), before, "nothing has changed");
    // What was asked was right in everything but the transfer.
    for (const who of people) {
      assert.equal((await ask(who, "GET", "/interactive/:id", who.id)).status, 200, who.name);
      assert.equal((await ask(who, "POST", "/interactive/:id/language", who.id)).status, 303, who.name);
      assert.equal((await ask(who, "GET", "/interactive/:id/status", who.id)).status, 200, who.name);
    }
  }));
