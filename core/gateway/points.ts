/**
 * Puts the named points (`core/pause.ts`) around what the gateway is built of: its database, its modules, Horizon, the inbox
 * and the performers of effects. Where nobody pauses, each is handed on as it is and nothing is paid for it.
 * @module
 */
import type { KycProvider } from "../../plugins/kyc-provider.ts";
import type { BankRail } from "../../plugins/bank-rail.ts";
import type { Anchor } from "../config/anchor-runtime.ts";
import type { Performers } from "../effects.ts";
import type { Pause, Point } from "../pause.ts";
import type { Database, Statement } from "../records/database.ts";
import type { Inbox } from "../records/inbox.ts";
import type { Horizon } from "../stellar/horizon.ts";
import type { EffectKind } from "../transfers/decision.ts";
import type { ChoosingRoom } from "./choosing.ts";
import type { GatewayOptions } from "./options.ts";

/** The points before and after a call. */
interface Around {
  readonly before?: Point;
  readonly after?: Point;
}

/** Around which members of something there are points. */
type Members<T> = Readonly<Partial<Record<keyof T, Around>>>;

const around = (before: Point, after: Point): Around => ({ before, after });

const HORIZON = {
  submit: around("ledger.submit.begun", "ledger.submit.done"),
  operations: { after: "ledger.operations.read" },
} as const satisfies Members<Horizon>;

const RAIL = {
  depositInstructions: around("bank.instructions.begun", "bank.instructions.done"),
  createPayout: around("bank.payout.begun", "bank.payout.done"),
  refundInbound: around("bank.refund.begun", "bank.refund.done"),
  readStatement: { after: "bank.statement.read" },
} as const satisfies Members<BankRail>;

const KYC = {
  openCase: around("kyc.open.begun", "kyc.open.done"),
  submitFields: around("kyc.fields.begun", "kyc.fields.done"),
  startReview: around("kyc.review.begun", "kyc.review.done"),
  readCase: { after: "kyc.case.read" },
} as const satisfies Members<KycProvider>;

const INBOX = {
  putRaw: { after: "inbox.written" },
  takeDue: { after: "inbox.begun" },
} as const satisfies Members<Inbox>;

const CHOOSING = {
  choose: around("page.choice.begun", "page.choice.written"),
} as const satisfies Members<ChoosingRoom>;

const effectPoints = (kind: EffectKind): Around => around(`effect.${kind}.begun`, `effect.${kind}.done`);

/** Options whose database and modules have their points. */
export function withPoints(options: GatewayOptions): GatewayOptions {
  const { pause, db, anchor } = options;
  if (!pause) return options;
  return { ...options, db: databaseWithPoints(db, pause), anchor: anchorWithPoints(anchor, pause) };
}

/** A database each of whose batches is followed by its point, which is told what the batch changed. */
function databaseWithPoints(db: Database, pause: Pause): Database {
  return {
    ...db,
    async write(statements, options) {
      const written = await db.write(statements, options);
      await pause("records.written", tablesOf(statements));
      return written;
    },
  };
}

const CHANGE = /^\s*(?:(?:insert|replace)(?:\s+or\s+\w+)?\s+into|update|delete\s+from)\s+(\w+)/i;

/** The tables that statements name first, which are those that they change. */
function tablesOf(statements: readonly Statement[]): readonly string[] {
  return [...new Set(statements.flatMap(({ sql }) => CHANGE.exec(sql)?.[1] ?? []))];
}

/** Horizon with its points. */
export function horizonWithPoints(horizon: Horizon, pause?: Pause): Horizon {
  return pause ? pausing(horizon, HORIZON, pause) : horizon;
}

/** The inbox with its points. */
export function inboxWithPoints(inbox: Inbox, pause?: Pause): Inbox {
  return pause ? pausing(inbox, INBOX, pause) : inbox;
}

/** What chooses, with its points. */
export function choosingWithPoints(room: ChoosingRoom, pause?: Pause): ChoosingRoom {
  return pause ? pausing(room, CHOOSING, pause) : room;
}

/** The performers, with their points. */
export function performersWithPoints(performers: Performers, pause?: Pause): Performers {
  if (!pause) return performers;
  const members: Readonly<Record<EffectKind, Around>> = {
    deposit_instructions: effectPoints("deposit_instructions"),
    ledger_payout: effectPoints("ledger_payout"),
    bank_payout: effectPoints("bank_payout"),
    bank_refund: effectPoints("bank_refund"),
    ledger_refund: effectPoints("ledger_refund"),
    bank_return: effectPoints("bank_return"),
    ledger_return: effectPoints("ledger_return"),
    ledger_clawback: effectPoints("ledger_clawback"),
    customer_review: effectPoints("customer_review"),
    kyc_review: effectPoints("kyc_review"),
    kyc_erase: effectPoints("kyc_erase"),
    customer_erased: effectPoints("customer_erased"),
    kyc_code: effectPoints("kyc_code"),
    transfer_callback: effectPoints("transfer_callback"),
    transfer_callback_once: effectPoints("transfer_callback_once"),
    customer_callback: effectPoints("customer_callback"),
  };
  return pausing(performers, members, pause);
}

function anchorWithPoints(anchor: Anchor, pause: Pause): Anchor {
  return {
    ...anchor,
    rails: mapped(anchor.rails, (one) => ({ ...one, module: pausing(one.module, RAIL, pause) })),
    kyc: mapped(anchor.kyc, (one) => ({ ...one, module: pausing(one.module, KYC, pause) })),
  };
}

function mapped<T>(record: Readonly<Record<string, T>>, change: (value: T) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}

/** The same thing, but some calls of it are waited for before they begin and after they have ended. */
function pausing<T extends object>(
  target: T,
  members: Readonly<Record<string, Around>>,
  pause: Pause,
): T {
  return new Proxy(target, {
    get(object, name) {
      const member: unknown = Reflect.get(object, name);
      const points = typeof name === "string" && Object.hasOwn(members, name) ? members[name] : undefined;
      if (!points || typeof member !== "function") return member;
      return async (...given: unknown[]) => {
        if (points.before) await pause(points.before);
        const result: unknown = await Reflect.apply(member, object, given);
        if (points.after) await pause(points.after);
        return result;
      };
    },
  });
}
