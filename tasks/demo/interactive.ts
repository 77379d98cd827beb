/**
 * The demo in a browser: it names the address of the sandbox's wallet, and keeps the gateway running that it started.
 * @module
 */
import { untilStopped } from "../until-stopped.ts";
import type { Place } from "./place.ts";
import { Broken, say } from "./say.ts";

/** Names the address; returns where a gateway was running already, else never. @throws Broken where there is no wallet */
export async function showWallet(place: Place): Promise<void> {
  const address = `${place.publicUrl}/sandbox/wallet`;
  const answer = await fetch(address);
  await answer.body?.cancel();
  if (!answer.ok) {
    throw new Broken(`${place.publicUrl} has no demo wallet: the sandbox network alone has one`);
  }
  say("open this address in a browser, press Deposit, and follow the anchor's pages:");
  say(`  ${address}`);
  if (!place.isOwn) return;
  say("the gateway runs until you press Ctrl-C");
  await untilStopped(place);
}
