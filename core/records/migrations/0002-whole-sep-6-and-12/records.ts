/** The outbox has two lanes: work, and posts to receivers outside, which must not slow it down. */
export const recordsTables = [
  "alter table outbox add column lane text not null default 'work' check (lane in ('work', 'post'))",
  "drop index outbox_due",
  "create index outbox_due on outbox (state, lane, due_ms)",
] as const;
