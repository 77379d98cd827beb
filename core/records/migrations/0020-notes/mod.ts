/**
 * The twentieth migration: notes with which alarms were closed are found when their retention has passed.
 * @module
 */

/** Runs as one atomic batch. */
export const notes = {
  id: "0020-notes",
  up: ["create index alarms_with_note on alarms (closed_ms) where note is not null"],
} as const;
