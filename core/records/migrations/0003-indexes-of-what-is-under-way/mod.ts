/**
 * The third migration: indexes by which nothing that is read or written takes longer because more is over.
 *
 * No index begins with a state: without statistics, which nobody gathers here, the planner takes `state = ?` for as narrow
 * as `customer_id = ?`, and would walk through all that was ever completed. What is looked for by its state has a partial
 * index instead, which holds what is under way. Its condition stands in the query, word for word.
 * @module
 */
import { customersIndexes } from "./customers.ts";
import { recordsIndexes } from "./records.ts";
import { transfersIndexes } from "./transfers.ts";

/** Runs as one atomic batch. */
export const indexesOfWhatIsUnderWay = {
  id: "0003-indexes-of-what-is-under-way",
  up: [...transfersIndexes, ...customersIndexes, ...recordsIndexes],
} as const;
