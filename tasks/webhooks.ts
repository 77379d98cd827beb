/**
 * `deno task webhooks`: the address at which each module's provider calls, for whoever enters it there. The last part is
 * secret; whoever has it can put requests into the inbox, and nothing else.
 * @module
 */
import { webhookUrl } from "../core/outgoing/webhook-address.ts";
import { print } from "./gate/print.ts";
import { orAdvice } from "./permission.ts";
import { readConfig } from "./read-config.ts";

const { environment: { publicUrl, webhookSecret }, anchor } = await orAdvice("tasks/webhooks.ts", readConfig);
for (const instance of [...Object.keys(anchor.kyc), ...Object.keys(anchor.rails)]) {
  print(`${instance}: ${webhookUrl(publicUrl, webhookSecret, instance)}`);
}
