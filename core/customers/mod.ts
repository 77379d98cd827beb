/**
 * Customers: who they are, what they gave, how providers judged it.
 * @module
 */
export type { Answer } from "./answer.ts";
export type { CallbackStatements, CustomerChanges } from "./callback-statements.ts";
export { isRegistered } from "./callbacks.ts";
export { createCustomers } from "./customers.ts";
export type { CustomerAnswer, Customers } from "./customers.ts";
export type { CustomersOptions } from "./options.ts";
export type { CustomerRequest } from "./requests.ts";
export { checkAsked } from "./check-policy.ts";
export { CUSTOMER_TYPES } from "../config/customer-types.ts";
export type { KycPolicy, Need, TransferNeed } from "./need.ts";
export type { Holder } from "./owner.ts";
export type { CustomerStatus, FieldStatus, Standing } from "./standing.ts";
export type { ReviewEnd } from "./review.ts";
export type { ReviewFailure } from "./read-case.ts";
export type { NewsEnd } from "./news.ts";
export type { HostedOffer, HostedVisit } from "./hosted-page.ts";
export type { Settled, ToSettle } from "./accepted.ts";
export { REVIEW_EFFECT } from "./begin.ts";
export { ERASED_EFFECT } from "./erase.ts";
export type { EraseRequest } from "./erase.ts";
export { ERASE_EFFECT } from "./erase-at-provider.ts";
export type { EraseEnd } from "./erase-at-provider.ts";
export { CODE_EFFECT } from "./send-codes.ts";
export { NewCodeSent } from "./check-codes.ts";
export { CODE_LIMITS } from "./verifications.ts";
export { acceptedCondition } from "./accepted.ts";
export type { KnownFile } from "./uploads.ts";
export { MAX_FILE_BYTES } from "./submission.ts";
export type { CodeField, CustomerForm, FormField, FormTransfer } from "./form.ts";
export type { CodeAsked, FormSubmission, Submitted } from "./submit.ts";
