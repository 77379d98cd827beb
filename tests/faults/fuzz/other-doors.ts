/**
 * Requests for login, stellar.toml, webhooks, jobs and health.
 * @module
 */
import fc from "fast-check";
import { bodyOf } from "./bodies.ts";
import { type Door, doorOf } from "./doors.ts";
import type { Encoded } from "./multipart.ts";
import { one } from "./params.ts";
import type { Place } from "./place.ts";
import { envelope } from "./xdr.ts";
import { NO_ACCOUNTS } from "./values.ts";

const challenge = doorOf({
  door: "GET /auth",
  closed: false,
  readsQuery: true,
  query: (place: Place) => [
    one("account", fc.constantFrom(...place.accounts), {
      needed: true,
      wrong: fc.constantFrom(...NO_ACCOUNTS),
    }),
    one("memo", fc.constantFrom("0", "7", "007", "18446744073709551615"), {
      wrong: fc.constantFrom(
        "18446744073709551616",
        "-1",
        "1e3",
        "0x10",
        "١٢",
        "a",
        "9".repeat(10_000),
        "1.0",
      ),
    }),
    one("home_domain", fc.constant(new URL(place.publicUrl).host), {
      wrong: fc.constantFrom("evil.example", "localhost", "*", "__proto__", "x".repeat(10_000), "a\u0000b"),
    }),
    one("client_domain", fc.constant("127.0.0.1:1"), {
      wrong: fc.constantFrom(
        "127.0.0.1",
        "localhost",
        "[::1]",
        "169.254.169.254",
        "[::ffff:127.0.0.1]",
        "2130706433",
        "0x7f.1",
        "a/b",
        "user:pw@127.0.0.1",
        "127.0.0.1#@example.com",
        "x".repeat(10_000),
        "\u0000",
        "1.1.1.1:22",
      ),
    }),
  ],
});

const token: Door = (place) =>
  doorOf({
    door: "POST /auth",
    closed: false,
    readsQuery: true,
    body: () => {
      const sent = fc.tuple(envelope(place), fc.constantFrom("json", "form")).map(
        ([{ text, wrong, fine }, way]) => {
          const body: Encoded = way === "json"
            ? {
              bytes: new TextEncoder().encode(JSON.stringify({ transaction: text })),
              type: "application/json",
              wrong,
            }
            : {
              bytes: new TextEncoder().encode(`transaction=${encodeURIComponent(text)}`),
              type: "application/x-www-form-urlencoded",
              wrong,
            };
          return { ...body, fine, headers: [], chunked: false };
        },
      );
      const odd = bodyOf({
        drawn: fc.constant({ pairs: [["transaction", "AAAA"]], wrong: "no envelope", fine: false }),
        field: "transaction",
        encodings: ["json", "form", "multipart"],
      }).map((body) => ({ ...body, wrong: "no envelope", fine: false }));
      return fc.oneof({ weight: 3, arbitrary: sent }, { weight: 1, arbitrary: odd });
    },
  })(place);

const webhook = (door: string, tail: string) =>
  doorOf({
    door,
    closed: false,
    paths: ({ webhooks }) =>
      fc.tuple(fc.constantFrom(...webhooks), fc.nat(9), fc.constantFrom("", "x", "../..", "%2e%2e", "%ff"))
        .map((
          [{ instance, secret }, way, odd],
        ) => {
          const end = tail === "" ? "" : `/${odd === "" ? "news" : odd}`;
          // Three in ten know the address.
          if (way < 3) return { path: `/webhooks/${instance}/${secret}${end}`, wrong: null };
          const [name, key] = way < 5
            ? [instance, secret.slice(1)]
            : way < 7
            ? ["__proto__", secret]
            : [odd || "x", "constructor"];
          return { path: `/webhooks/${name}/${key}${end}`, wrong: "an address that nobody was given" };
        }),
    body: () =>
      bodyOf({
        drawn: fc.constant({ pairs: [["event", "paid"], ["id", "1"]], wrong: null, fine: false }),
        field: "event",
        encodings: ["json", "form", "multipart"],
      }).map((body) => ({
        ...body,
        wrong: body.bytes.length > 1024 * 1024 ? "too large" : null,
        fine: false,
      })),
  });

/** Routes of every method are tried by one that has a body and one that has none. */
function anyMethod(door: Door): Door {
  return (place) =>
    fc.tuple(door(place), fc.constantFrom("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"))
      .map((
        [shot, method],
      ) => ({
        ...shot,
        method,
        // A body that is not sent is not too large.
        ...(method === "GET"
          ? { body: null, chunked: false, wrong: shot.wrong === "too large" ? null : shot.wrong }
          : {}),
      }));
}

/** By route. */
export const otherDoors: Readonly<Record<string, Door>> = {
  "GET /.well-known/stellar.toml": doorOf({ door: "GET /.well-known/stellar.toml", closed: false }),
  "GET /logo.png": doorOf({ door: "GET /logo.png", closed: false }),
  "GET /reserve": doorOf({ door: "GET /reserve", closed: false }),
  "GET /reserve.jws": doorOf({ door: "GET /reserve.jws", closed: false }),
  "GET /health/live": doorOf({ door: "GET /health/live", closed: false }),
  "GET /health/ready": doorOf({ door: "GET /health/ready", closed: false }),
  "GET /auth": challenge,
  "POST /auth": token,
  "ALL /auth": (place) =>
    anyMethod(doorOf({ door: "ALL /auth", closed: false }))(place).map((shot) => ({
      ...shot,
      method: shot.method === "GET" || shot.method === "POST" || shot.method === "OPTIONS"
        ? "DELETE"
        : shot.method,
      wrong: "a method that is not there",
      fine: false,
    })),
  "POST /jobs/run": (place) =>
    doorOf({ door: "POST /jobs/run", closed: false })(place).chain((shot) =>
      fc.constantFrom(...place.tokens.bad.filter(({ header }) => !header?.includes("for-jobs"))).map((
        token,
      ) => ({
        ...shot,
        token,
        wrong: "no secret of the jobs",
        fine: false,
      }))
    ),
  "ALL /webhooks/:instance/:secret": anyMethod(webhook("ALL /webhooks/:instance/:secret", "")),
  "ALL /webhooks/:instance/:secret/*": anyMethod(webhook("ALL /webhooks/:instance/:secret/*", "tail")),
  "ALL /sandbox/*": anyMethod(doorOf({
    door: "ALL /sandbox/*",
    closed: false,
    paths: () =>
      fc.constantFrom("bank/transfers", "bank/faults", "kyc/decide", "ledger/close", "horizon", "x/../..")
        .map((
          path,
        ) => ({ path: `/sandbox/${path}`, wrong: "no operator's key" })),
  })),
};

/** Addresses and methods of no route. */
export const nowhere: Door = doorOf({
  door: "nowhere",
  closed: false,
  paths: () =>
    fc.constantFrom(
      "/",
      "/sep6",
      "/sep6/",
      "/sep6/info/",
      "/sep6/info-x",
      "/foo/sep6/info",
      "/SEP6/info",
      "/sep6//info",
      "/sep6/%69nfo%",
      "/sep6/deposit-exchange",
      "/sep6/transactions/",
      "/sep24",
      "/sep24/info/",
      "/sep24/transactions/deposit",
      "/sep24/transactions/withdrawal/interactive",
      "/sep24/transaction/",
      "/interactive",
      "/interactive/",
      "/interactive/1/x",
      "/interactive/1/open/",
      "/interactive/%ff",
      "/sep12",
      "/sep12/customer/",
      "/sep12/__proto__",
      "/auth/",
      "/auth/x",
      "/.well-known/",
      "/.env",
      "/%ff%fe",
      "/%00",
      "/jobs",
      "/health",
      "/webhooks/bank",
      `/${"x".repeat(10_000)}`,
      "/sandbox",
      "/operator",
    ).map((path) => ({ path, wrong: "no such address" })),
});

/** Addresses of routes, by a method that they do not have. */
export function otherMethods(doors: readonly string[]): Door {
  const isThere = new Set(doors);
  const paths = [...new Set(doors.map((door) => door.split(" ")[1] ?? ""))]
    .filter((path) => !isThere.has(`ALL ${path}`));
  const absent = paths.flatMap((path) =>
    ["GET", "POST", "PUT", "PATCH", "DELETE", "PROPFIND", "get", "X-NOTHING"]
      .filter((method) => !isThere.has(`${method.toUpperCase()} ${path}`)).map((method) => ({ method, path }))
  );
  const door = doorOf({
    door: "nowhere by this method",
    closed: false,
    paths: () => fc.constant({ path: "/", wrong: "no such method" }),
  });
  return (place) =>
    fc.tuple(door(place), fc.constantFrom(...absent)).map(([shot, { method, path }]) => ({
      ...shot,
      method,
      target: shot.target.replace(/^\//, path.replaceAll(/:\w+/g, "1")),
    }));
}
