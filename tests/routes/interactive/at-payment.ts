/** What tests of paying and of the status share: transfers whose customer has given everything and is accepted. */
import assert from "node:assert/strict";
import { findTransfer } from "../../../core/transfers/find.ts";
import { parseUnits } from "../../../plugins/money.ts";
import type { GatewayOptions, TestGateway } from "../../support/gateway.ts";
import { type Actor, type Link, opened } from "./stage.ts";
import type { PageVisitor, Visited } from "../../support/page-visitor.ts";

/** A person whose transfer can be paid. */
export interface AtPayment extends Link {
  readonly person: PageVisitor;
  /** The page at which it is. */
  readonly page: () => Promise<Visited>;
  /** The page that `more_info_url` leads to, as anybody sees it. */
  readonly moreInfo: string;
}

/** What the person gives: values that no page may show again. */
export const GIVEN: Readonly<Record<string, string>> = {
  first_name: "Zacharias",
  last_name: "Quillfeather",
  email_address: "zq@secret.example",
  bank_account_number: "998877665544",
};

/** For people who withdraw tokens that they do not hold yet. */
export const BALANCE_WARNS: GatewayOptions = {
  config: (config) => ({ ...config, pages: { ...config.pages, balanceCheck: "warn" } }),
};

/** Opens a transfer and brings it to where it waits for its payment. @param amount absent: open */
export async function atPayment(
  ada: Actor,
  kind: "deposit" | "withdraw",
  { amount = "100", fields = {}, given = {}, state = "waiting" }: {
    readonly amount?: string | null;
    /** Of the wallet's request. */
    readonly fields?: object;
    /** Beside {@link GIVEN}. */
    readonly given?: Readonly<Record<string, string>>;
    /** In which it is waited for. */
    readonly state?: string;
  } = {},
): Promise<AtPayment> {
  const { gateway } = ada.gateway.running;
  await ada.gateway.tick();
  const link = await ada.link(kind, { lang: "en", ...fields });
  const { person, page } = await opened(link);
  await giveAll(ada, link.id, { ...GIVEN, ...given });
  const chosen = await gateway.choose(link.id, { amount: amount === null ? null : parseUnits(amount) });
  assert.equal(chosen.kind, "chosen");
  await until(ada.gateway, link.id, state);
  return {
    ...link,
    person,
    page: () => person.get(page.url),
    moreInfo: String((await ada.transaction(link.id))["more_info_url"]),
  };
}

/** Lets time pass until a transfer is in a state. */
export async function until(gateway: TestGateway, id: string, state: string): Promise<void> {
  await gateway.until(
    `${id} to be ${state}`,
    async () => (await findTransfer(gateway.running.gateway.db, id))?.state === state || null,
  );
}

async function giveAll(
  { gateway: { running: { gateway } } }: Actor,
  id: string,
  given: Readonly<Record<string, string>>,
): Promise<void> {
  const transfer = await findTransfer(gateway.db, id);
  assert.ok(transfer);
  const owner = {
    sub: transfer.owner,
    account: transfer.account,
    memo: null,
    muxedId: null,
    clientDomain: null,
  };
  const entries = Object.entries(given);
  const { effects } = await gateway.customers.put(owner, { type: "sep24", entries, language: "en" });
  await gateway.effects.performNow(effects, 2_000);
}
