import { bankRailContract } from "../../plugins/contract-tests/mod.ts";
import { presets, sandboxRail } from "./sandbox-bank-stand-in.ts";

for (const [name, preset] of Object.entries(presets)) {
  bankRailContract(`sandbox bank as ${name}`, sandboxRail(preset));
}
