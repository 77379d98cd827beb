/** The books (M-23): debits positive, credits negative, every batch zero per asset. Nothing is ever changed or deleted. */
export const booksTables = [
  `create table postings (
    batch text not null,
    line integer not null,
    asset text not null,
    account text not null,
    amount integer not null check (amount <> 0),
    transfer_id text,
    at_ms integer not null,
    primary key (batch, line)
  ) strict`,
  `create index postings_by_account on postings (asset, account, amount)`,
  `create index postings_by_transfer on postings (transfer_id, account)`,
  `create trigger postings_stay before update on postings begin select raise(abort, 'postings are never changed'); end`,
  `create trigger postings_remain before delete on postings begin select raise(abort, 'postings are never deleted'); end`,
] as const;
