/**
 * The stage of a test file in which people visit the pages: one gateway for all its tests, which a wallet's site may frame.
 * @module
 */
import assert from "node:assert/strict";
import { type GatewayOptions, startGateway, type TestGateway } from "./gateway.ts";
import { chromium } from "./machine.ts";
import { openWalletSite } from "./wallet-window.ts";

/** The stage. */
export interface PagesStage {
  readonly gateway: TestGateway;
  /** Of the wallet's site. */
  readonly walletOrigin: string;
  /** Moves the clock of tokens and sessions for as long as the work lasts. */
  readonly later: (seconds: number, work: () => Promise<void>) => Promise<void>;
}

/** Sees to it that the stage stands before the first test of the file; to be called while tests are declared. */
export function pagesStage(options: GatewayOptions = {}): () => PagesStage {
  let stage: PagesStage & { readonly stop: () => Promise<void> } | null = null;
  // Without a browser no test needs it.
  if (chromium.find() !== undefined) {
    Deno.test.beforeAll(async () => {
      stage = await openStage(options);
    });
    Deno.test.afterAll(async () => {
      await stage?.stop();
      stage = null;
    });
  }
  return () => stage ?? assert.fail("The stage stands before the tests");
}

async function openStage(options: GatewayOptions): Promise<PagesStage & { stop: () => Promise<void> }> {
  const site = openWalletSite();
  let shift = 0;
  const gateway = await startGateway({
    ...options,
    now: () => Math.floor(Date.now() / 1000) + shift,
    async config(given, inputs) {
      // The demo wallet stands on the gateway's own port; by its number it is another site than by its name.
      const demo = `http://127.0.0.1:${new URL(inputs.publicUrl).port}`;
      const pages = { frameAncestors: [site.origin, demo], refreshSeconds: 2, ...given.pages };
      return await options.config?.({ ...given, pages }, inputs) ?? { ...given, pages };
    },
  });
  // The first round of jobs sets up what bank and bureau know of the gateway.
  await gateway.advance();
  return {
    gateway,
    walletOrigin: site.origin,
    async later(seconds, work) {
      shift = seconds;
      try {
        await work();
      } finally {
        shift = 0;
      }
    },
    async stop() {
      await gateway.stop();
      await site.stop();
    },
  };
}
