/**
 * The two sides on which money moves, and what opens transfers between them.
 * @module
 */
import { parseUnits } from "../../plugins/money.ts";
import type { Receiving } from "../bank/receive.ts";
import type { Anchor } from "../config/anchor-runtime.ts";
import { createCustomers, type Customers, type CustomersOptions } from "../customers/mod.ts";
import { identityNumber } from "../records/normalise.ts";
import type { Vault } from "../records/vault.ts";
import type { OwnAccounts } from "../stellar/accounts.ts";
import { ownership, payingAccounts } from "../stellar/accounts.ts";
import { checkDestination, type DestinationRules } from "../stellar/check-destination.ts";
import { createHorizon, type Horizon } from "../stellar/horizon.ts";
import type { ClawingBack } from "../stellar/clawbacks.ts";
import type { LedgerPaying } from "../stellar/payouts.ts";
import type { LedgerReceiving } from "../stellar/receive.ts";
import type { LedgerReturning } from "../stellar/returns.ts";
import { signersOf } from "../stellar/signers.ts";
import { type LedgerStream, openLedgerStream } from "../stellar/stream.ts";
import { createSources } from "../stellar/sources.ts";
import { accountAskedMs } from "../transfers/account-asked.ts";
import { customersByIndex, type TransferCustomers } from "../transfers/customer-desk.ts";
import { findOwn } from "../transfers/find.ts";
import type { Opening } from "../transfers/opening.ts";
import type { Books } from "../transfers/record.ts";
import { type Transfer, transferFrom } from "../transfers/transfer.ts";
import type { ReturningByItself } from "../unmatched/automatic-returns.ts";
import type { Modules } from "./modules.ts";
import type { GatewayOptions } from "./options.ts";
import { ownAccountsOf } from "./own-accounts.ts";
import { horizonWithPoints } from "./points.ts";

/** The room. */
export interface MoneyRoom {
  readonly horizon: Horizon;
  readonly ownAccounts: OwnAccounts;
  readonly isOurs: (account: string) => boolean;
  /** Listens to our accounts until it is closed; nothing rests on it (M-9). */
  readonly follow: (wake: () => void) => LedgerStream;
  readonly ledgerPaying: LedgerPaying;
  readonly ledgerReceiving: LedgerReceiving;
  readonly ledgerReturning: LedgerReturning;
  readonly clawingBack: ClawingBack;
  /** Orders unmatched money back; so does the config, where it says so. */
  readonly returning: ReturningByItself;
  readonly bankReceiving: Receiving;
  readonly opening: Opening;
  /** Values of a customer that a rail which filters payers is told. */
  readonly payerOf: (customerId: string) => Promise<Readonly<Record<string, string>>>;
  /** Customers, with what follows from a decision about one. */
  readonly customersWith: (
    options: Pick<CustomersOptions, "onStanding" | "writeCustomer" | "forgetWaiting">,
  ) => Customers;
}

/** Milliseconds within which Horizon has to answer a read. */
const HORIZON_TIMEOUT_MS = 8_000;

/** SEP-9 names by which a rail can tell a payer. */
const PAYER_FIELDS = ["first_name", "last_name", "tax_id", "id_number"];

/** Builds the room. */
export function moneyRoom(
  { environment, anchor, db, horizonUrl, books, vault, modules, desk, now, pause, signers }:
    & GatewayOptions
    & {
      readonly now: () => number;
      readonly books: Books;
      readonly vault: Vault;
      readonly modules: Modules;
      readonly desk: TransferCustomers;
    },
): MoneyRoom {
  const { seeds, passphrase } = environment;
  const horizon = horizonWithPoints(
    createHorizon({ url: horizonUrl, passphrase, timeoutMs: HORIZON_TIMEOUT_MS }),
    pause,
  );
  const { distribution: payer, fee, authorizer, channels } = signersOf(seeds, signers);
  const ownAccounts = ownAccountsOf(environment, anchor);
  const isOurs = ownership(ownAccounts);
  const rules = (asset: string) => destinationRules(anchor, asset);
  const ledgerPaying: LedgerPaying = {
    books,
    horizon,
    passphrase,
    payer,
    ...(authorizer === null ? {} : { authorizer }),
    sources: createSources([payer, ...channels]),
    destinationRules: rules,
    accepted: desk.accepted,
    isAccepted: desk.isAccepted,
    bumping: { payer: fee, cap: anchor.feeCap },
    now,
  };
  const unitOf: ClawingBack["unitOf"] = (asset) => ({
    asset,
    currency: anchor.assets.find(({ id }) => id === asset)?.currency ?? asset,
  });
  let customers: Customers | undefined;
  const valuesOf = async (customerId: string, names: readonly string[]) =>
    await customers?.valuesOf(customerId, names) ?? {};

  return {
    horizon,
    ownAccounts,
    isOurs,
    follow: (wake) => openLedgerStream({ url: horizonUrl, accounts: payingAccounts(ownAccounts), wake }),
    payerOf: (customerId) => valuesOf(customerId, PAYER_FIELDS),
    ledgerPaying,
    ledgerReturning: { ...ledgerPaying, vault, unitOf },
    clawingBack: { ...ledgerPaying, unitOf },
    ledgerReceiving: {
      books,
      judge: desk.judge,
      vault,
      receivingAccount: payer.account,
      anchored: new Set(anchor.assets.map(({ id }) => id)),
    },
    returning: {
      db,
      outbox: books.outbox,
      vault,
      railOf: modules.railOf,
      isOurs,
      ruleOf: anchor.returnRuleOf,
    },
    bankReceiving: {
      books,
      judge: desk.judge,
      vault,
      matching: {
        db,
        customersByIdentity: (identity) =>
          customersByIndex({ db, vault }, "identity", identityNumber(identity)),
      },
      assetOf: (currency) => anchor.assets.find((asset) => asset.currency === currency)?.id ?? null,
    },
    opening: {
      ...books,
      vault,
      services: anchor.services.filter(({ rail, kyc }) =>
        !anchor.rails[rail]?.retired && !anchor.kyc[kyc]?.retired
      ),
      railOf: modules.railOf,
      customers: desk,
      checkDestination: (service, payee) =>
        checkDestination({ horizon, isOurs, rules }, {
          asset: service.asset.id,
          hasMemo: payee.memo !== undefined,
          claimable: payee.claimable ?? false,
          ...(payee.destination === undefined ? {} : { destination: payee.destination }),
          ...(payee.source === undefined ? {} : { source: payee.source }),
        }),
    },
    customersWith(options) {
      customers = createCustomers({
        db,
        vault,
        outbox: books.outbox,
        policy: anchor,
        ports: modules.portsOf,
        ...options,
        today: () => new Date().toISOString().slice(0, 10),
        transferForCustomer: async (owner, id) => {
          const transfer = await findOwn(db, owner, { id });
          return transfer && { ...needing(transfer), customerId: transfer.customerId };
        },
        transfersWaiting: async (customerId, type) => {
          const rows = await db.query({
            sql:
              `select * from transfers where customer_id = ? and state in ('kyc', 'asking') and protocol = ?
                  order by state = 'asking' desc, started_ms desc limit 20`,
            args: [customerId, type],
          });
          return rows.map(transferFrom).map(needing);
        },
      });
      return customers;
    },
  };
}

function needing(transfer: Transfer) {
  const { protocol: type, kind, country, tier, rail, kyc } = transfer;
  return { type, kind, country, tier, rail, kyc, accountAskedMs: accountAskedMs(transfer) };
}

function destinationRules(anchor: Anchor, asset: string): DestinationRules {
  const rules = anchor.assets.find(({ id }) => id === asset)?.destination;
  return {
    startingBalance: rules?.startingBalance === undefined ? null : parseUnits(rules.startingBalance),
    claimableBalances: rules?.claimableBalances ?? false,
  };
}
