/**
 * Whether a module's declaration is sound and agrees with its members. Mistakes are texts for developers: where, what,
 * and what to write.
 * @module
 */
import type { BankRail, RailDeclaration } from "./bank-rail.ts";
import type { KycDeclaration, KycProvider } from "./kyc-provider.ts";

/** A mistake in a module: the path of the member or value, and what to write there. */
export interface ModuleMistake {
  readonly where: string;
  readonly write: string;
}

/** Whether a name is a SEP-9 field; the catalogue of fields answers this. */
export type IsKnownField = (name: string) => boolean;

type Report = (where: string, wrong: boolean, write: string) => void;

/** Gathers all mistakes instead of stopping at the first. */
function gather(check: (report: Report) => void): ModuleMistake[] {
  const mistakes: ModuleMistake[] = [];
  check((where, wrong, write) => {
    if (wrong) mistakes.push({ where, write });
  });
  return mistakes;
}

/**
 * Mistakes of a rail.
 * @param isKnownField tells SEP-9 names; without it names are not looked at
 */
export function railMistakes(rail: BankRail, isKnownField?: IsKnownField): ModuleMistake[] {
  return gather((report) => {
    const { declares } = rail;
    report("contract", rail.contract !== "bank-rail/1", 'write "bank-rail/1", the version of this gateway');
    report("id", !isName(rail.id), "write lower-case letters, digits and hyphens");
    checkRail(declares, report, isKnownField);
    checkTexts(rail.texts, report);
    for (const [member, needed, why] of railMembers(declares)) {
      const there = rail[member] !== undefined;
      report(member, needed && !there, `add this member: ${why}`);
      report(member, !needed && there, `leave this member out, or declare that ${why}`);
    }
  });
}

/** Mistakes of a rail's declaration alone; `isKnownField` as in `railMistakes`. */
export function railDeclarationMistakes(
  declares: RailDeclaration,
  isKnownField?: IsKnownField,
): ModuleMistake[] {
  return gather((report) => checkRail(declares, report, isKnownField));
}

function checkRail(declares: RailDeclaration, report: Report, isKnownField?: IsKnownField): void {
  checkPlaces(declares, report);
  report("declares.currency", !/^[A-Z]{3}$/.test(declares.currency), "write an ISO 4217 code");
  report(
    "declares.minUnit",
    declares.minUnit <= 0n,
    "write the smallest step in units of 10⁻⁷, above zero",
  );
  report("declares.methods", declares.methods.length === 0, "name at least one funding method");
  report(
    "declares",
    !declares.deposit && !declares.payout,
    "declare `deposit`, `payout` or both: this rail moves nothing",
  );
  checkDeposit(declares, report);
  checkPayout(declares, report, isKnownField);
  checkNews(declares, report);
}

/** A member of a rail that does something. */
export type RailMember = Exclude<keyof BankRail, "id" | "contract" | "declares" | "texts">;

/** Members that a declaration asks for or rules out, each with whether and why; the others are free. */
export function railMembers(declares: RailDeclaration): (readonly [RailMember, boolean, string])[] {
  const { deposit, payout, news } = declares;
  return [
    ["depositInstructions", deposit !== null, "money comes in"],
    ["refundInbound", deposit !== null && deposit.refund !== "none", "the rail refunds what came in"],
    ["createPayout", payout !== null, "money goes out"],
    [
      "findPayout",
      payout !== null || (deposit !== null && deposit.refund !== "none"),
      "payouts or refunds are looked up by their key",
    ],
    [
      "checkBeneficiary",
      payout !== null && payout.beneficiaryCheck !== "none",
      "accounts are checked beforehand",
    ],
    ["readWebhook", news.webhook, "news comes by webhook"],
    ["readStatement", news.pollEverySeconds !== null, "there is a statement to poll"],
    ["readFile", news.files, "news comes by file"],
    ["answerDecision", declares.syncDecision !== null, "the provider waits for keep or return"],
    ["readBalance", declares.balance !== "none", "the balance can be asked"],
  ];
}

function checkDeposit({ deposit }: RailDeclaration, report: Report): void {
  if (!deposit) return;
  const { address, reference } = deposit;
  report(
    "declares.deposit.reference",
    address === "shared_with_reference" && reference === null,
    "declare the reference: a shared address is told apart by nothing else",
  );
  if (reference) checkText("declares.deposit.reference", reference.alphabet, reference.length, report);
  report(
    "declares.deposit.reference",
    reference !== null && reference.alphabet.length ** reference.length < 2 ** 30,
    "declare a longer reference or a bigger alphabet: it has to have 2³⁰ values at least",
  );
}

function checkPayout(
  { deposit, payout }: RailDeclaration,
  report: Report,
  isKnownField?: IsKnownField,
): void {
  if (!payout) return;
  checkText("declares.payout.key", payout.key.alphabet, payout.key.length, report);
  report(
    "declares.payout.key",
    payout.key.alphabet.length ** payout.key.length < 2 ** 60,
    "declare a longer key or a bigger alphabet: two attempts must never share a key",
  );
  checkText("declares.payout.reference", payout.reference.alphabet, payout.reference.maxLength, report);
  report("declares.payout.fields", payout.fields.length === 0, "name the SEP-9 fields that a payout needs");
  const names = [...payout.fields, ...payout.optionalFields];
  report("declares.payout", new Set(names).size !== names.length, "list each field once");
  for (const name of isKnownField ? names : []) {
    report(
      "declares.payout",
      !isKnownField?.(name),
      `use a field that the catalogue knows instead of ${name}`,
    );
  }
  const { payerField } = payout;
  report(
    "declares.payout.payerField",
    payerField !== undefined &&
      (payout.fields.join() !== payerField || (deposit !== null && deposit.payer.account !== "full")),
    "name the only field that a payout needs, where payers' accounts are told in full; else leave it out",
  );
  const days = payout.finality.kind === "returnable" ? payout.finality.returnableDays : 1;
  report(
    "declares.payout.finality",
    !Number.isInteger(days) || days < 1,
    "write the days as a whole number above zero, or declare payouts final",
  );
}

function checkNews({ news, syncDecision, balance }: RailDeclaration, report: Report): void {
  const { webhook, pollEverySeconds, files } = news;
  report(
    "declares.news",
    !webhook && pollEverySeconds === null && !files,
    "let news come by webhook, poll or file: at least one is needed",
  );
  report(
    "declares.news.pollEverySeconds",
    pollEverySeconds !== null && !isCount(pollEverySeconds),
    "write seconds as a whole number above zero, or null",
  );
  report("declares.syncDecision", syncDecision !== null && !webhook, "a question needs `news.webhook`");
  report(
    "declares.syncDecision.deadlineMs",
    syncDecision !== null && !isCount(syncDecision.deadlineMs),
    "write milliseconds as a whole number above zero",
  );
  report(
    "declares.balance",
    balance === "later" && !webhook && !files,
    "a balance that comes later needs a webhook or files",
  );
}

/** Mistakes of a KYC provider; `isKnownField` as in `railMistakes`. */
export function kycMistakes(provider: KycProvider, isKnownField?: IsKnownField): ModuleMistake[] {
  return gather((report) => {
    const { declares } = provider;
    const { takes, verifies, news } = declares;
    report(
      "contract",
      provider.contract !== "kyc-provider/1",
      'write "kyc-provider/1", the version of this gateway',
    );
    report("id", !isName(provider.id), "write lower-case letters, digits and hyphens");
    checkKyc(declares, report, isKnownField);
    checkTexts(provider.texts, report);
    const members = [
      ["submitDocument", takes.documents, "documents are taken"],
      ["hostedPage", takes.hosted, "it has a page of its own"],
      ["sendCode", verifies.length > 0, "values are verified by a code"],
      ["checkCode", verifies.length > 0, "values are verified by a code"],
      ["readWebhook", news.webhook, "news comes by webhook"],
      ["erase", declares.erases, "it can erase"],
    ] as const;
    for (const [member, needed, why] of members) {
      const there = provider[member] !== undefined;
      report(member, needed && !there, `add this member: ${why}`);
      report(member, !needed && there, `leave this member out, or declare that ${why}`);
    }
  });
}

/** Mistakes of a KYC provider's declaration alone; `isKnownField` as in `railMistakes`. */
export function kycDeclarationMistakes(
  declares: KycDeclaration,
  isKnownField?: IsKnownField,
): ModuleMistake[] {
  return gather((report) => checkKyc(declares, report, isKnownField));
}

function checkKyc(declares: KycDeclaration, report: Report, isKnownField?: IsKnownField): void {
  const { takes, hosted, levels, news, verifies } = declares;
  checkPlaces(declares, report);
  report("declares.takes", !takes.fields && !takes.hosted, "take fields, or be hosted, or both");
  report(
    "declares.hosted",
    takes.hosted !== (hosted !== null),
    "declare `hosted` exactly where it is taken",
  );
  report(
    "declares.hosted.origins",
    hosted?.origins.length === 0,
    "name the origin of its page: it is shown nowhere else",
  );
  for (const permission of hosted?.permissions ?? []) {
    report("declares.hosted.permissions", !/^[a-z-]+$/.test(permission), "write a name such as camera");
  }
  for (const origin of hosted?.origins ?? []) {
    report("declares.hosted.origins", !isOrigin(origin), `write an origin such as https://kyc.example.com`);
  }
  report("declares.levels", Object.keys(levels).length === 0, "declare at least one level");
  for (const [name, level] of Object.entries(levels)) {
    const names = [...level.needs, ...level.takes];
    report(`declares.levels.${name}`, new Set(names).size !== names.length, "list each field once");
    for (const field of isKnownField ? names : []) {
      report(
        `declares.levels.${name}`,
        !isKnownField?.(field),
        `use a field that the catalogue knows instead of ${field}`,
      );
    }
  }
  report("declares.verifies", new Set(verifies).size !== verifies.length, "list each field once");
  for (const field of isKnownField ? verifies : []) {
    report(
      "declares.verifies",
      !isKnownField?.(field),
      `use a field that the catalogue knows instead of ${field}`,
    );
  }
  report(
    "declares.news.pollEverySeconds",
    !isCount(news.pollEverySeconds),
    "write seconds as a whole number above zero",
  );
}

function checkPlaces({ countries }: RailDeclaration | KycDeclaration, report: Report): void {
  const sound = countries === "*" ||
    (countries.length > 0 && countries.every((code) => /^[A-Z]{3}$/.test(code)));
  report("declares.countries", !sound, "write ISO 3166-1 alpha-3 codes, or *");
}

function checkText(where: string, alphabet: string, length: number, report: Report): void {
  report(where, new Set(alphabet).size !== alphabet.length, "list each character of the alphabet once");
  report(where, alphabet.length < 2, "give the alphabet two characters at least");
  report(where, !isCount(length), "write the length as a whole number above zero");
}

function checkTexts(texts: BankRail["texts"], report: Report): void {
  if (!texts) return;
  report(
    "texts",
    !Object.hasOwn(texts, "en"),
    "add the English texts: they stand in for every other language",
  );
  const english = Object.keys(texts.en ?? {}).toSorted().join();
  for (const [language, entries] of Object.entries(texts)) {
    const same = Object.keys(entries).toSorted().join() === english;
    report(`texts.${language}`, !same, "give it the same keys as English");
  }
}

/** Whether a text is a name of a module or an instance: kebab-case, beginning with a letter. */
export function isName(text: string): boolean {
  return text.length <= 63 && /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(text);
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value > 0;
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}
