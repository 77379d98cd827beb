/**
 * `deno task ok`: the whole gate, cheapest step first; the first step that fails ends it.
 * Arguments go to the tests, so `deno task ok --fast` is the quick round before a commit.
 */
import { print } from "./gate/print.ts";

/** What must stay proven; a round with arguments runs only some of the tests and cannot say. */
const REQUIRED = [
  "sep-01",
  "sep-06",
  "sep-09",
  "sep-10",
  "sep-12",
  "sep-23",
  "sep-24",
  "money",
].join(",");

const steps: { name: string; args: string[] }[] = [
  { name: "format", args: ["fmt", "--check"] },
  { name: "lint", args: ["lint"] },
  { name: "types", args: ["check"] },
  // Their types have just been checked, and would be once more.
  { name: "tests", args: ["task", "test", "--no-check", ...Deno.args] },
  {
    name: "requirements",
    args: ["task", "requirements", ...(Deno.args.length > 0 ? [] : ["--require", REQUIRED])],
  },
];

for (const { name, args } of steps) {
  print(`── ${name}: deno ${args.join(" ")}`);
  const { code } = await new Deno.Command(Deno.execPath(), { args, stdin: "null" }).spawn().status;
  if (code !== 0) {
    print(`not ok: ${name}`);
    Deno.exit(code);
  }
}
print(`ok: ${steps.map(({ name }) => name).join(", ")}`);
