/**
 * A signer that gives no signature leaves everything where it was and is asked again; but while it stays away nothing is
 * paid, so somebody is told at once.
 * @module
 */
import { closeAlarms, raiseAlarmAnew } from "../records/alarms.ts";
import { type Database, repeatable, type Statement } from "../records/database.ts";
import { SignerUnavailable } from "./signatures.ts";
import type { Signer } from "./signer.ts";

/** Does what needs a signature; raises the alarm where there is none. @throws {SignerUnavailable} */
export async function toldOfSigner<Result>(db: Database, sign: () => Promise<Result>): Promise<Result> {
  try {
    return await sign();
  } catch (error) {
    if (error instanceof SignerUnavailable) {
      await db.write(raiseAlarmAnew("signer_unavailable", error.account, error.trouble), repeatable);
    }
    throw error;
  }
}

/** For the batch that stores what it signed: the alarm is settled. */
export function hasSigned({ account }: Pick<Signer, "account">): Statement {
  return closeAlarms("signer_unavailable", account);
}
