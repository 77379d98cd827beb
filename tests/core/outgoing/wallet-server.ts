/**
 * A wallet's server with TLS, and a guard that reaches it at a public address.
 * @module
 */
import assert from "node:assert/strict";
import { generate } from "selfsigned";
import {
  createGuardedFetch,
  GuardedFetchError,
  type GuardedFetchOptions,
} from "../../../core/outgoing/mod.ts";

export const PUBLIC = "93.184.215.14";
export const certificate = await generate([{ name: "commonName", value: "wallet.example" }], {
  keyType: "ec",
  algorithm: "sha256",
  extensions: [
    { name: "basicConstraints", cA: false },
    { name: "subjectAltName", altNames: [{ type: 2, value: "wallet.example" }, { type: 7, ip: PUBLIC }] },
  ],
});

/** A wallet's server on the loopback interface, and a guard for which it stands at a public address. */
export async function withServer(
  handler: (request: Request) => Response | Promise<Response>,
  options: Partial<GuardedFetchOptions>,
  run: (
    guard: ReturnType<typeof createGuardedFetch>,
    seen: { dialled: string[]; port: number },
  ) => Promise<void>,
) {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, cert: certificate.cert, key: certificate.private, onListen() {} },
    handler,
  );
  const seen = { dialled: [] as string[], port: server.addr.port };
  const guard = createGuardedFetch({
    resolve: () => Promise.resolve([PUBLIC]),
    dial(address, port) {
      seen.dialled.push(`${address}:${port}`);
      return Deno.connect({ hostname: "127.0.0.1", port: seen.port });
    },
    caCerts: [certificate.cert],
    maxBytes: 1000,
    timeoutMs: 5000,
    ...options,
  });
  try {
    await run(guard, seen);
  } finally {
    await guard.close();
    await server.shutdown();
  }
}

/** The error that a guarded request ends in. */
export async function failureOf(answer: Promise<unknown>): Promise<GuardedFetchError> {
  const error = await answer.then(() => undefined, (reason: unknown) => reason);
  assert.ok(error instanceof GuardedFetchError, `expected a GuardedFetchError, got ${error}`);
  return error;
}
