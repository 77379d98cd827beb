/**
 * What a config may not ask for on Deno Deploy, where nothing lasts but what is stored elsewhere.
 * @module
 */
import type { Anchor } from "./anchor-runtime.ts";
import { SANDBOX_MODULE } from "./check.ts";
import type { Storage } from "./environment/storage.ts";
import type { Mistake } from "./mistakes.ts";
import { pathOf } from "./schema.ts";

/** Mistakes of an anchor for the place where it runs; none off Deno Deploy. */
export function edgeMistakes(
  { rails, kyc }: Pick<Anchor, "rails" | "kyc">,
  { deploy, sandboxUrl }: Pick<Storage, "deploy" | "sandboxUrl">,
): Mistake[] {
  if (deploy === null) return [];
  const byFile = Object.entries(rails).filter(([, { module }]) => module.declares.news.files)
    .map(([name]): Mistake => ({
      where: pathOf(["rails", name]),
      write: "write a rail with webhooks or a statement: its files would lie on a disk that does not last",
    }));
  const hasSandbox = [...Object.values(rails), ...Object.values(kyc)].some(({ module }) =>
    module.id === SANDBOX_MODULE
  );
  if (!hasSandbox || sandboxUrl !== null) return byFile;
  return [...byFile, {
    where: "SANDBOX_URL",
    write:
      "write where the task sandbox answers (https://…/sandbox), or use real providers: it does not run here",
  }];
}
