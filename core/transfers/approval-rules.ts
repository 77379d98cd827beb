/**
 * How many operators have to agree before a payout is made: a pure table over the rules of the config (P14).
 * @module
 */

/** One rule; it fits when all of its conditions do. Amounts in units of 10⁻⁷. */
export interface ApprovalRule {
  /** Different people who have to agree. */
  readonly by: 1 | 2;
  /** The payout is more than this. */
  readonly above: bigint | null;
  /** The customer has never been paid at this account. */
  readonly newAccount: boolean;
  /** Who paid, or is paid, at the bank is not known to be the customer. */
  readonly nameMismatch?: boolean;
  /** The KYC provider has raised a flag. */
  readonly riskFlag?: boolean;
}

/** What rules look at. */
export interface PayoutFacts {
  readonly amount: bigint;
  readonly isNewAccount: boolean;
  readonly isNameDifferent: boolean;
  readonly hasRiskFlag: boolean;
}

/** How many have to agree: the strictest rule that fits holds; 0 where none does. */
export function neededApprovals(rules: readonly ApprovalRule[], facts: PayoutFacts): 0 | 1 | 2 {
  const fitting = rules.filter(({ above, newAccount, nameMismatch, riskFlag }) =>
    (above === null || facts.amount > above) && (!newAccount || facts.isNewAccount) &&
    (!nameMismatch || facts.isNameDifferent) && (!riskFlag || facts.hasRiskFlag)
  );
  if (fitting.some(({ by }) => by === 2)) return 2;
  return fitting.length > 0 ? 1 : 0;
}
