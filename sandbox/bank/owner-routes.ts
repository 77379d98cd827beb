/**
 * The bank's API for the owner of an account: what a rail module calls. Every request shows the account's bearer.
 * @module
 */
import { type Context, Hono } from "hono";
import * as z from "zod";
import { type Faults, faulty } from "../faults/mod.ts";
import { Problem } from "../http/problem.ts";
import { bearerOf, readJson } from "../http/requests.ts";
import { readAmount } from "./amount.ts";
import { completeDue } from "./control.ts";
import { accountNamed, type Bank, newNumber } from "./bank.ts";
import { cancelInstruction, instructionRequest, openInstruction } from "./instructions.ts";
import { createPayout, createRefund, payoutRequest, refundRequest, UNKNOWN_ACCOUNT } from "./payouts.ts";
import type { Account } from "./records.ts";
import { shapeSchema } from "./shape.ts";
import { balanceNow, sendBalance, statementFile, statementPage, takePaymentFile } from "./statement.ts";
import { inboundView, payoutView } from "./views.ts";

const setUp = z.strictObject({
  shape: shapeSchema,
  webhook: z.strictObject({ url: z.url(), secret: z.string().min(1) }).nullable(),
});

/** The routes under `/sandbox/bank/accounts/{name}`. */
export function ownerRoutes(bank: Bank, faults: Faults): Hono {
  const fault = (operation: string) => faulty(faults, operation, bank.closed);

  async function owned(c: Context): Promise<Account> {
    const token = bearerOf(c);
    const account = await accountNamed(bank, c.req.param("name") ?? "");
    if ((bank.key ?? account.token) !== token) {
      throw new Problem(401, "unauthorized", "Cannot open the account: wrong bearer");
    }
    await completeDue(bank);
    return account;
  }

  return new Hono()
    .put("/:name{[a-z][a-z0-9-]{0,62}}", fault("prepare"), async (c) => {
      const token = bearerOf(c);
      const name = c.req.param("name");
      const { shape, webhook } = await readJson(c, setUp);
      return await bank.inTurn(async () => {
        const known = await bank.records.account(name);
        if (token !== (bank.key ?? known?.token ?? token)) {
          throw new Problem(401, "unauthorized", "Cannot set up the account: wrong bearer");
        }
        const number = known?.number ?? newNumber("90", shape);
        const opening = readAmount(shape.openingBalance) ?? 0n;
        await bank.records.write(
          bank.records.keepAccount({ name, number, token, shape, webhook }, opening),
        );
        return c.json({ name, account_number: number });
      });
    })
    .put("/:name/instructions/:key", fault("instruction"), async (c) => {
      const account = await owned(c);
      return c.json(
        await openInstruction(bank, account, c.req.param("key"), await readJson(c, instructionRequest)),
      );
    })
    .delete(
      "/:name/instructions/:id",
      fault("cancel"),
      async (c) => c.json(await cancelInstruction(bank, await owned(c), c.req.param("id"))),
    )
    .get("/:name/statement", fault("statement"), async (c) => {
      const account = await owned(c);
      const query = z.object({
        after: z.coerce.number().int().min(0).default(0),
        limit: z.coerce.number().int().min(1).max(100).default(50),
      }).safeParse(c.req.query());
      if (!query.success) throw new Problem(400, "invalid_request", z.prettifyError(query.error));
      return c.json(await statementPage(bank, account, query.data.after, query.data.limit));
    })
    .get("/:name/inbound/:id", fault("inbound"), async (c) => {
      const account = await owned(c);
      const transfer = await bank.records.transfer(c.req.param("id"));
      if (transfer?.account !== account.name || transfer.direction !== "in") {
        throw new Problem(404, "inbound_unknown", "Cannot find the transfer: nothing with this id came in");
      }
      return c.json(inboundView(account, transfer));
    })
    .put("/:name/refunds/:key", fault("refund"), async (c) => {
      const account = await owned(c);
      return c.json(await createRefund(bank, account, c.req.param("key"), await readJson(c, refundRequest)));
    })
    .put("/:name/payouts/:key", fault("payout"), async (c) => {
      const account = await owned(c);
      return c.json(await createPayout(bank, account, c.req.param("key"), await readJson(c, payoutRequest)));
    })
    .get("/:name/payouts/:key", fault("payout_lookup"), async (c) => {
      const account = await owned(c);
      const transfer = await bank.records.transferByKey(account.name, c.req.param("key"));
      if (!transfer) {
        throw new Problem(404, "payout_unknown", "Cannot find the payout: the key was never used");
      }
      return c.json(payoutView(account, transfer));
    })
    .post("/:name/beneficiary", fault("beneficiary"), async (c) => {
      const { shape } = await owned(c);
      if (shape.beneficiaryCheck === "none") {
        throw new Problem(404, "not_offered", "Cannot check the account: this bank does not");
      }
      const values = await readJson(c, z.record(z.string(), z.string()));
      const exists = !values[shape.payoutFields[0] ?? ""]?.startsWith(UNKNOWN_ACCOUNT);
      const name = `${values.first_name ?? "Sandbox"} ${values.last_name ?? "Holder"}`;
      return c.json({ exists, ...(exists && shape.beneficiaryCheck === "name" && { name_on_file: name }) });
    })
    .get("/:name/balance", fault("balance"), async (c) => {
      const account = await owned(c);
      if (account.shape.balance === "none") {
        throw new Problem(404, "not_offered", "Cannot tell the balance: this bank does not");
      }
      if (account.shape.balance === "now") return c.json(await balanceNow(bank, account));
      await sendBalance(bank, account);
      return c.json({ later: true }, 202);
    })
    .get("/:name/files/:sequence", fault("file"), async (c) => {
      const account = await owned(c);
      const after = z.coerce.number().int().min(0).catch(0).parse(c.req.query("after"));
      const sequence = z.coerce.number().int().min(1).catch(1).parse(c.req.param("sequence"));
      return c.json(await statementFile(bank, account, sequence, after));
    })
    .post("/:name/files", fault("file"), async (c) => {
      const account = await owned(c);
      return c.json(await takePaymentFile(bank, account, await readJson(c, z.unknown())));
    });
}
