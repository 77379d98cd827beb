/**
 * What a transfer tells people, in their language.
 * @module
 */
import type { Translator } from "../i18n/mod.ts";

/** Texts for people, in the language of the answer. */
export interface TransferTexts {
  /** Of a message key below `transfer.message.` */
  readonly message: (key: string) => string;
  /** Name of a fee item. */
  readonly fee: (name: string) => string;
  /** What an instruction line is. */
  readonly line: (rail: string, key: string) => string;
}

/** The texts of a language. What has none there is said in general words, or by its key. */
export function transferTexts({ t, find, module }: Translator): TransferTexts {
  return {
    message: (key) => find(`transfer.message.${key}`) ?? t("transfer.message.other"),
    fee: (name) => find(`transfer.fee.${name}`) ?? name,
    line: (rail, key) =>
      module(rail, key) ?? find(`fields.${key}`) ?? find(`fields.${key.replace(/^organization\./, "")}`) ??
        key,
  };
}
