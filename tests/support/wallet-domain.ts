/**
 * A wallet's own domain, over HTTPS: its stellar.toml, and the server that signs with the key named there.
 * @module
 */
import { Keypair, Transaction } from "@stellar/stellar-sdk";
import { z } from "zod";

const signRequest = z.object({ transactionXDR: z.string(), networkPassphrase: z.string() });

/** Opens the domain on localhost. */
export function openWalletDomain(tls: { readonly cert: string; readonly key: string }) {
  const key = Keypair.random();
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, ...tls, onListen: () => {} },
    async (request) => {
      const { pathname } = new URL(request.url);
      if (pathname === "/.well-known/stellar.toml") {
        return new Response(`SIGNING_KEY = "${key.publicKey()}"\n`);
      }
      const { transactionXDR, networkPassphrase } = signRequest.parse(await request.json());
      const transaction = new Transaction(transactionXDR, networkPassphrase);
      transaction.sign(key);
      return Response.json({ transaction: transaction.toXDR() });
    },
  );
  const domain = `localhost:${server.addr.port}`;
  return { domain, signer: `https://${domain}/sign`, stop: () => server.shutdown() };
}
