/**
 * Callbacks to wallets of this deployment.
 * @module
 */
import { z } from "zod";
import { importSeed } from "../auth/mod.ts";
import type { Environment } from "../config/environment.ts";
import { isRegistered } from "../customers/mod.ts";
import type { Performer } from "../effects.ts";
import { callbackBody, checkCallbackUrl, postCallback } from "../outgoing/callbacks.ts";
import { createGuardedFetch } from "../outgoing/mod.ts";
import { createSlowHosts } from "../outgoing/slow-hosts.ts";
import type { Database } from "../records/database.ts";

/** Effects that are posts to wallets. */
type CallbackKind = "transfer_callback" | "transfer_callback_once" | "customer_callback";

/** The room. */
export interface Callbacks {
  /** Judges the address that a wallet gives. @throws {Refusal} 400 */
  readonly check: (url: string) => Promise<void>;
  readonly performers: Readonly<Record<CallbackKind, Performer>>;
  readonly close: () => void;
}

/** Milliseconds within which a receiver has to answer. */
const TIMEOUT_MS = 5_000;

const ofRegistration = callbackBody.extend({ registration: z.string() });

/** Builds the room. @param caCerts PEM certificates that are trusted beside those of the system */
export function callbacksRoom(
  { environment, db, now, caCerts = [] }: {
    readonly environment: Environment;
    readonly db: Database;
    readonly now: () => number;
    readonly caCerts?: readonly string[];
  },
): Callbacks {
  const outgoing = createGuardedFetch({
    allow: environment.outgoingAllow,
    caCerts,
    // Answers are not read.
    maxBytes: 0,
    timeoutMs: TIMEOUT_MS,
  });
  const posting = {
    outgoing,
    signer: importSeed(environment.seeds.signing),
    now,
    slowHosts: createSlowHosts(now),
  };
  return {
    check: (url) => checkCallbackUrl(outgoing, url),
    performers: {
      transfer_callback: ({ body, tries }) => postCallback(posting, callbackBody.parse(body), tries),
      transfer_callback_once: ({ body, tries }) => postCallback(posting, callbackBody.parse(body), tries),
      async customer_callback({ subject, body, tries }) {
        const { registration, ...callback } = ofRegistration.parse(body);
        // Replaced since, or the customer is gone: nobody is to hear of it at that address (R-12-90).
        if (!await isRegistered(db, subject, registration)) return { kind: "done" };
        return await postCallback(posting, callback, tries);
      },
    },
    close: () => void outgoing.close(),
  };
}
