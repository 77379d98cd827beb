/**
 * What is known of the people behind a payout (P14): whether the bank names the customer as who paid, or as whom it would
 * pay, and whether the KYC provider has raised a flag. What nobody knows is never taken for harmless.
 * @module
 */
import { z } from "zod";
import type { Beneficiary } from "../../plugins/bank-rail.ts";
import type { RailOf } from "../bank/rails.ts";
import { sealedPayer } from "../bank/receipts.ts";
import { type CustomerView, findCustomer, textOf } from "../customers/customer.ts";
import type { Database } from "../records/database.ts";
import { isSameName } from "../records/normalise.ts";
import { rowsOfTable } from "../records/rows.ts";
import type { Vault } from "../records/vault.ts";
import type { Transfer } from "./transfer.ts";

/** What rules ask of people. */
export interface PayoutPeople {
  /** True unless the bank vouches for a name of the payer, or of the account to pay, that is the customer's. */
  readonly isNameDifferent: (transfer: Transfer) => Promise<boolean>;
  readonly hasRiskFlag: (transfer: Transfer) => Promise<boolean>;
}

/** What it needs. */
export interface PeopleOptions {
  readonly db: Database;
  readonly vault: Vault;
  readonly railOf: RailOf;
  /** The account that a withdrawal pays, opened. */
  readonly beneficiaryOf: (transfer: Transfer) => Promise<Beneficiary>;
}

const NAMES = ["first_name", "additional_name", "last_name"];

const receipts = rowsOfTable("receipts");
const payerSchema = z.object({ name: z.string(), nameTrusted: z.literal(true) });

/** Makes it. */
export function payoutPeople({ db, vault, railOf, beneficiaryOf }: PeopleOptions): PayoutPeople {
  /** Names of all who paid; `null` for one of whom the bank does not say it. */
  async function payersOf({ id }: Transfer): Promise<(string | null)[]> {
    const rows = await db.query({
      sql: "select id, payer from receipts where transfer_id = ? and side = 'bank' and state = 'matched'",
      args: [id],
    });
    return rows.map((row) => {
      const payer = receipts.bytesOrNull(row, "payer");
      const place = sealedPayer.place(receipts.text(row, "id"));
      return payer && (payerSchema.safeParse(vault.openJson(place, payer)).data?.name ?? null);
    });
  }

  /** Whose the account is that a withdrawal pays, as its bank says; `null` where it does not. */
  async function holderOf(transfer: Transfer): Promise<string | null> {
    const { rail, ports } = railOf(transfer.rail);
    const told = await rail.checkBeneficiary?.(await beneficiaryOf(transfer), ports).catch(() => null);
    return told?.ok ? told.value.nameOnFile ?? null : null;
  }

  return {
    async isNameDifferent(transfer) {
      const customer = await findCustomer({ db, vault }, { id: transfer.customerId });
      const name = customer && nameOf(vault, customer);
      const others = transfer.kind === "deposit" ? await payersOf(transfer) : [await holderOf(transfer)];
      return !name || others.length === 0 ||
        others.some((other) => other === null || !isSameName(name, other));
    },
    async hasRiskFlag({ customerId }) {
      const customer = await findCustomer({ db, vault }, { id: customerId });
      // Of an erased customer nobody knows any more.
      return customer === null ||
        customer.cases.some(({ state, answer }) =>
          state !== "superseded" && Object.values(answer?.risk ?? {}).includes(true)
        );
    },
  };
}

/** As the KYC provider has read it in documents, else as the customer gave it. */
function nameOf(vault: Vault, customer: CustomerView): string {
  const verified = customer.cases.findLast(({ state }) => state === "accepted")?.answer?.verified ?? {};
  return NAMES.map((name) => verified[name] ?? textOf(vault, customer, name) ?? "").join(" ").trim();
}
