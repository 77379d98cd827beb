/**
 * A person whom a wallet sends to the pages, with a whole gateway in this process: what pages will do, called directly.
 * @module
 */
import assert from "node:assert/strict";
import { parseUnits } from "../../../plugins/money.ts";
import type { Gateway } from "../../../core/gateway.ts";
import { sep24TransactionShape } from "../../support/sep24-shapes.ts";
import { findTransfer } from "../../../core/transfers/find.ts";
import type { Owner } from "../../../core/transfers/open-request.ts";
import type { Transfer } from "../../../core/transfers/transfer.ts";
import { arrive, type Customer } from "../../support/customer.ts";
import { type GatewayOptions, type TestGateway, withGateway } from "../../support/gateway.ts";

const PERSON = { first_name: "Ada", last_name: "Lovelace", email_address: "ada@example.com" };

/** A person and the gateway. */
export interface Guest {
  readonly test: TestGateway;
  readonly gateway: Gateway;
  readonly customer: Customer;
  readonly owner: Owner;
  readonly account: string;
  readonly code: string;
  /** Gives what the lightest tier asks, and more, and lets the review happen. @returns the customer's id */
  readonly give: (type: string, more?: Readonly<Record<string, string>>) => Promise<string>;
  /** Every review so far, as `type state`. */
  readonly reviews: () => Promise<string[]>;
  /** Lets time pass until the transfer is in a state. */
  readonly until: (transfer: Transfer, state: Transfer["state"]) => Promise<void>;
}

/** For guests who withdraw tokens that they do not hold yet. */
export const BALANCE_WARNS: Pick<GatewayOptions, "config"> = {
  config: (config) => ({ ...config, pages: { ...config.pages, balanceCheck: "warn" } }),
};

/** Runs a test with a guest at a gateway whose modules have made themselves ready. */
export function withGuest(options: GatewayOptions, run: (guest: Guest) => Promise<void>): Promise<void> {
  return withGateway(options, async (test) => {
    await test.advance();
    const customer = await arrive(test);
    const { gateway } = test.running;
    const { account } = customer.wallet;
    const owner = { sub: account, account, memo: null, muxedId: null, clientDomain: null };
    const guest: Guest = {
      test,
      gateway,
      customer,
      owner,
      account,
      code: test.code,
      async give(type, more = {}) {
        const entries = Object.entries({ ...PERSON, ...more });
        const { id, effects } = await gateway.customers.put(owner, { type, entries, language: "en" });
        await gateway.effects.performNow(effects, 2_000);
        return id;
      },
      async reviews() {
        const rows = await gateway.db.query({ sql: "select type, state from kyc_cases order by rowid" });
        return rows.map(({ type, state }) => `${type} ${state}`);
      },
      async until(transfer, state) {
        await test.until(
          `${transfer.id} to be ${state}`,
          async () => (await nowOf(guest, transfer)).state === state || null,
        );
      },
    };
    await run(guest);
  });
}

/** Opens a draft of which everything is open. */
export function draft(
  { gateway, owner, account, code }: Guest,
  kind: Transfer["kind"],
): Promise<Transfer> {
  return gateway.draft({
    kind,
    protocol: "sep24",
    owner,
    assetCode: code,
    amount: null,
    language: "en",
    ...(kind === "deposit" ? { destination: account } : {}),
  });
}

/** Chooses an amount, which has to be served. */
export async function chosen({ gateway }: Guest, { id }: Transfer, amount: string): Promise<Transfer> {
  const answer = await gateway.choose(id, { amount: parseUnits(amount) });
  assert.ok(answer.kind === "chosen", answer.kind);
  return answer.transfer;
}

/** The transfer as it stands. */
export async function nowOf({ gateway }: Guest, { id }: Transfer): Promise<Transfer> {
  const found = await findTransfer(gateway.db, id);
  assert.ok(found);
  return found;
}

/** What a wallet is shown, by the strictest schema. */
export async function shown({ gateway }: Guest, transfer: Transfer) {
  const body = await gateway.sep24.transaction(transfer, gateway.texts.translatorOf(transfer.language));
  sep24TransactionShape.parse(body);
  return body;
}
