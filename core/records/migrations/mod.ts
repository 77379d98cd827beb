/**
 * All migrations of the gateway's database, oldest first.
 * @module
 */
import type { Migration } from "../migrate.ts";
import { first } from "./0001-first/mod.ts";
import { wholeSep6And12 } from "./0002-whole-sep-6-and-12/mod.ts";
import { indexesOfWhatIsUnderWay } from "./0003-indexes-of-what-is-under-way/mod.ts";
import { keysInUse } from "./0004-keys-in-use/mod.ts";
import { whoTookIt } from "./0005-who-took-it/mod.ts";
import { drafts } from "./0006-drafts/mod.ts";
import { endOfFlow } from "./0007-end-of-flow/mod.ts";
import { payingAccount } from "./0008-paying-account/mod.ts";
import { chosenLanguage } from "./0009-chosen-language/mod.ts";
import { audit } from "./0010-audit/mod.ts";
import { errands } from "./0011-errands/mod.ts";
import { reserve } from "./0012-reserve/mod.ts";
import { operators } from "./0013-operators/mod.ts";
import { approvals } from "./0014-approvals/mod.ts";
import { feeBumps } from "./0015-fee-bumps/mod.ts";
import { returns } from "./0016-returns/mod.ts";
import { receivables } from "./0017-receivables/mod.ts";
import { debits } from "./0018-debits/mod.ts";
import { eitherHash } from "./0019-either-hash/mod.ts";
import { notes } from "./0020-notes/mod.ts";
import { refundsInPart } from "./0021-refunds-in-part/mod.ts";
import { clawbacks } from "./0022-clawbacks/mod.ts";
import { callsThatSendBack } from "./0023-calls-that-send-back/mod.ts";
import { unreadReviews } from "./0024-unread-reviews/mod.ts";

/** What {@link migrate} applies. */
export const migrations: readonly Migration[] = [
  first,
  wholeSep6And12,
  indexesOfWhatIsUnderWay,
  keysInUse,
  whoTookIt,
  drafts,
  endOfFlow,
  payingAccount,
  chosenLanguage,
  audit,
  errands,
  reserve,
  operators,
  approvals,
  feeBumps,
  returns,
  receivables,
  debits,
  eitherHash,
  notes,
  refundsInPart,
  clawbacks,
  callsThatSendBack,
  unreadReviews,
];
