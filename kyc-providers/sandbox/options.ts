/**
 * Options of the sandbox KYC provider. Each changes what the sandbox bureau does; what the module says of the provider
 * follows from them.
 * @module
 */
import * as z from "zod";

/** The schema that the factory reads its options with; every option but `url` has a default. */
export const optionsSchema = z.strictObject({
  /** Address of the sandbox bureau, for example `http://127.0.0.1:8100/sandbox/kyc`. */
  url: z.url().transform((url) => url.replace(/\/$/, "")),
  /** The bearer that opens the bureau's account. */
  token: z.string().min(1).default("sandbox-kyc-token"),
  /** Secrets of signed webhooks; the first is given to the bureau, the others are still accepted (rotation). */
  webhookSecrets: z.array(z.string().min(1)).min(1).default(["sandbox-kyc-webhook-secret"]),
  /** ISO 3166-1 alpha-3 codes, or `*`. */
  countries: z.union([z.literal("*"), z.array(z.string().regex(/^[A-Z]{3}$/)).min(1)]).default("*"),
  /** How it takes data; without `fields` a person gives everything on the bureau's page. */
  fields: z.boolean().default(true),
  documents: z.boolean().default(true),
  hosted: z.boolean().default(false),
  /** Address of the bureau as a person's browser reaches it, for its page; `url` when absent. */
  pageUrl: z.url().transform((url) => url.replace(/\/$/, "")).optional(),
  /** How its page is shown. */
  shown: z.enum(["redirect", "frame"]).default("redirect"),
  /** Seconds between the start of a review and its decision. */
  decideAfterSeconds: z.int().min(0).default(0),
  /** Seconds after which an acceptance is withdrawn again; never when `null`. */
  withdrawAfterSeconds: z.int().min(0).nullable().default(null),
  /** Seconds that an acceptance is good for; without end when `null`. */
  validSeconds: z.int().min(1).nullable().default(null),
  /** Webhooks whose body is signed, that only wake up, or none. */
  webhook: z.enum(["signed", "wake_up", "none"]).default("signed"),
  /** Seconds after which a case in review is asked about again. */
  pollEverySeconds: z.int().min(1).default(60),
  /** Values whose possession is verified by a code. */
  verifies: z.array(z.enum(["mobile_number", "email_address"])).default(["mobile_number"]),
  /** Seconds that a code is good for. */
  codeSeconds: z.int().min(1).default(600),
}).superRefine(({ fields, hosted }, context) => {
  if (fields || hosted) return;
  context.addIssue({ code: "custom", path: ["fields"], message: "let it take fields, or let it be hosted" });
});

/** Options as they are written in `anchor.config.ts`. */
export type SandboxKycOptions = z.input<typeof optionsSchema>;

/** Options with all defaults. */
export type ReadOptions = z.output<typeof optionsSchema>;
