/**
 * Which unmatched money goes back without a person (M-20): a pure table. Where two machines send each other back what
 * neither knows, this ends it.
 * @module
 */

/** A rule of the config. Amounts in units of 10⁻⁷. */
export interface ReturnRule {
  /** Only what is more than this. */
  readonly above: bigint;
  /** Payments of one payer within a day. */
  readonly perDay: number;
}

/** Who paid. */
export interface ReturnPayer {
  /** The account that would be paid. */
  readonly account: string;
  /** Whose it is: the base account of a muxed one. */
  readonly source: string;
}

/** What the rule looks at. */
export interface ReturnFacts {
  readonly amount: bigint;
  /** `null` where the account is not known in full: nobody could tell whether it was paid lately. */
  readonly payer: ReturnPayer | null;
  /** Whether an order to send this payment back was ever given. */
  readonly wasOrdered: boolean;
  /** To whom something went back within the last day, by whoever's order. */
  readonly lately: readonly ReturnPayer[];
  /** Accounts of customers who owe us and are frozen (M-21): what they send may settle it, which an operator decides. */
  readonly debtors: ReadonlySet<string>;
  /** Whether it came for one of these customers, whoever paid it. */
  readonly isForDebtor: boolean;
  /** Whether the bank says that it is a payout of ours that came back: nobody has paid it to us. */
  readonly isOurs: boolean;
}

/** Whether it goes back by itself. @param rule `null` where the config lists none for the asset */
export function goesBackByItself(rule: ReturnRule | null, facts: ReturnFacts): boolean {
  const { amount, payer, wasOrdered, lately, debtors, isForDebtor, isOurs } = facts;
  if (rule === null || payer === null || wasOrdered || isForDebtor || isOurs) return false;
  if (amount <= rule.above) return false;
  if (debtors.has(payer.account) || debtors.has(payer.source)) return false;
  if (lately.some(({ account }) => account === payer.account)) return false;
  return lately.filter(({ source }) => source === payer.source).length < rule.perDay;
}
