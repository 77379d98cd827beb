/**
 * SEP-12's answers as the spec's tables have them, strict about keys: what a wallet with a closed schema can read.
 * @module
 */
import { z } from "zod";

const field = {
  type: z.enum(["string", "binary", "number", "date"]),
  description: z.string().min(1),
  choices: z.array(z.string()).min(1).optional(),
  optional: z.boolean().optional(),
};

/** GET `/customer` (3.1). What is required by a status is checked with it. */
export const customerShape = z.strictObject({
  id: z.string().min(1).optional(),
  status: z.enum(["ACCEPTED", "PROCESSING", "NEEDS_INFO", "REJECTED"]),
  fields: z.record(z.string(), z.strictObject(field)).optional(),
  provided_fields: z.record(
    z.string(),
    z.strictObject({
      ...field,
      status: z.enum(["ACCEPTED", "PROCESSING", "REJECTED", "VERIFICATION_REQUIRED"]).optional(),
      error: z.string().optional(),
    }),
  ).optional(),
  message: z.string().min(1).optional(),
}).refine(({ status, fields }) => status !== "NEEDS_INFO" || fields !== undefined, {
  error: "NEEDS_INFO comes with fields",
}).refine(({ status, message }) => status !== "REJECTED" || message !== undefined, {
  error: "REJECTED comes with a message",
});

/** PUT `/customer` (3.2). */
export const putShape = z.strictObject({ id: z.string().min(1) });
