/**
 * Alarms, and payouts that rest because of one.
 * @module
 */
import type { Context } from "hono";
import { z } from "zod";
import { roleToClose } from "../../core/operators/settle-alarm.ts";
import { Refusal } from "../../core/refusal.ts";
import { type HttpEnv, readBody, readInput } from "../http/mod.ts";
import { needRole } from "./authenticate.ts";
import type { OperatorOptions } from "./options.ts";
import { shownAlarm } from "./shown.ts";
import { idOf } from "./transfers.ts";

const MOST_ALARMS = 200;
const body = z.object({ note: z.string().trim().min(1).max(2_000) });

type Desk = Pick<OperatorOptions, "desk">;

/** GET `/alarms`: those that nobody has closed, the oldest first. */
export function getAlarms({ desk }: Desk) {
  return async function alarms(c: Context<HttpEnv>): Promise<Response> {
    return c.json({ alarms: (await desk.alarms(MOST_ALARMS)).map(shownAlarm) });
  };
}

/** POST `/alarms/:id/close` with `{ note }`. */
export function postClose({ desk }: Desk) {
  return async function close(c: Context<HttpEnv>): Promise<Response> {
    const id = idOf(c);
    needRole(c.var.operator, roleToClose(id));
    const { fields } = await readBody(c, { maxBytes: 16 * 1024 });
    const { note } = readInput(body, fields);
    const settled = await desk.closeAlarm(c.var.operator.name, id, note);
    if (settled === "unknown") throw new Refusal("operator.not_found");
    if (settled === "unexplained") throw new Refusal("operator.debit_unexplained");
    if (settled === "undecided") throw new Refusal("operator.not_proven");
    return c.json({});
  };
}

/** POST `/assets/:code/release`: closes every alarm that stops the asset's payouts. */
export function postRelease({ desk }: Desk) {
  return async function release(c: Context<HttpEnv>): Promise<Response> {
    needRole(c.var.operator, "approver");
    const released = await desk.release(c.var.operator.name, c.req.param("code") ?? "");
    if (released === null) throw new Refusal("operator.not_found");
    if (released !== "released") throw new Refusal(`operator.${released}`);
    return c.json({});
  };
}
