import { deepEqual, equal, match, notEqual, ok, rejects } from "node:assert/strict";
import { Buffer } from "node:buffer";
import { Keypair } from "@stellar/stellar-sdk";
import { importSeed } from "../../../core/auth/mod.ts";
import { signatureHeaders } from "../../../core/outgoing/callback-signature.ts";
import { checkCallbackUrl, postCallback } from "../../../core/outgoing/callbacks.ts";
import { createGuardedFetch, type GuardedFetch } from "../../../core/outgoing/mod.ts";
import { createSlowHosts } from "../../../core/outgoing/slow-hosts.ts";
import { certificate, PUBLIC, withServer } from "./wallet-server.ts";

const keys = Keypair.random();
const signer = importSeed(keys.secret());
const postingBy = (outgoing: Pick<GuardedFetch, "fetch">) => ({
  outgoing,
  signer,
  now: () => 1,
  slowHosts: createSlowHosts(() => 1),
});
const TEXT = JSON.stringify({ transaction: { id: "é", status: "completed" } });

/** What a wallet does with the header, by the SDK's own keys. */
function verifies(header: string | null, host: string, body: string): boolean {
  const [, t, s] = /^t=(\d+), s=([A-Za-z0-9+/]{86}==)$/.exec(header ?? "") ?? [];
  ok(t !== undefined && s !== undefined, `not the form of a signature: ${header}`);
  return Keypair.fromPublicKey(keys.publicKey())
    .verify(Buffer.from(`${t}.${host}.${body}`), Buffer.from(s, "base64"));
}

Deno.test("R-06-167 R-06-168 R-12-94 the SDK verifies the signature over time, host and body", () => {
  const sign = (url: string) => signatureHeaders(signer, { t: 1_700_000_000, url: new URL(url), body: TEXT });
  const headers = sign("https://Wallet.example:443/cb?user=1#x");
  match(headers.Signature, /^t=1700000000, s=/);
  equal(headers["X-Stellar-Signature"], headers.Signature);
  ok(verifies(headers.Signature, "wallet.example", TEXT));
  for (const [host, body] of [["other.example", TEXT], ["wallet.example", `${TEXT} `]] as const) {
    equal(verifies(headers.Signature, host, body), false);
  }
  // A receiver on another port finds it in its Host header.
  ok(verifies(sign("https://wallet.example:8443/cb").Signature, "wallet.example:8443", TEXT));
});

Deno.test("R-12-93 R-12-95 R-06-169 a post carries the exact text, JSON's type, and both headers anew for each try", async () => {
  const seen: {
    request: string;
    type: string | null;
    signature: string | null;
    older: string | null;
    body: string;
  }[] = [];
  let time = 1_700_000_000;
  await withServer(
    async (request) => {
      const { pathname, search } = new URL(request.url);
      seen.push({
        request: `${request.method} ${pathname}${search}`,
        type: request.headers.get("content-type"),
        signature: request.headers.get("signature"),
        older: request.headers.get("x-stellar-signature"),
        body: await request.text(),
      });
      return new Response("x".repeat(5_000), { status: seen.length === 1 ? 500 : 200 });
    },
    {},
    async (outgoing) => {
      const posting = { outgoing, signer, now: () => time++, slowHosts: createSlowHosts(() => 1) };
      const callback = { url: "https://wallet.example/cb?user=1", text: TEXT };
      equal((await postCallback(posting, callback, 1)).kind, "retry");
      // The answer is longer than anything that is read; it is not read.
      deepEqual(await postCallback(posting, callback, 2), { kind: "done" });
    },
  );
  equal(seen.length, 2);
  for (const { request, type, signature, older, body } of seen) {
    deepEqual([request, type, body], ["POST /cb?user=1", "application/json", TEXT]);
    equal(older, signature);
    ok(verifies(signature, "wallet.example", TEXT));
  }
  notEqual(seen[0]?.signature, seen[1]?.signature);
});

Deno.test("R-06-170 R-12-99 whatever is no 2xx is tried again, later each time, and given up in the end", async () => {
  const asked: string[] = [];
  const answer = (request: Request) => {
    const { pathname } = new URL(request.url);
    asked.push(pathname);
    return new Response(null, { status: Number(pathname.slice(1)), headers: { location: "/200" } });
  };
  await withServer(answer, {}, async (outgoing) => {
    const post = (status: number, tries: number) =>
      postCallback(
        postingBy(outgoing),
        { url: `https://wallet.example/${status}`, text: "{}" },
        tries,
      );
    for (const status of [302, 400, 410]) {
      equal((await post(status, 1)).kind, "retry");
      deepEqual(await post(status, 8), { kind: "give_up", error: `callback.status_${status}` });
    }
    const waits: number[] = [];
    for (let tries = 1; tries < 8; tries++) {
      const end = await post(503, tries);
      waits.push(end.kind === "retry" ? end.afterMs ?? 0 : 0);
    }
    deepEqual(waits, [...waits].sort((a, b) => a - b));
    ok(waits.every((wait) => wait >= 5_000));
    // No redirect was followed.
    ok(!asked.includes("/200"));
  });
});

Deno.test("R-12-99 R-06-170 a receiver that is slow, absent or private fails with a code and no address", async () => {
  const slow = Promise.withResolvers<Response>();
  const url = "https://wallet.example/secret-path";
  const post = async (options: Parameters<typeof withServer>[1]) => {
    const ends: unknown[] = [];
    await withServer(() => slow.promise, options, async (outgoing) => {
      ends.push(
        await postCallback(postingBy(outgoing), { url, text: "{}" }, 1).finally(() =>
          slow.resolve(new Response())
        ),
      );
    });
    return ends;
  };
  const failed = (error: string, isUnsent: boolean) => [
    { kind: "retry", error: `callback.${error}`, afterMs: 5_000, isUnsent },
  ];
  deepEqual(await post({ timeoutMs: 1_000 }), failed("timed_out", false));
  deepEqual(await post({ resolve: () => Promise.resolve([]) }), failed("unresolved", true));
  deepEqual(
    await post({ resolve: () => Promise.resolve([PUBLIC, "10.0.0.1"]) }),
    failed("address_refused", true),
  );
});

Deno.test("R-12-99 a host that let a post hang is left alone for a while, which counts as no try; others are not", async () => {
  const slow = Promise.withResolvers<Response>();
  let time = 1_000;
  const asked: string[] = [];
  const answer = (request: Request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/slow") return slow.promise;
    asked.push(pathname);
    return new Response();
  };
  const slowHosts = createSlowHosts(() => time);
  await withServer(answer, { timeoutMs: 1_000 }, async (hasty, { port }) => {
    // On a machine that is busy a good answer may take its time.
    const patient = createGuardedFetch({
      resolve: () => Promise.resolve([PUBLIC]),
      dial: () => Deno.connect({ hostname: "127.0.0.1", port }),
      caCerts: [certificate.cert],
      maxBytes: 0,
      timeoutMs: 30_000,
    });
    const post = (outgoing: Pick<GuardedFetch, "fetch">, host: string, path: string) =>
      postCallback(
        { ...postingBy(outgoing), slowHosts },
        { url: `https://${host}${path}`, text: "{}" },
        1,
      );
    try {
      equal((await post(hasty, "wallet.example", "/slow")).kind, "retry");
      deepEqual(await post(patient, "wallet.example", "/early"), { kind: "untried", afterMs: 30_000 });
      deepEqual(await post(patient, PUBLIC, "/another-host"), { kind: "done" });
      time += 30;
      deepEqual(await post(patient, "wallet.example", "/late"), { kind: "done" });
    } finally {
      slow.resolve(new Response());
      await patient.close();
    }
  });
  deepEqual(asked, ["/another-host", "/late"]);
});

Deno.test("R-06-58 R-12-98 addresses for callbacks that are no HTTPS, or lead inside, are refused", async () => {
  const inside: Record<string, string[]> = {
    "intranet.example": ["10.0.0.1"],
    "mixed.example": [PUBLIC, "::1"],
    "metadata.example": ["169.254.169.254"],
    "mapped.example": ["::ffff:192.168.1.1"],
    "nat64.example": ["64:ff9b::7f00:1"],
  };
  const guard = createGuardedFetch({
    resolve: (host) => Promise.resolve(inside[host] ?? [PUBLIC]),
    maxBytes: 0,
    timeoutMs: 100,
  });
  const refusal = (url: string, code: string) =>
    rejects(checkCallbackUrl(guard, url), (error: { code?: string }) => {
      equal(error.code, code, url);
      return true;
    });
  try {
    for (
      const url of [
        "",
        "/callback",
        "//wallet.example/cb",
        "wallet.example/cb",
        "http://wallet.example/cb",
        "ftp://wallet.example/cb",
        "javascript:alert(1)",
        "https:wallet.example",
        "https://",
        "https://user@wallet.example/",
        "https://user:secret@wallet.example/",
        "https://wallet.example:22/",
        "https://wallet.example:99999/",
        " https://wallet.example/",
        "https://wallet.example/\n",
        "https:\\\\wallet.example",
        `https://wallet.example/${"a".repeat(10_000)}`,
      ]
    ) {
      await refusal(url, "callback.url_invalid");
    }
    for (
      const host of [
        "localhost",
        "LOCALHOST.",
        "wallet.localhost",
        "printer.local",
        "db.internal",
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f.1",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "[::]",
        "[::1]",
        "[fe80::1]",
        "[fd00::1]",
        "[::ffff:10.0.0.1]",
        "[::ffff:a00:1]",
        "[64:ff9b::10.0.0.1]",
        ...Object.keys(inside),
      ]
    ) {
      await refusal(`https://${host}/cb`, "callback.url_private");
    }
    for (
      const url of ["https://wallet.example", "HTTPS://wallet.example:8443/a?b=c#d", `https://${PUBLIC}/`]
    ) {
      await checkCallbackUrl(guard, url);
    }
  } finally {
    await guard.close();
  }
});

Deno.test("R-06-58 a name that cannot be looked up in time is taken, since each post judges anew", async () => {
  const never = Promise.withResolvers<string[]>();
  for (const resolve of [() => never.promise, () => Promise.resolve([]), () => Promise.reject(new Error())]) {
    const guard = createGuardedFetch({ resolve, maxBytes: 0, timeoutMs: 50 });
    equal(await guard.judge("https://wallet.example/", 20), null);
    await guard.close();
  }
});

Deno.test("OUTGOING_ALLOW counts when an address is judged, for that host and port alone", async () => {
  const guard = createGuardedFetch({ allow: ["localhost:9443"], maxBytes: 0, timeoutMs: 50 });
  equal(await guard.judge("https://localhost:9443/cb", 20), null);
  equal(await guard.judge("https://localhost:9444/cb", 20), "address_refused");
  await guard.close();
});
