/**
 * Channels of a campaign.
 * @module
 */

/** As many as are asked for, of a seed that is only this campaign's; nothing for none. */
export function channelVariables(count: number): Readonly<Record<string, string>> {
  if (count === 0) return {};
  const seed = crypto.getRandomValues(new Uint8Array(32)).toBase64();
  return { CHANNEL_SEED: seed, CHANNEL_COUNT: String(count) };
}
