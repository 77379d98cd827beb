/**
 * Environments for tests: one that is right for testnet, and what is wrong with others.
 * @module
 */
import assert from "node:assert/strict";
import { encodeSeed } from "../../../../core/auth/seeds.ts";
import { type Environment, readEnvironment } from "../../../../core/config/environment.ts";
import type { VariableRecord } from "../../../../core/config/environment/variables.ts";
import { describeMistakes } from "../../../../core/config/mistakes.ts";
import { ISSUER } from "../example-anchor.ts";

/** 32 bytes that nobody has seen before. */
export const random = () => crypto.getRandomValues(new Uint8Array(32));

/** Everything that testnet needs. */
export function testnet(): Record<string, string> {
  return {
    STELLAR_NETWORK: "testnet",
    PUBLIC_URL: "https://anchor.example.com",
    SIGNING_SECRET: encodeSeed(random()),
    DISTRIBUTION_SECRET: encodeSeed(random()),
    ASSET_CODE: "USDX",
    ASSET_ISSUER: ISSUER,
    JWT_SECRET: random().toBase64(),
    DATA_KEY: random().toBase64(),
    INDEX_KEY: random().toBase64(),
    WEBHOOK_SECRET: random().toHex(),
    OPERATOR_API_KEYS: `ada:admin:${random().toBase64()}`,
  };
}

/** The environment of a record that has to be right. */
export function right(record: VariableRecord): Environment {
  const result = readEnvironment(record, null);
  assert.ok(result.ok, result.ok ? "" : describeMistakes(result.mistakes));
  return result.value;
}

/** Names of the variables that are wrong, each once. */
export function wrong(record: VariableRecord): string[] {
  const result = readEnvironment(record, null);
  return result.ok ? [] : [...new Set(result.mistakes.map(({ where }) => where))];
}

/** Runs in a folder that goes away. */
export async function inFolder(work: (dataDir: string) => Promise<void>): Promise<void> {
  const dataDir = await Deno.makeTempDir();
  try {
    await work(dataDir);
  } finally {
    await Deno.remove(dataDir, { recursive: true });
  }
}
