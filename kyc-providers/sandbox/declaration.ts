/**
 * What the sandbox KYC provider says of itself, read off its options.
 * @module
 */
import type { KycDeclaration } from "../../plugins/kyc-provider.ts";
import type { ReadOptions } from "./options.ts";

const BASIC = ["first_name", "last_name", "email_address"];
const FULL = [...BASIC, "birth_date", "address", "city", "postal_code", "address_country_code"];
const OPTIONAL = ["mobile_number", "additional_name", "state_or_province", "tax_id", "id_type", "id_number"];

/** Documents that the bureau takes. */
export const DOCUMENTS = ["photo_id_front", "photo_id_back", "photo_proof_residence", "proof_of_liveness"];

/** The declaration that follows from the options. */
export function declarationOf(options: ReadOptions): KycDeclaration {
  const documents = options.documents ? DOCUMENTS : [];
  const full = options.documents ? [...FULL, "photo_id_front"] : FULL;
  // A name is listed once: what a level needs is not among what it takes besides.
  const level = (needs: readonly string[], takes: readonly string[]) => ({
    needs,
    takes: [...takes, ...OPTIONAL, ...documents].filter((name) => !needs.includes(name)),
  });
  return {
    countries: options.countries,
    takes: { fields: options.fields, documents: options.documents, hosted: options.hosted },
    levels: {
      basic: level(BASIC, ["birth_date", "address", "city", "postal_code", "address_country_code"]),
      full: level(full, []),
    },
    hosted: options.hosted
      ? {
        shown: options.shown,
        origins: [new URL(options.pageUrl ?? options.url).origin],
        permissions: ["camera"],
      }
      : null,
    news: { webhook: options.webhook !== "none", pollEverySeconds: options.pollEverySeconds },
    verifies: options.verifies,
    erases: true,
  };
}
