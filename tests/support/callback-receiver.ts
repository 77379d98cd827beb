/**
 * A wallet's server that takes callbacks, over HTTPS on localhost, and verifies each as a wallet does.
 * @module
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { Keypair } from "@stellar/stellar-sdk";
import { localCertificates } from "../../tasks/local-certificates.ts";

/** A callback as it came. */
export interface Post {
  readonly path: string;
  /** The exact body. */
  readonly text: string;
  /** Seconds since 1970 of the signature. */
  readonly t: number;
  readonly signature: string;
}

/** The server. */
export type Receiver = Awaited<ReturnType<typeof openReceiver>>;

/** Opens the server. */
export async function openReceiver() {
  const folder = await Deno.makeTempDir({ prefix: "kedge-" });
  const files = await localCertificates(folder);
  const [cert, key, authority] = await Promise.all(
    [files.cert, files.key, files.authority].map((path) => Deno.readTextFile(path)),
  );
  assert.ok(cert !== undefined && key !== undefined && authority !== undefined);
  await Deno.remove(folder, { recursive: true });
  const posts: Post[] = [];
  const closing = Promise.withResolvers<number>();
  let answer: (post: Post) => number | Promise<number> = () => 204;
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, cert, key, onListen: () => {} },
    async (request) => {
      const signature = request.headers.get("signature") ?? "";
      const post = {
        path: new URL(request.url).pathname,
        text: await request.text(),
        t: Number(/^t=(\d+),/.exec(signature)?.[1]),
        signature,
      };
      const isJson = request.method === "POST" &&
        request.headers.get("content-type") === "application/json" &&
        request.headers.get("x-stellar-signature") === signature;
      if (!isJson) return new Response(null, { status: 500 });
      posts.push(post);
      return new Response(null, { status: await Promise.race([answer(post), closing.promise]) });
    },
  );
  const host = `localhost:${server.addr.port}`;
  return {
    /** `host:port`, for `OUTGOING_ALLOW`. */
    host,
    /** What a gateway has to trust. */
    authority,
    /** Everything that came, in order. */
    posts,
    /** Bodies that came to a path, parsed. */
    bodiesOf: (path: string): unknown[] =>
      posts.filter((post) => post.path === path).map(({ text }) => JSON.parse(text)),
    url: (path: string) => `https://${host}${path}`,
    /** What is answered from now on; 204 at first. */
    answers(by: typeof answer) {
      answer = by;
    },
    /** Fails unless every post is fresh and signed with the key of the gateway's stellar.toml for this host. */
    async verifyAll(publicUrl: string): Promise<void> {
      const toml = await (await fetch(`${publicUrl}/.well-known/stellar.toml`)).text();
      const signer = Keypair.fromPublicKey(/SIGNING_KEY *= *"(G\w+)"/.exec(toml)?.[1] ?? "");
      for (const { signature, t, text } of posts) {
        const s = /^t=\d+, s=(\S+)$/.exec(signature)?.[1] ?? "";
        assert.ok(signer.verify(Buffer.from(`${t}.${host}.${text}`), Buffer.from(s, "base64")));
        assert.ok(Math.abs(Date.now() / 1000 - t) < 120);
      }
    },
    /** Ends it, whatever is still to be answered. */
    stop() {
      closing.resolve(503);
      return server.shutdown();
    },
  };
}

/** Runs a test with a receiver, and what a gateway needs to reach it. */
export async function withReceiver(
  test: (
    receiver: Receiver,
    options: { readonly variables: { readonly OUTGOING_ALLOW: string }; readonly caCerts: readonly string[] },
  ) => Promise<void>,
): Promise<void> {
  const receiver = await openReceiver();
  try {
    await test(receiver, {
      variables: { OUTGOING_ALLOW: receiver.host },
      caCerts: [receiver.authority],
    });
  } finally {
    await receiver.stop();
  }
}
