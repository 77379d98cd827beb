/**
 * How the pages of SEP-24 look and behave: what the config says of it, whether that can be served, and every default.
 * @module
 */
import type { NetworkName } from "../stellar/network.ts";
import type { AnchorConfig, OrganizationConfig, PagesConfig } from "./anchor.ts";
import { isLoopback } from "./environment/spellings.ts";
import type { Mistake } from "./mistakes.ts";

/** What {@link PagesConfig} says, with every default filled in. */
export interface PagesChoices {
  /** What people call the anchor. */
  readonly name: string;
  /** Null: the pages show the name alone. */
  readonly logo: string | null;
  /** `#rrggbb`, in lower case. */
  readonly colors: { readonly accent: string; readonly onAccent: string };
  /** `https:` or `mailto:`. */
  readonly supportUrl: string;
  /** Origins; empty: nobody may frame the pages. */
  readonly frameAncestors: "*" | readonly string[];
  readonly refreshSeconds: number;
  /** Where a transaction of the ledger is shown, with `{hash}`. */
  readonly explorer: string;
  readonly balanceCheck: "refuse" | "warn";
}

/** Where the gateway stands, as far as pages depend on it. */
export interface PagesPlace {
  readonly network: NetworkName;
  /** `PUBLIC_URL` without a slash at its end. */
  readonly publicUrl: string;
}

/** The ground of the pages, on which the accent has to be readable. */
const GROUND = "#ffffff";
/** Of ink that reads well on the ground, and looks like nobody's brand. */
const ACCENT = "#1f4e79";
/** WCAG 2.2, 1.4.3: of text to its ground. */
const LEAST_CONTRAST = 4.5;
const REFRESH_SECONDS = 10;

/** Fills in the defaults. */
export function buildPages(
  { organization, pages = {} }: Pick<AnchorConfig, "organization" | "pages">,
  place: PagesPlace,
): PagesChoices {
  const { colors = {} } = pages;
  return {
    name: pages.name ?? organization.dba ?? organization.name,
    // That of stellar.toml may stand anywhere, and the pages ask no third party for anything.
    logo: pages.logo ?? (isHome(organization.logo, organization, place) ? organization.logo : null),
    colors: {
      accent: (colors.accent ?? ACCENT).toLowerCase(),
      // Contrast has no direction: what reads well on the ground is a good ground for the ground's own colour.
      onAccent: (colors.onAccent ?? GROUND).toLowerCase(),
    },
    supportUrl: pages.supportUrl ?? `mailto:${organization.supportEmail}`,
    frameAncestors: pages.frameAncestors ?? [],
    refreshSeconds: pages.refreshSeconds ?? REFRESH_SECONDS,
    explorer: pages.explorer ?? explorerOf(place),
    balanceCheck: pages.balanceCheck ?? "refuse",
  };
}

/** What cannot be served as it is written. Values are of the right shape by now. */
export function pagesMistakes(
  { organization, pages = {} }: Pick<AnchorConfig, "organization" | "pages">,
  place: PagesPlace,
): readonly Mistake[] {
  const mistakes: Mistake[] = [];
  const wrong = (where: keyof PagesConfig | `colors.${string}`, write: string) =>
    void mistakes.push({ where: `pages.${where}`, write });
  if (pages.logo !== undefined && !isHome(pages.logo, organization, place)) {
    wrong("logo", "write an https:// address on your home domain: pages ask no third party for anything");
  }
  const { accent = ACCENT, onAccent = GROUND } = pages.colors ?? {};
  if (contrast(accent, GROUND) < LEAST_CONTRAST) {
    wrong(
      "colors.accent",
      `write a darker colour: links have to reach a contrast of ${LEAST_CONTRAST} on white`,
    );
  } else if (contrast(onAccent, accent) < LEAST_CONTRAST) {
    wrong("colors.onAccent", `write a colour with a contrast of ${LEAST_CONTRAST} or more on the accent`);
  }
  return mistakes;
}

/**
 * How well a colour reads on another: 1 to 21 (WCAG 2.2, "contrast ratio").
 * @param one `#rrggbb`
 * @param other `#rrggbb`
 */
export function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

/** WCAG 2.2, "relative luminance". */
function luminance(colour: string): number {
  const linear = [1, 3, 5].map((at) => {
    const share = parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  const [red = 0, green = 0, blue = 0] = linear;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** On the organization's own site, which stands on the home domain (R-01-27), below it, or on the gateway itself. */
function isHome(address: string, { url }: OrganizationConfig, { publicUrl }: PagesPlace): boolean {
  const { protocol, hostname } = new URL(address);
  const isOurs = [url, publicUrl].some((ours) => {
    const home = new URL(ours).hostname;
    return hostname === home || hostname.endsWith(`.${home}`);
  });
  return isOurs && (protocol === "https:" || isLoopback(hostname));
}

function explorerOf({ network, publicUrl }: PagesPlace): string {
  if (network === "sandbox") return `${publicUrl}/sandbox/horizon/transactions/{hash}`;
  return `https://stellar.expert/explorer/${network}/tx/{hash}`;
}
