/**
 * A proxy that lets a write commit and loses its first answer.
 * @module
 */
import { serveCuttable } from "../../support/cuttable-server.ts";

/** How an answer is lost, after the server has committed; `before` loses the request instead. */
export type Cut = "cut" | "cut in the midst" | "503" | "hang" | "before";

/** A running proxy in front of a libSQL server. */
export interface CuttingProxy extends AsyncDisposable {
  readonly url: string;
  /** How many answers have been lost. */
  readonly cuts: number;
  /** How many write batches have come in. */
  readonly writes: number;
}

/** Loses the first answer of each write batch; the same batch sent again gets its answer. */
export async function startCuttingProxy(target: string, how: Cut): Promise<CuttingProxy> {
  const seen = new Set<string>();
  const over = Promise.withResolvers<void>();
  let cuts = 0;
  let writes = 0;
  const server = await serveCuttable(async ({ method, path, headers, body }) => {
    const text = new TextDecoder().decode(body);
    const isWrite = text.includes("BEGIN IMMEDIATE");
    if (isWrite) writes++;
    const isFirst = isWrite && !seen.has(text);
    if (isFirst) {
      seen.add(text);
      cuts++;
      if (how === "before") return "cut";
    }
    const contentType = headers.get("content-type") ?? "";
    const answer = await fetch(target + path, { method, headers: { "content-type": contentType }, body });
    const bytes = await answer.arrayBuffer();
    if (!isFirst) {
      return new Response(bytes, { status: answer.status, headers: { "content-type": contentType } });
    }
    if (how === "hang") await over.promise;
    return how === "503"
      ? new Response("upstream is away", { status: 503 })
      : how === "cut"
      ? "cut"
      : "cut in the midst";
  });
  return {
    url: server.url,
    get cuts() {
      return cuts;
    },
    get writes() {
      return writes;
    },
    async [Symbol.asyncDispose]() {
      over.resolve();
      await server[Symbol.asyncDispose]();
    },
  };
}
