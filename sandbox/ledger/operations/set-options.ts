/**
 * The options of an account: flags, home domain, thresholds, signers.
 * @module
 */
import { SignerKey, type xdr, xdr as XDR } from "@stellar/stellar-sdk";
import { accountOf } from "../address.ts";
import { ACCOUNT_FLAGS, type AccountEntry } from "../entries.ts";
import { addSubentry, dropSubentry } from "../reserve.ts";
import { isPlainText } from "../text.ts";
import { accountIn } from "../view.ts";
import type { Applying, OperationHandler, Outcome } from "./handler.ts";

const REFUSED = {
  op_low_reserve: { code: -1 },
  op_too_many_signers: { code: -2 },
  op_bad_flags: { code: -3 },
  op_invalid_inflation: { code: -4 },
  op_cant_change: { code: -5 },
  op_unknown_flag: { code: -6 },
  op_threshold_out_of_range: { code: -7 },
  op_bad_signer: { code: -8 },
  op_invalid_home_domain: { code: -9 },
  op_auth_revocable_required: { code: -10 },
} as const satisfies Record<string, xdr.SetOptionsResultWire>;

/** The most signers that an account may have beside its master key. */
const SIGNER_LIMIT = 20;

/** The largest weight and the largest threshold. */
const WEIGHT_LIMIT = 255;

const FLAG_NAMES: readonly (readonly [number, string])[] = [
  [ACCOUNT_FLAGS.required, "auth_required"],
  [ACCOUNT_FLAGS.revocable, "auth_revocable"],
  [ACCOUNT_FLAGS.immutable, "auth_immutable"],
  [ACCOUNT_FLAGS.clawback, "auth_clawback_enabled"],
];

const ALL_FLAGS = FLAG_NAMES.reduce((all, [flag]) => all | flag, 0);

/** The address of a signer's key: `G…`, `T…`, `X…` or `P…`. */
function signerAddress(key: xdr.SignerKeyWire): string {
  return SignerKey.encodeSignerKey(XDR.SignerKey.fromXdrObject(key));
}

/** The operation `set_options`. */
export const setOptions: OperationHandler<xdr.SetOptionsOpWire, xdr.SetOptionsResultWire> = {
  name: "set_options",
  payment: false,
  threshold: (op) => {
    const changesPower = [op.masterWeight, op.lowThreshold, op.medThreshold, op.highThreshold, op.signer];
    return changesPower.some((part) => part !== null) ? "high" : "medium";
  },
  refusals: REFUSED,
  untouched: { code: 0 },
  check(op, source) {
    const flags = [op.setFlags ?? 0, op.clearFlags ?? 0] as const;
    if (flags.some((mask) => (mask & ~ALL_FLAGS) !== 0)) return REFUSED.op_unknown_flag;
    if ((flags[0] & flags[1]) !== 0) return REFUSED.op_bad_flags;
    const weights = [op.masterWeight, op.lowThreshold, op.medThreshold, op.highThreshold];
    if (weights.some((weight) => (weight ?? 0) > WEIGHT_LIMIT)) return REFUSED.op_threshold_out_of_range;
    if (op.signer !== null && isBadSigner(op.signer, source)) return REFUSED.op_bad_signer;
    if (op.homeDomain !== null && !isPlainText(op.homeDomain)) return REFUSED.op_invalid_home_domain;
    return undefined;
  },
  apply(op, at) {
    const account = accountIn(at.view, at.source);
    if (account === undefined) throw new Error(`Cannot set options: ${at.source} is not there`);
    const inflation = op.inflationDest === null ? account.inflationDestination : accountOf(op.inflationDest);
    if (op.inflationDest !== null && accountIn(at.view, accountOf(op.inflationDest)) === undefined) {
      return REFUSED.op_invalid_inflation;
    }
    const clear = op.clearFlags ?? 0;
    const set = op.setFlags ?? 0;
    if ((clear | set) !== 0 && (account.flags & ACCOUNT_FLAGS.immutable) !== 0) return REFUSED.op_cant_change;
    const flags = (account.flags & ~clear) | set;
    const clawsWithoutRevoking = (flags & ACCOUNT_FLAGS.clawback) !== 0 &&
      (flags & ACCOUNT_FLAGS.revocable) === 0;
    if (clawsWithoutRevoking) return REFUSED.op_auth_revocable_required;
    at.view.put({
      ...account,
      flags,
      inflationDestination: inflation,
      homeDomain: op.homeDomain?.toString() ?? account.homeDomain,
      thresholds: {
        master: op.masterWeight ?? account.thresholds.master,
        low: op.lowThreshold ?? account.thresholds.low,
        medium: op.medThreshold ?? account.thresholds.medium,
        high: op.highThreshold ?? account.thresholds.high,
      },
    });
    return op.signer === null ? { code: 0 } : setSigner(op.signer, at);
  },
  fields(op) {
    return {
      ...(op.inflationDest === null ? {} : { inflation_dest: accountOf(op.inflationDest) }),
      ...flagFields("set_flags", op.setFlags),
      ...flagFields("clear_flags", op.clearFlags),
      ...present("master_key_weight", op.masterWeight),
      ...present("low_threshold", op.lowThreshold),
      ...present("med_threshold", op.medThreshold),
      ...present("high_threshold", op.highThreshold),
      ...present("home_domain", op.homeDomain?.toString() ?? null),
      ...(op.signer === null
        ? {}
        : { signer_key: signerAddress(op.signer.key), signer_weight: op.signer.weight }),
    };
  },
  participants: () => [],
};

function isBadSigner(signer: xdr.SignerWire, source: string): boolean {
  const { key, weight } = signer;
  return weight > WEIGHT_LIMIT || signerAddress(key) === source ||
    (key.type === 3 && key.ed25519SignedPayload.payload.length === 0);
}

/** Adds, changes or (weight 0) takes away a signer; each one costs its account a reserve. */
function setSigner(signer: xdr.SignerWire, { view, source }: Applying): Outcome<xdr.SetOptionsResultWire> {
  const key = signerAddress(signer.key);
  const { weight } = signer;
  const account = accountIn(view, source);
  if (account === undefined) throw new Error(`Cannot set a signer: ${source} is not there`);
  const known = account.signers.some((one) => one.key === key);
  if (weight === 0) {
    if (!known) return { code: 0 };
    dropSubentry(view, source);
    return withSigners(view, source, (signers) => signers.filter((one) => one.key !== key));
  }
  if (known) {
    return withSigners(
      view,
      source,
      (signers) => signers.map((one) => one.key === key ? { key, weight } : one),
    );
  }
  if (account.signers.length >= SIGNER_LIMIT) return REFUSED.op_too_many_signers;
  const added = addSubentry(view, source);
  if (added === "low_reserve") return REFUSED.op_low_reserve;
  if (added === "too_many") return "too_many_subentries";
  return withSigners(view, source, (signers) => [...signers, { key, weight }]);
}

function withSigners(
  view: Applying["view"],
  source: string,
  change: (signers: AccountEntry["signers"]) => AccountEntry["signers"],
): xdr.SetOptionsResultWire {
  const account = accountIn(view, source);
  if (account !== undefined) view.put({ ...account, signers: change(account.signers) });
  return { code: 0 };
}

function flagFields(name: string, mask: number | null): Record<string, unknown> {
  if (mask === null || mask === 0) return {};
  const named = FLAG_NAMES.filter(([flag]) => (mask & flag) !== 0);
  return { [name]: named.map(([flag]) => flag), [`${name}_s`]: named.map(([, text]) => text) };
}

function present(name: string, value: number | string | null): Record<string, number | string> {
  return value === null ? {} : { [name]: value };
}
