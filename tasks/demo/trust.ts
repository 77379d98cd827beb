/**
 * Trust in the certificate authority that `deno task dev --tls` makes for localhost.
 * @module
 */

/**
 * Lets this process trust the authority of a data folder, for what it fetches and for the wallet SDK, whose HTTP client is
 * Node's. Call it before the first connection. @returns how to undo it, or null where the folder holds none
 */
export async function trustLocalAuthority(dataDir: string): Promise<(() => void) | null> {
  const file = `${dataDir}/localhost-authority.pem`;
  let authority: string;
  try {
    authority = await Deno.readTextFile(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
  Deno.env.set("NODE_EXTRA_CA_CERTS", file);
  const client = Deno.createHttpClient({ caCerts: [authority] });
  const plain = globalThis.fetch;
  globalThis.fetch = (input, init) => plain(input, { client, ...init });
  return () => {
    globalThis.fetch = plain;
    client.close();
    Deno.env.delete("NODE_EXTRA_CA_CERTS");
  };
}
