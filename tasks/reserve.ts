/**
 * `deno task reserve`: differences between the books and banks or ledger that nothing explains, as the last reading has
 * them; `deno task reserve explain ASSET PLACE AMOUNT capital|costs NAME` books what an operator of that name found out. The
 * audit log has it as `task:NAME`: nobody proved by a key to be that person.
 * @module
 */
import { differences, explain, EXPLANATIONS } from "../core/reserve/explain.ts";
import { formatUnits } from "../plugins/money.ts";
import { print } from "./gate/print.ts";
import { openRecordsAlone } from "./open-records.ts";

const db = await openRecordsAlone("tasks/reserve.ts");
const [command, asset, place, amount, account, name] = Deno.args;
const found = await differences(db);
let code = 0;
if (command === "explain") {
  const as = EXPLANATIONS.find((one) => one === account);
  const difference = found.find((one) =>
    one.asset === asset && one.place === place && formatUnits(one.unexplained) === amount
  );
  const isNamed = /^[a-z0-9][a-z0-9_.-]{0,39}$/.test(name ?? "");
  const end = difference && as && isNamed ? await explain(db, difference, as, `task:${name}`) : "other";
  code = end === "booked" ? 0 : 1;
  if (end === "booked") print("booked; the next reading of the reserve shows it");
  if (end === "duplicate") print("Cannot book it: it is in the books already, the next reading shows it");
  if (end === "other") {
    print(
      `Cannot book it: write a difference as deno task reserve shows it, one of ${
        EXPLANATIONS.join(", ")
      }, and ` +
        "your name as in OPERATOR_API_KEYS",
    );
  }
} else {
  for (const { asset, place, unexplained } of found) print(`${asset} ${place} ${formatUnits(unexplained)}`);
  print(
    found.length === 0
      ? "the last reading has no difference that nothing explains"
      : "book what you found out with: deno task reserve explain ASSET PLACE AMOUNT capital|costs NAME",
  );
}
db.close();
Deno.exit(code);
