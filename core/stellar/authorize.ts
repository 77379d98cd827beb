/**
 * Authorizes the trustline of a destination where the issuer demands it (M-8, R-06-70, R-24-92): by an envelope that is
 * stored before it is sent, and once for each trustline. One that was authorized by us and is not authorized any more has
 * been frozen by somebody; that is not undone here.
 * @module
 */
import type { Performance } from "../effects.ts";
import { isAlarmOpen, raiseAlarmAnew } from "../records/alarms.ts";
import { repeatable } from "../records/database.ts";
import type { Transfer } from "../transfers/transfer.ts";
import { parseAccount } from "../auth/strkey.ts";
import { type AssetId, issuerOf } from "./asset.ts";
import { errandOf, settleErrand, storeErrand } from "./errands.ts";
import type { Horizon } from "./horizon.ts";
import { issuerSigner, takesSignature } from "./issuer-signer.ts";
import { choiceOf, lookAgain, type Sending, SOON_MS } from "./sending.ts";
import type { Signer } from "./signer.ts";

/** What authorizing needs beside sending. */
export interface Authorizing extends Sending {
  /** Signs for the issuers (`AUTHORIZER_SECRET`); absent: trustlines are authorized by others. */
  readonly authorizer?: Signer;
}

/** Setting flags of trustlines is of this one. */
const THRESHOLD = "low";

/** Detail of the alarm when the ledger refuses an authorization. */
const REFUSED = "not_authorized";

/** One step towards the authorization that this transfer waits for. */
export async function authorizeTrustline(
  on: Authorizing,
  transfer: Transfer,
  destination: string,
): Promise<Performance> {
  const { asset } = transfer;
  const { db } = on.books;
  const trustor = parseAccount(destination)?.account;
  // Whoever closes the alarm of a refusal lets it be tried once more.
  if (await isAlarmOpen(db, "payout_refused", transfer.id, REFUSED)) return lookAgain(on, transfer);
  const authorizer = await issuerSigner(on, asset, THRESHOLD);
  if (authorizer === null || trustor === undefined) return lookAgain(on, transfer);
  const running = { ...on, db };
  const subject = `authorize:${asset}:${trustor}`;
  const known = await errandOf(db, subject);
  if (known?.isDone) {
    await db.write(raiseAlarmAnew("payout_refused", transfer.id, "authorization_revoked"), repeatable);
    return lookAgain(on, transfer);
  }
  const errand = known ?? await storeErrand(running, {
    payer: authorizer,
    sources: on.sources.idle().flatMap((account) => on.sources.signers.get(account) ?? []),
    orders: [{ kind: "authorize", destination: trustor, asset }],
    subject,
    choice: choiceOf(on, await on.horizon.latestLedger()),
  });
  if (errand === null) return { kind: "again", afterMs: SOON_MS };
  const { judgement, retryAfterMs } = await settleErrand(running, errand);
  switch (judgement.kind) {
    case "succeeded":
      return { kind: "again", afterMs: 0 };
    case "undecided":
      return { kind: "again", afterMs: retryAfterMs ?? SOON_MS };
    case "failed":
      await db.write(raiseAlarmAnew("payout_refused", transfer.id, REFUSED), repeatable);
      return lookAgain(on, transfer);
    default:
      return lookAgain(on, transfer);
  }
}

/**
 * Assets whose issuer demands authorization that we cannot give: every deposit of one would wait for ever. One line each
 * with what to do.
 * @throws {HorizonUnavailable}
 */
export async function authorizationProblems(
  horizon: Pick<Horizon, "account">,
  assets: readonly AssetId[],
  authorizer: Signer | null,
): Promise<string[]> {
  const problems: string[] = [];
  for (const asset of assets) {
    const issuer = issuerOf(asset);
    const account = issuer === null ? null : await horizon.account(issuer);
    if (account?.kind !== "found" || !account.flags.authRequired) continue;
    if (authorizer === null) {
      problems.push(`the issuer of ${asset} demands authorization: set AUTHORIZER_SECRET`);
    } else if (!takesSignature(account, authorizer, THRESHOLD)) {
      problems.push(`the issuer of ${asset} demands authorization: make ${authorizer.key} a signer of it`);
    }
  }
  return problems;
}
