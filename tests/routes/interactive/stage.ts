/**
 * A stage for tests of the pages: a gateway in this process, and a wallet's user on the way to them.
 */
import { type GatewayOptions, type TestGateway, withGateway } from "../../support/gateway.ts";
import { type Actor as ActorOn, actor } from "../../support/page-actor.ts";

export { actor, type Link, opened } from "../../support/page-actor.ts";

/** A wallet's user on the way to our pages. */
export type Actor = ActorOn<TestGateway>;

/** A test's body with a user. */
export function acted(
  work: (ada: Actor, gateway: TestGateway) => Promise<void>,
  options: GatewayOptions = {},
): () => Promise<void> {
  return () => withGateway(options, async (gateway) => await work(await actor(gateway), gateway));
}
