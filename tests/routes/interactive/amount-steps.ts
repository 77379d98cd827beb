/**
 * What people do on the amount page, and what they gave before.
 */
import { rowsOfTable } from "../../../core/records/rows.ts";
import type { TestGateway } from "../../support/gateway.ts";
import type { PageVisitor, Visited } from "../../support/page-visitor.ts";
import type { Actor } from "./stage.ts";

const PERSON = { first_name: "Ada", last_name: "Lovelace", email_address: "ada@example.com" };

/** Presses the button that goes on. */
export const choose = (person: PageVisitor, page: Visited, typed: Readonly<Record<string, string>>) =>
  person.send(page, typed, { action: "/amount", button: ["action", "choose"] });

/** Gives what the lightest tier asks, and more, and lets the review happen. */
export async function giveData(
  { customer }: Pick<Actor, "customer">,
  gateway: TestGateway,
  more: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { account } = customer.wallet;
  const owner = { sub: account, account, memo: null, muxedId: null };
  // The bureau's module has to be ready before a review is decided at once.
  await gateway.advance();
  const core = gateway.running.gateway;
  const entries = Object.entries({ ...PERSON, ...more });
  const { effects } = await core.customers.put(owner, { type: "sep24", entries, language: "en" });
  await core.effects.performNow(effects, 2_000);
}

/** What happened to a transfer, in order. */
export async function happened(gateway: TestGateway, id: string): Promise<string[]> {
  const table = rowsOfTable("transfer_history");
  const rows = await gateway.db.query({
    sql: "select event from transfer_history where transfer_id = ? order by version",
    args: [id],
  });
  return rows.map((row) => table.text(row, "event"));
}
