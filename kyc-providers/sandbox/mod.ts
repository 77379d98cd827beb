/**
 * The sandbox KYC provider: a module whose provider is the sandbox's bureau, which decides by the last name. `Reject` is
 * rejected, `Review` waits for a person, `More` wants a photo of a document, `Risk` is accepted
 * with a flag, every other name is accepted.
 *
 * @example
 * kyc: { bureau: { module: sandboxKyc({ url: `${sandboxUrl}/kyc`, token: sandboxKey }) } }
 * @module
 */
import * as z from "zod";
import type { KycProvider } from "../../plugins/kyc-provider.ts";
import { done, failed, unrecognized } from "../../plugins/outcome.ts";
import { ask, noted } from "./calls.ts";
import { declarationOf, DOCUMENTS } from "./declaration.ts";
import { optionsSchema, type SandboxKycOptions } from "./options.ts";
import { readCase, readFields } from "./readings.ts";
import { readWebhook } from "./webhook.ts";

export type { SandboxKycOptions } from "./options.ts";

const CURSOR = /^v1:(\d{1,15})$/;
const refSchema = z.object({ ref: z.string().min(1) });
const pageSchema = z.object({ path: z.string().startsWith("/page/"), valid_until: z.iso.datetime() });
const codeSchema = z.object({ code_ref: z.string().min(1) });
const checkSchema = z.object({ result: z.enum(["right", "wrong", "expired"]) });
const changesSchema = z.object({ refs: z.array(z.string()), next: z.int(), more: z.boolean() });
const erasedSchema = z.object({ erased: z.boolean() });

/**
 * Makes a sandbox KYC provider.
 * @throws TypeError with every option that is wrong and what to write
 */
export function sandboxKyc(raw: SandboxKycOptions): KycProvider {
  const parsed = optionsSchema.safeParse(raw);
  if (!parsed.success) {
    throw new TypeError(`Cannot set up the sandbox KYC provider: ${z.prettifyError(parsed.error)}`);
  }
  const options = parsed.data;
  const declares = declarationOf(options);
  const of = (ref: string) => `/cases/${encodeURIComponent(ref)}`;

  return {
    id: "sandbox",
    contract: "kyc-provider/1",
    declares,

    prepare: (ports) => {
      const levels = Object.entries(declares.levels).map(([name, { needs }]) => [name, needs] as const);
      const webhook = options.webhook === "none"
        ? null
        : { url: ports.webhookUrl, secret: options.webhookSecrets[0] };
      const { decideAfterSeconds, withdrawAfterSeconds, validSeconds, codeSeconds } = options;
      const shape = {
        levels: Object.fromEntries(levels),
        documents: options.documents ? DOCUMENTS : [],
        decideAfterSeconds,
        withdrawAfterSeconds,
        validSeconds,
        codeSeconds,
        webhook: options.webhook,
      };
      return ask(options, ports, { method: "PUT", path: "", json: { shape, webhook } }, noted);
    },

    openCase: ({ caseKey, level, fields }, ports) =>
      ask(options, ports, { method: "PUT", path: of(caseKey), json: { level, fields } }, (json) => {
        const read = refSchema.safeParse(json);
        return read.success ? done({ ref: read.data.ref }) : unrecognized("case_shape");
      }),

    submitFields: (ref, fields, ports) =>
      ask(options, ports, { method: "PATCH", path: `${of(ref)}/fields`, json: fields }, readFields),

    startReview: (ref, ports) => ask(options, ports, { method: "POST", path: `${of(ref)}/review` }, noted),

    readCase: async (ref, ports) => {
      const read = await ask(options, ports, { method: "GET", path: of(ref) }, readCase);
      return !read.ok && read.error.kind === "not_found" ? done(null) : read;
    },

    ...(options.documents && {
      submitDocument: (ref, { field, bytes, mediaType, sha256 }, ports) => {
        const path = `${of(ref)}/documents/${encodeURIComponent(field)}`;
        return ask(
          options,
          ports,
          { method: "PUT", path, document: { bytes, mediaType, sha256 } },
          readFields,
        );
      },
    }),

    ...(options.hosted && {
      hostedPage: (ref, { returnUrl }, ports) => {
        const call = { method: "POST", path: `${of(ref)}/page`, json: { return_url: returnUrl } } as const;
        return ask(options, ports, call, (json) => {
          const read = pageSchema.safeParse(json);
          if (!read.success) return unrecognized("page_shape");
          const validUntil = Math.floor(Date.parse(read.data.valid_until) / 1000);
          return done({
            url: `${options.pageUrl ?? options.url}${read.data.path}`,
            validUntil,
            singleUse: true,
          });
        });
      },
    }),

    ...(options.verifies.length > 0 && {
      sendCode: async ({ key, field, value }, ports) => {
        if (!options.verifies.some((name) => name === field)) return failed("not_supported");
        const call = { method: "POST", path: "/codes", json: { key, field, value } } as const;
        return await ask(options, ports, call, (json) => {
          const read = codeSchema.safeParse(json);
          return read.success ? done({ codeRef: read.data.code_ref }) : unrecognized("code_shape");
        });
      },
      checkCode: (codeRef, code, ports) => {
        const path = `/codes/${encodeURIComponent(codeRef)}/check`;
        return ask(options, ports, { method: "POST", path, json: { code } }, (json) => {
          const read = checkSchema.safeParse(json);
          return read.success ? done(read.data.result) : unrecognized("check_result");
        });
      },
    }),

    ...(options.webhook !== "none" && {
      readWebhook: (request) => Promise.resolve(readWebhook(options, request)),
    }),

    listChanged: async (cursor, ports) => {
      const after = cursor === null ? "0" : CURSOR.exec(cursor)?.[1];
      if (after === undefined) return failed("config", { providerCode: "foreign_cursor" });
      return await ask(options, ports, { method: "GET", path: `/changes?after=${after}` }, (json) => {
        const read = changesSchema.safeParse(json);
        if (!read.success) return unrecognized("changes_shape");
        return done({ refs: read.data.refs, next: `v1:${read.data.next}`, more: read.data.more });
      });
    },

    erase: async (ref, ports) => {
      const erased = await ask(options, ports, { method: "DELETE", path: of(ref) }, (json) => {
        const read = erasedSchema.safeParse(json);
        return read.success ? done({ erased: read.data.erased }) : unrecognized("erase_shape");
      });
      // What is not there any more has been erased.
      return !erased.ok && erased.error.kind === "not_found" ? done({ erased: true }) : erased;
    },
  };
}
