import { deepEqual, equal } from "node:assert/strict";
import { sandboxBank } from "../../../bank-rails/sandbox/mod.ts";
import { checkAsked } from "../../../core/customers/check-policy.ts";
import { tierFor } from "../../../core/config/anchor-runtime.ts";
import { buildPacks } from "../../../core/config/build.ts";
import { needOfTransfer, requirementFor } from "../../../core/customers/need.ts";
import type { KycPolicy } from "../../../core/customers/need.ts";
import { customersAtWork } from "./at-work.ts";

const { at: { policy }, close } = await customersAtWork();
await close();

const transfer = {
  type: "sep6",
  kind: "deposit",
  country: null,
  tier: "light",
  rail: "bank",
  kyc: "bureau",
} as const;

Deno.test("P5 the tier follows the amount, the last one has no end", () => {
  const pack = policy.pack();
  const [light] = pack.tiers;
  equal(tierFor(pack, null)?.name, "light");
  equal(tierFor(pack, 1_000_000_000n)?.name, "light");
  equal(tierFor(pack, 1_000_000_001n)?.name, "heavy");
  equal(tierFor({ tiers: [light] }, 1_000_000_001n), null);
  const asked = requirementFor(policy, { type: "sep6", country: "ZZZ", amount: 1_000_000_001n });
  equal(asked.tier, "heavy");
  equal(asked.level, "full");
});

Deno.test("R-09-4 R-12-36 asked is the tier, what the provider needs, and the account of a withdrawal", () => {
  const light = needOfTransfer(policy, transfer, null);
  deepEqual(light.required, ["first_name", "last_name", "email_address"], "given_name is written first_name");
  deepEqual(light.optional, ["mobile_number"]);
  const withdrawal = needOfTransfer(policy, { ...transfer, kind: "withdrawal" }, null);
  deepEqual(withdrawal.required, [...light.required, "bank_account_number"]);
  deepEqual(withdrawal.payout, ["bank_account_number"]);
  const heavy = needOfTransfer(policy, { ...transfer, tier: "heavy" }, null);
  equal(heavy.required.includes("photo_id_front"), true, "the provider's need");
  equal(heavy.required.includes("id_type"), true, "the tier's field");
  equal(
    needOfTransfer(policy, { ...transfer, tier: "gone" }, null).tier,
    "heavy",
    "what the config lost asks for most",
  );
  equal(needOfTransfer(policy, { ...transfer, kyc: "gone" }, null).instance, "bureau");
});

Deno.test("R-12-37 R-12-36 a type is asked what its tier lists for it, at the amount of the transfer", async () => {
  const { at, close } = await customersAtWork({
    countries: {
      BRA: {
        tiers: [
          {
            name: "light",
            upTo: "100",
            fields: { sep6: ["first_name", "tax_id"], sep24: ["first_name"] },
            optionalFields: { sep6: [], sep24: ["mobile_number"] },
            levels: { bureau: "basic" },
          },
          {
            name: "heavy",
            fields: { sep6: ["first_name", "tax_id"], sep24: ["tax_id"] },
            levels: { bureau: "full" },
          },
        ],
      },
    },
  });
  await close();
  const asked = (type: string, tier: string) => {
    const { required, optional } = needOfTransfer(
      at.policy,
      { ...transfer, type, tier, country: "BRA" },
      null,
    );
    return [required.includes("tax_id"), required.includes("birth_date"), optional];
  };
  deepEqual(asked("sep6", "light"), [true, false, []]);
  deepEqual(asked("sep24", "light"), [false, false, ["mobile_number"]]);
  deepEqual(asked("sep6", "heavy"), [true, true, []]);
  deepEqual(asked("sep24", "heavy"), [true, true, []]);
});

Deno.test("R-09-23 a withdrawal asks for the field that its rail pays by, and for no general one beside it", () => {
  const bank = { module: sandboxBank({ url: "http://bank.example", payoutFields: ["clabe_number"] }) };
  const need = needOfTransfer({ ...policy, rails: { bank } }, { ...transfer, kind: "withdrawal" }, null);
  deepEqual(need.payout, ["clabe_number"]);
  equal([...need.required, ...need.optional].includes("bank_account_number"), false);
});

Deno.test("the start refuses what no provider can take, with the place in the config", () => {
  deepEqual(checkAsked(policy), []);
  const broken: KycPolicy = {
    ...policy,
    ...buildPacks({
      "*": {
        tiers: [
          { name: "a", fields: ["first_name", "proof_of_income", "shoe_size"], levels: { bureau: "basic" } },
          { name: "b", fields: [], levels: { bureau: "gold", nobody: "basic" } },
        ],
      },
    }),
  };
  deepEqual(checkAsked(broken).map((fault) => fault.split(":")[0]), [
    "countries.*.tiers[0]",
    "countries.*.tiers[0].levels.bureau",
    "countries.*.tiers[1].levels.bureau",
    "countries.*.tiers[1].levels.nobody",
  ]);
});
