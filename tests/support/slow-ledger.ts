/**
 * A ledger that closes every five seconds of its own clock, on a network where nobody waits for that: whenever a
 * transaction waits, the next ledger is closed at once, five seconds later.
 * @module
 */
import type { GatewayUnderTest } from "./gateway-under-test.ts";

/** Five seconds between ledgers. */
const SECONDS = 5;

/** Slows a gateway's ledger down. `stop` it before the gateway. */
export async function slowLedger(
  gateway: GatewayUnderTest,
): Promise<{ readonly next: () => Promise<void>; readonly stop: () => Promise<void> }> {
  const ledger = gateway.sandbox?.ledger;
  if (!ledger) throw new Error("Cannot slow the ledger down: this gateway has none of its own");
  await gateway.ledger.behave({ behaviour: "close_every", seconds: SECONDS });
  let closing: Promise<unknown> = Promise.resolve();
  const next = async () => {
    await ledger.close(1, ledger.snapshot().header.closeTime + SECONDS);
  };
  const timer = setInterval(() => {
    if (ledger.waiting() > 0) closing = closing.then(next);
  }, 5);
  gateway.beside.push(next);
  return {
    next,
    async stop() {
      clearInterval(timer);
      await closing;
    },
  };
}
