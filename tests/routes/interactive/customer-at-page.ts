/** What tests of the customer's form share: transfers that wait for their customer, and people at the page. */
import assert from "node:assert/strict";
import { PNG } from "../../core/customers/people.ts";
import { parseUnits } from "../../../plugins/money.ts";
import type { TestGateway } from "../../support/gateway.ts";
import type { PageVisitor, Visited } from "../../support/page-visitor.ts";
import { type Actor, opened } from "./stage.ts";

/** A person at the form of a transfer. */
export interface AtForm {
  readonly id: string;
  readonly person: PageVisitor;
  readonly page: Visited;
}

/** What is wanted of a transfer. */
export interface Wanted {
  readonly kind?: "deposit" | "withdraw";
  /** `50` when absent; above 1000 the heavier tier asks for more. */
  readonly amount?: string;
  /** What the wallet says of its user. */
  readonly given?: Readonly<Record<string, string>>;
}

/** Opens a transfer, chooses its amount as the page would, and goes to its form. */
export async function atForm(
  ada: Actor,
  { kind = "deposit", amount = "50", given = {} }: Wanted = {},
): Promise<AtForm> {
  // The bureau makes itself ready in the first tick.
  await ada.gateway.tick();
  const link = await ada.link(kind, { lang: "en", ...given });
  const { person, page: first } = await opened(link);
  const chosen = await ada.gateway.running.gateway.choose(link.id, { amount: parseUnits(amount) });
  assert.equal(chosen.kind, "chosen");
  return { id: link.id, person, page: await person.get(first.url) };
}

/** State of a transfer, as its row has it. */
export async function stateOf(gateway: TestGateway, id: string): Promise<unknown> {
  const [row] = await gateway.db.query({ sql: "select state from transfers where id = ?", args: [id] });
  return row?.["state"];
}

/** What a small amount asks. */
export const PERSON = { first_name: "Ada", last_name: "Lovelace", email_address: "ada@example.com" };

/** What a large one asks, a photo left out. */
export const HEAVY = {
  ...PERSON,
  birth_date: "1990-12-31",
  address: "12 St James's Square\nLondon",
  address_country_code: "GBR",
  city: "London",
  postal_code: "SW1Y 4JH",
};

/** A photo as a phone sends it. */
export function photo(): File {
  return new File([PNG], "photo.png", { type: "image/png" });
}
