/**
 * The world around a gateway, over HTTP alone: the sandbox's bank, bureau and ledger, and what a person does there. It
 * serves gateways in this process and in others alike.
 * @module
 */
import { z } from "zod";

/** Where things are, and how time passes there. */
export interface WorldOptions {
  readonly publicUrl: string;
  /** `…/sandbox`, as it is reached without the gateway. */
  readonly sandboxUrl: string;
  readonly horizonUrl: string;
  readonly passphrase: string;
  readonly code: string;
  readonly issuer: string;
  /** Lets the gateway do what is due. */
  readonly advance: () => Promise<void>;
  /** How many rounds of that are waited for. */
  readonly rounds?: number;
  /** What is known of a gateway that does not get on. */
  readonly describe?: () => Promise<string>;
}

/** A line of the bank's statement. */
export const bankTransfer = z.object({
  id: z.string(),
  account: z.string(),
  direction: z.enum(["in", "out"]),
  kind: z.string(),
  state: z.string(),
  currency: z.string(),
  amount: z.string(),
  fee: z.string(),
  on_account: z.string(),
  key: z.string().optional(),
  remittance: z.string().optional(),
  beneficiary: z.record(z.string(), z.string()).optional(),
});

/** See {@link bankTransfer}. */
export type BankTransfer = z.output<typeof bankTransfer>;

const bankAccount = z.object({ name: z.string(), currency: z.string(), balance: z.string() });
const closed = z.object({ ledger: z.number(), closed_at: z.string() });

/** A customer's payment at the bank. */
export interface PayIn {
  readonly reference: string;
  readonly amount: string;
  readonly currency?: string;
  readonly payer?: { readonly name: string; readonly account: string };
  readonly account?: string;
  readonly state?: "pending" | "booked";
}

/** The world. */
export type World = ReturnType<typeof openWorld>;

/** A gateway that has not got there after so many rounds never will. */
const ROUNDS = 80;

/** Opens the world; it holds nothing that has to be closed. */
export function openWorld(options: WorldOptions) {
  const { sandboxUrl, advance, rounds = ROUNDS } = options;

  async function send(path: string, body?: unknown, method = body === undefined ? "GET" : "POST") {
    const answer = await fetch(`${sandboxUrl}${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} answers ${answer.status}: ${text}`);
    const json: unknown = text === "" ? null : JSON.parse(text);
    return json;
  }

  return {
    ...options,
    /** The gateway's own routes; bodies are the caller's to read. */
    ask: (path: string, init: RequestInit = {}) => fetch(`${options.publicUrl}${path}`, init),
    send,
    /** Lets things happen until `look` finds something. */
    async until<Found>(what: string, look: () => Promise<Found | null>): Promise<Found> {
      for (let round = 0; round < rounds; round++) {
        const found = await look();
        if (found !== null) return found;
        await advance();
      }
      throw new Error(`Waited in vain for ${what}\n${await options.describe?.() ?? ""}`);
    },
    async fund(account: string): Promise<void> {
      const answer = await fetch(`${sandboxUrl}/friendbot?addr=${account}`);
      await answer.body?.cancel();
      if (!answer.ok) throw new Error(`friendbot answers ${answer.status}`);
    },
    bank: {
      /** Plays a customer who pays. */
      payIn: async ({ currency = "USD", payer, ...rest }: PayIn): Promise<BankTransfer> =>
        bankTransfer.parse(
          await send("/bank/transfers", {
            currency,
            payer: payer ?? { name: "Ada Lovelace", account: "GB33BUKB20201555555555" },
            ...rest,
          }),
        ),
      statement: async (direction: "in" | "out"): Promise<BankTransfer[]> =>
        z.object({ transfers: z.array(bankTransfer) })
          .parse(await send(`/bank/transfers?direction=${direction}&limit=1000`)).transfers,
      accounts: async () =>
        z.object({ accounts: z.array(bankAccount) }).parse(await send("/bank/accounts")).accounts,
      change: (idOrKey: string, state: string, reason?: string) =>
        send(`/bank/transfers/${idOrKey}/state`, { state, ...(reason ? { reason } : {}) }),
      fault: (fault: Readonly<Record<string, unknown>>) => send("/bank/faults", fault),
    },
    kyc: {
      decide: (customer: string, decision: string, more: Readonly<Record<string, unknown>> = {}) =>
        send("/kyc/decide", { customer_id: customer, decision, ...more }),
      fault: (fault: Readonly<Record<string, unknown>>) => send("/kyc/faults", fault),
    },
    ledger: {
      /** Closes ledgers, the first at a time of the ledger's clock (seconds) when one is given. */
      close: async (ledgers = 1, at?: number) =>
        closed.parse(await send("/ledger/close", { ledgers, ...(at === undefined ? {} : { at }) })),
      behave: (behaviour: Readonly<Record<string, unknown>>) => send("/ledger/behaviour", behaviour),
    },
  };
}
