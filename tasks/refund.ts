/**
 * `deno task refund TRANSFER_ID`: an operator's order to send the money of a transfer on hold back where it came from. It
 * is recorded here; the running gateway performs it.
 * @module
 */
import { booksRoom } from "../core/gateway/books.ts";
import { compareKeys } from "../core/keys/keys-in-use.ts";
import { orderRefundBy } from "../core/operators/order-refund.ts";
import type { Ordered, OrderRefusal } from "../core/transfers/order-refund.ts";
import { print } from "./gate/print.ts";
import { openConfigured } from "./read-config.ts";

const WHY: Readonly<Record<OrderRefusal, string>> = {
  unknown: "there is no such transfer",
  going_back: "its money is on the way back already, or has gone back",
  not_held: "it waits neither for an operator nor, with its money here, for its customer",
  payout_open: "a payout may have reached its receiver; settle that one first",
  refund_undecided: "it is not known whether an earlier refund reached the payer; settle that one first",
  nothing_left: "nothing that came in for it is left with us",
  rail_cannot: "its rail cannot send money back; pay it back by hand at the bank",
  fee: "the refund's fee would leave nothing of it",
};

const [id] = Deno.args;
if (id === undefined) {
  print("Cannot refund: write the id of a transfer, deno task refund TRANSFER_ID");
  Deno.exit(1);
}
const { environment, anchor, db } = await openConfigured("tasks/refund.ts TRANSFER_ID");
const { books, vault } = booksRoom({ environment, anchor, db });
// What is told of the order is sealed, and a gateway has to open it.
const { problems } = await compareKeys({ db, vault });
if (problems.length > 0) {
  print(`Cannot use the database:\n- ${problems.join("\n- ")}`);
  Deno.exit(1);
}
const ordered = await orderRefundBy({ books, actor: "task:refund" }, id);
print(describe(id, ordered));
db.close();
Deno.exit(ordered.kind === "ordered" ? 0 : 1);

function describe(id: string, ordered: Ordered): string {
  if (ordered.kind === "refused") return `Cannot refund ${id}: ${WHY[ordered.reason]}`;
  const { kind, rail } = ordered.transfer;
  const where = kind === "deposit"
    ? `by the rail ${rail}, to whoever paid in`
    : "on Stellar, to the accounts that sent the tokens";
  return [
    `ordered: the money of ${id} goes back ${where}, as soon as a running gateway performs it.`,
    "If it cannot be sent, the transfer is on hold again and deno task alarms says so; an account that",
    "cannot take it yet is waited for, and after a week deno task alarms says that too.",
  ].join("\n");
}
