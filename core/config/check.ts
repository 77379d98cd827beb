/**
 * Whether the parts of a config fit each other: services name what exists, rails and KYC providers can do what services
 * and country packs ask, amounts make sense. Values are of the right shape by now.
 * @module
 */
import type { BankRail } from "../../plugins/bank-rail.ts";
import { parseUnits } from "../../plugins/money.ts";
import { kycInstances, railInstances } from "../../plugins/registry.ts";
import { canonicalName } from "../../plugins/sep9/mod.ts";
import { amountsFor } from "../money/fees.ts";
import type { NetworkName } from "../stellar/network.ts";
import type { AnchorConfig, CountryPack, Instance, ServiceConfig } from "./anchor.ts";
import { feeOf } from "./build.ts";
import type { Mistake } from "./mistakes.ts";
import { pagesMistakes, type PagesPlace } from "./pages.ts";
import { pathOf } from "./schema.ts";

/** Id of the modules that belong to the sandbox. */
export const SANDBOX_MODULE = "sandbox";

/** Everything that does not fit. */
export function fitMistakes(config: AnchorConfig, place: PagesPlace): readonly Mistake[] {
  return [
    ...instanceMistakes(config, place.network),
    ...railInstances(config.rails, isSep9).mistakes,
    ...kycInstances(config.kyc, isSep9).mistakes,
    ...assetMistakes(config),
    ...config.services.flatMap((service, index) => serviceMistakes(config, service, index)),
    ...Object.entries(config.countries).flatMap(([country, pack]) => packMistakes(config, country, pack)),
    ...pagesMistakes(config, place),
    ...("*" in config.countries ? [] : [{
      where: "countries",
      write: 'add "*": the pack of countries without one',
    }]),
    ...(config.languages === undefined || config.languages.includes("en") ? [] : [{
      where: "languages",
      write: 'add "en": it stands in where another language lacks a text',
    }]),
  ];
}

function isSep9(name: string): boolean {
  return canonicalName(name) !== null;
}

function instanceMistakes(config: AnchorConfig, network: NetworkName): Mistake[] {
  const named = (room: "kyc" | "rails") => {
    const instances: Readonly<Record<string, Instance<{ readonly id: string }>>> = config[room];
    return Object.entries(instances).map(([name, { module }]) => ({ room, name, module }));
  };
  return [...named("kyc"), ...named("rails")].flatMap(({ room, name, module }) => {
    const where = pathOf([room, name]);
    const mistakes: Mistake[] = [];
    if (room === "rails" && Object.hasOwn(config.kyc, name)) {
      mistakes.push({
        where,
        write: "write another name: a KYC instance has it, and webhook addresses hold the name",
      });
    }
    if (network === "public" && module.id === SANDBOX_MODULE) {
      mistakes.push({
        where,
        write: "write a real provider: sandbox modules do not run on the public network",
      });
    }
    return mistakes;
  });
}

function assetMistakes({ assets }: AnchorConfig): Mistake[] {
  return assets.flatMap(({ code, destination }, index) => {
    const mistakes: Mistake[] = [];
    if (assets.findIndex((other) => other.code === code) < index) {
      mistakes.push({
        where: pathOf(["assets", index, "code"]),
        write: "write each code once: services name assets by code",
      });
    }
    const starting = destination?.startingBalance;
    if (starting !== undefined && (parseUnits(starting) ?? 0n) < 10_000_000n) {
      mistakes.push({
        where: pathOf(["assets", index, "destination", "startingBalance"]),
        write: "write 1 XLM or more: less does not pay an account's reserve",
      });
    }
    return mistakes;
  });
}

function serviceMistakes(config: AnchorConfig, service: ServiceConfig, index: number): Mistake[] {
  const mistakes: Mistake[] = [];
  const wrong = (key: keyof ServiceConfig, write: string) =>
    void mistakes.push({ where: pathOf(["services", index, key]), write });

  const asset = config.assets.find(({ code }) => code === service.asset);
  if (!asset) {
    wrong(
      "asset",
      `write the code of an asset: ${config.assets.map(({ code }) => code).join(", ")}`,
    );
  }
  const rail = namedInstance(config.rails, service.rail, (write) => wrong("rail", write));
  const kyc = namedInstance(config.kyc, service.kyc, (write) => wrong("kyc", write));
  amountMistakes(service, rail?.declares.minUnit ?? 1n, wrong);

  if (kyc && !covers(kyc.declares.countries, service.countries)) {
    wrong(
      "countries",
      `write only countries that the KYC provider serves: ${listOf(kyc.declares.countries)}`,
    );
  }
  if (!rail) return mistakes;
  const { declares } = rail;
  if (asset && declares.currency !== asset.currency) {
    wrong("rail", `write a rail that settles ${asset.currency}: this one settles ${declares.currency}`);
  }
  if (!declares.methods.includes(service.method)) {
    wrong("method", `write a method of the rail: ${declares.methods.join(", ")}`);
  }
  if (!covers(declares.countries, service.countries)) {
    wrong("countries", `write only countries that the rail serves: ${listOf(declares.countries)}`);
  }
  if (service.kind === "deposit" && declares.deposit === null) {
    wrong("rail", "write a rail that takes in: this one only pays out");
  }
  refundMistakes(service, declares, wrong);
  if (service.kind === "withdrawal" && declares.payout === null) {
    wrong("rail", "write a rail that pays out: this one only takes in");
  }
  return mistakes;
}

function amountMistakes(
  service: ServiceConfig,
  minUnit: bigint,
  wrong: (key: keyof ServiceConfig, write: string) => void,
): void {
  const min = parseUnits(service.min) ?? 0n;
  const max = parseUnits(service.max) ?? 0n;
  if (min === 0n) wrong("min", "write more than zero");
  if (min > max) wrong("max", "write min or more");
  if (min % minUnit !== 0n) wrong("min", "write a whole multiple of the rail's smallest unit");
  if (max % minUnit !== 0n) wrong("max", "write a whole multiple of the rail's smallest unit");
  const step = service.kind === "withdrawal" ? minUnit : 1n;
  const fee = feeOf(service.fee);
  if (fee.minimum !== undefined && fee.maximum !== undefined && fee.minimum > fee.maximum) {
    wrong("fee", "write a maximum that is not below the minimum");
  }
  if (min > 0n && amountsFor(min, fee, step) === null) {
    wrong("fee", "write a fee that leaves something of the smallest amount");
  }
}

function refundMistakes(
  service: ServiceConfig,
  { minUnit, deposit, payout, news }: BankRail["declares"],
  wrong: (key: keyof ServiceConfig, write: string) => void,
): void {
  if (service.kind === "deposit" && service.onPayoutFailure !== undefined) {
    wrong("onPayoutFailure", "leave it out: it is about the bank payouts of withdrawals");
  }
  const sendsParts = deposit?.refund === "partial" || (payout?.payerField !== undefined && !news.files);
  if (service.kind === "deposit" && service.amountRule?.kind === "excess" && !sendsParts) {
    wrong("amountRule", "write another kind: this rail cannot send back a part of a payment");
  }
  const fee = parseUnits(service.refundFee ?? "0") ?? 0n;
  if (fee === 0n) return;
  if (fee >= (parseUnits(service.min) ?? 0n)) {
    wrong("refundFee", "write less than min: nothing would be left of the smallest payment");
  }
  if (service.kind === "withdrawal") return;
  if (fee % minUnit !== 0n) wrong("refundFee", "write a whole multiple of the rail's smallest unit");
  if (deposit?.refund === "full") {
    wrong("refundFee", "leave it out: this rail sends back whole payments only");
  }
}

function packMistakes(config: AnchorConfig, country: string, pack: CountryPack): Mistake[] {
  const mistakes: Mistake[] = [];
  const wrong = (path: readonly PropertyKey[], write: string) =>
    void mistakes.push({ where: pathOf(["countries", country, "tiers", ...path]), write });
  const { day, "30 days": month } = pack.limits ?? {};
  if (day !== undefined && month !== undefined && (parseUnits(day) ?? 0n) > (parseUnits(month) ?? 0n)) {
    const where = pathOf(["countries", country, "limits", "day"]);
    mistakes.push({ where, write: "write no more than the limit of 30 days" });
  }
  for (const [period, limit] of Object.entries(pack.limits ?? {})) {
    if (parseUnits(limit) !== 0n) continue;
    const where = pathOf(["countries", country, "limits", period]);
    mistakes.push({ where, write: "write more than zero, or leave the limit out" });
  }
  let before = 0n;
  pack.tiers.forEach((tier, index) => {
    const isLast = index === pack.tiers.length - 1;
    const upTo = tier.upTo === undefined ? null : parseUnits(tier.upTo) ?? 0n;
    if (upTo === null && !isLast) wrong([index, "upTo"], "write a sum: only the last tier has no end");
    if (upTo !== null && upTo <= before) wrong([index, "upTo"], "write more than the tier before");
    before = upTo ?? before;
    if (pack.tiers.findIndex((other) => other.name === tier.name) < index) {
      wrong([index, "name"], "write each name once");
    }
    for (const kyc of kycFor(config, country)) {
      const instance = Object.hasOwn(config.kyc, kyc) ? config.kyc[kyc] : undefined;
      const level = Object.hasOwn(tier.levels, kyc) ? tier.levels[kyc] : undefined;
      const known = instance ? Object.keys(instance.module.declares.levels) : [];
      if (instance && (level === undefined || !known.includes(level))) {
        wrong([index, "levels", kyc], `write a level of this KYC provider: ${known.join(", ")}`);
      }
    }
    for (const kyc of Object.keys(tier.levels)) {
      if (!Object.hasOwn(config.kyc, kyc)) {
        wrong([index, "levels", kyc], "write the name of an instance in kyc");
      }
    }
  });
  return mistakes;
}

/** The KYC instances that may meet customers of a country. */
function kycFor(config: AnchorConfig, country: string): ReadonlySet<string> {
  const meets = ({ countries }: ServiceConfig) =>
    country === "*" || countries === "*" || countries.includes(country);
  return new Set(config.services.filter(meets).map(({ kyc }) => kyc));
}

function namedInstance<Module>(
  instances: Readonly<Record<string, Instance<Module>>>,
  name: string,
  wrong: (write: string) => void,
): Module | null {
  const instance = Object.hasOwn(instances, name) ? instances[name] : undefined;
  const open = Object.keys(instances).filter((other) => !instances[other]?.retired).join(", ");
  if (!instance) wrong(`write the name of an instance: ${open}`);
  else if (instance.retired) wrong(`write an instance that is not retired: ${open}`);
  return instance?.module ?? null;
}

function covers(declared: "*" | readonly string[], asked: "*" | readonly string[]): boolean {
  return declared === "*" || (asked !== "*" && asked.every((country) => declared.includes(country)));
}

function listOf(countries: "*" | readonly string[]): string {
  return countries === "*" ? "*" : countries.join(", ");
}
