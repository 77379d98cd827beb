/**
 * Named values of an account, for example `config.memo_required`.
 * @module
 */
import { xdr } from "@stellar/stellar-sdk";
import { addSubentry, dropSubentry } from "../reserve.ts";
import { isPlainText } from "../text.ts";
import { dataIn } from "../view.ts";
import type { OperationHandler } from "./handler.ts";

const REFUSED = {
  op_low_reserve: { code: -3 },
  op_not_supported_yet: { code: -1 },
  op_data_name_not_found: { code: -2 },
  op_data_invalid_name: { code: -4 },
} as const satisfies Record<string, xdr.ManageDataResultWire>;

/** The operation `manage_data`. */
export const manageData: OperationHandler<xdr.ManageDataOpWire, xdr.ManageDataResultWire> = {
  name: "manage_data",
  payment: false,
  threshold: () => "medium",
  refusals: REFUSED,
  untouched: { code: 0 },
  check: (op) =>
    op.dataName.length === 0 || !isPlainText(op.dataName) ? REFUSED.op_data_invalid_name : undefined,
  apply(op, { view, source, ledger }) {
    const name = op.dataName.toString();
    const known = dataIn(view, source, name);
    if (op.dataValue === null) {
      if (known === undefined) return REFUSED.op_data_name_not_found;
      view.remove(known);
      dropSubentry(view, source);
      return { code: 0 };
    }
    if (known === undefined) {
      const added = addSubentry(view, source);
      if (added === "low_reserve") return REFUSED.op_low_reserve;
      if (added === "too_many") return "too_many_subentries";
    }
    const value = xdr.encodeBytes(op.dataValue, "base64");
    view.put({ kind: "data", account: source, name, value, lastModified: ledger.sequence });
    return { code: 0 };
  },
  fields: (op) => ({
    name: op.dataName.toString(),
    value: op.dataValue === null ? "" : xdr.encodeBytes(op.dataValue, "base64"),
  }),
  participants: () => [],
};
