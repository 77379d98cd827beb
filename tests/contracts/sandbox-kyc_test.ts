import { kycProviderContract } from "../../plugins/contract-tests/mod.ts";
import { sandboxProvider, type Shape } from "./sandbox-kyc-stand-in.ts";

/** One option at a time from the default. */
const SHAPES: Readonly<Record<string, Shape>> = {
  "default": {},
  "hosted": { hosted: true },
  "hosted alone": { hosted: true, fields: false, documents: false },
  "hosted in a frame": { hosted: true, shown: "frame" },
  "no documents": { documents: false },
  "late decisions": { decideAfterSeconds: 3600 },
  "acceptances that end": { validSeconds: 3600 },
  "wake-ups": { webhook: "wake_up" },
  "no webhooks": { webhook: "none" },
  "no codes": { verifies: [] },
};

for (const [name, shape] of Object.entries(SHAPES)) {
  kycProviderContract(`sandbox KYC, ${name}`, sandboxProvider(shape));
}
