import { dirname, join } from "node:path/posix";
import { type Import, readModule } from "./module-syntax.ts";
import { isCode, type SourceTree } from "./source-tree.ts";

/**
 * Who may import whom, room by room; a room may always import itself. A file at the root is a room of its own.
 * What is not named here may be imported by nobody, and a room that is not named may import none.
 */
const MAY_IMPORT: Record<string, string[]> = {
  plugins: [],
  core: ["plugins", "locales"],
  routes: ["core", "plugins", "locales"],
  "kyc-providers": ["plugins"],
  "bank-rails": ["plugins"],
  sandbox: [],
  "anchor.config.ts": ["core", "plugins", "kyc-providers", "bank-rails"],
  "main.ts": ["anchor.config.ts", "routes", "core", "plugins", "sandbox", "locales"],
};

/** These two may import everything; nobody else may import them. */
const FREE = ["tasks", "tests"];

/** Rooms whose modules stand apart: one module does not import another, only the room's `mod.ts` lists them. */
const MODULE_ROOMS = ["kyc-providers", "bank-rails"];

/** Packages that have a home. Where an entry ends in `/`, everything below it is meant. */
const PACKAGE_HOMES: Record<string, string[]> = {
  hono: ["routes/", "sandbox/", "main.ts", "tests/", "tasks/bench/"],
  "@stellar/stellar-sdk": ["core/stellar/", "core/auth/", "sandbox/", "tests/", "tasks/"],
};

/** What breaks the import rule in a tree, one sentence for each import, in the order of paths. */
export function importFaults(tree: SourceTree): string[] {
  return [...tree.keys()].filter(isCode).sort().flatMap((path) => {
    const { imports } = readModule(path, tree.get(path) ?? "");
    const jsx = path.endsWith(".tsx") ? [{ specifier: "hono/jsx", values: [] }] : [];
    return [
      ...[...imports, ...jsx].flatMap((one) => faultOf(path, one).map((fault) => `${path}: ${fault}`)),
      ...(path === "main.ts" ? faultsOfMain(imports).map((fault) => `${path}: ${fault}`) : []),
    ];
  });
}

/** The room that a path lies in: its first folder, or the file itself at the root. */
export function roomOf(path: string): string {
  return path.split("/")[0] ?? path;
}

function faultOf(path: string, { specifier }: Import): string[] {
  if (specifier === undefined) {
    return FREE.includes(roomOf(path)) ? [] : ["imports something computed, which nobody can check"];
  }
  if (specifier.startsWith(".")) return faultOfRelative(path, specifier);
  if (specifier.startsWith("node:")) return [];
  if (/^[a-z]+:|^\//.test(specifier)) return [`imports ${specifier} by its address, not by a bare name`];
  return faultOfPackage(path, specifier);
}

function faultOfRelative(path: string, specifier: string): string[] {
  const target = join(dirname(path), specifier);
  const [from, to] = [roomOf(path), roomOf(target)];
  if (target.startsWith("..")) return [`imports ${specifier}, which is outside of the project`];
  if (!/\.(tsx?|json)$/.test(target)) return [`imports ${specifier} without its ending`];
  if (FREE.includes(from)) return from === "tasks" && to === "tests" ? [`imports ${target}`] : [];
  if (from !== to) return MAY_IMPORT[from]?.includes(to) ? [] : [`imports ${target}`];
  if (!MODULE_ROOMS.includes(from) || path === `${from}/mod.ts`) return [];
  return moduleOf(path) === moduleOf(target) ? [] : [`imports ${target} of another module`];
}

/** The folder, or single file, of a module inside of its room. */
function moduleOf(path: string): string {
  return path.split("/")[1] ?? path;
}

function faultOfPackage(path: string, specifier: string): string[] {
  const scoped = specifier.startsWith("@") ? 2 : 1;
  const name = specifier.split("/").slice(0, scoped).join("/");
  const homes = PACKAGE_HOMES[name];
  if (!homes) return [];
  return homes.some((home) => home.endsWith("/") ? path.startsWith(home) : path === home)
    ? []
    : [`uses ${specifier}, which stays in ${homes.join(", ")}`];
}

/** `main.ts` gets the sandbox by one function of one file; a dynamic import counts as one. */
function faultsOfMain(imports: Import[]): string[] {
  const ofSandbox = imports.filter(({ specifier }) => specifier?.startsWith("./sandbox/"));
  const files = new Set(ofSandbox.map(({ specifier }) => specifier));
  const values = ofSandbox.flatMap(({ values }) => values);
  return files.size > 1 || values.length > 1 ? ["imports more of the sandbox than one function"] : [];
}
