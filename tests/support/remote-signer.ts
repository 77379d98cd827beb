/**
 * A signer that stands elsewhere: a service that is asked for signatures over HTTP, and a {@link Signer} that asks it.
 * @module
 */
import { z } from "zod";
import { localSigner, type Signer } from "../../core/stellar/signer.ts";

/** What the service does when it is asked. */
export type Mood =
  | "signs"
  | "slow"
  | "refuses"
  | "signs another hash"
  | "signs by another key"
  | "talks nonsense"
  | "dead";

/** The service. */
export interface SigningService extends AsyncDisposable {
  /** Asks it; the key is not here. */
  readonly signer: Signer;
  mood: Mood;
  /** How often it was asked. */
  readonly asked: () => number;
}

const answer = z.object({ hint: z.string(), signature: z.string() });

/** Starts it. @param secret of the key that it keeps; @param other of a key that is not ours */
export function startSigningService(secret: string, other: string): SigningService {
  const key = localSigner(secret);
  const stranger = localSigner(other);
  let asked = 0;
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, async (request) => {
    asked++;
    const hash = new Uint8Array(await request.arrayBuffer());
    switch (service.mood) {
      case "refuses":
        return Response.json({ error: `the policy of ${secret} says no` }, { status: 403 });
      case "talks nonsense":
        return new Response(`<html>${secret}</html>`);
      case "slow":
        await new Promise((resolve) => setTimeout(resolve, 300));
    }
    const signer = service.mood === "signs by another key" ? stranger : key;
    const signed = await signer.sign(
      service.mood === "signs another hash" ? hash.map((byte) => byte ^ 1) : hash,
    );
    return Response.json({ hint: signed.hint.toHex(), signature: signed.signature.toHex() });
  });
  const service: SigningService = {
    mood: "signs",
    asked: () => asked,
    signer: {
      account: key.account,
      key: key.key,
      async sign(hash) {
        // Where nothing listens.
        const port = service.mood === "dead" ? 1 : server.addr.port;
        const response = await fetch(`http://127.0.0.1:${port}/`, { method: "POST", body: hash.slice() });
        const { hint, signature } = answer.parse(await response.json());
        return { hint: Uint8Array.fromHex(hint), signature: Uint8Array.fromHex(signature) };
      },
    },
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
  return service;
}
