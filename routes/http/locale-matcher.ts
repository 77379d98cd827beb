/**
 * Which of our languages comes nearest to what somebody asked for.
 * @module
 */
import { parseAccept } from "hono/utils/accept";

/** Headers longer than this are no list of a person's languages. */
const MAX_HEADER = 512;

/** How many different headers are remembered; wallets of a kind all send the same few. */
const MAX_REMEMBERED = 256;

/** Finds languages; see {@link localeMatcher}. */
export interface LocaleMatcher<Tag extends string> {
  /** The language for one BCP 47 tag (`pt_BR` is understood too), or null when none of ours comes near. */
  readonly tag: (tag: string) => Tag | null;
  /** The language for an `Accept-Language` header by its q-values, or null. */
  readonly header: (header: string) => Tag | null;
}

/**
 * Builds a matcher by likely subtags: what is asked is completed (`pt` is `pt-Latn-BR`, `zh-TW` is `zh-Hant-TW`) and
 * looked up as language, script and region, then without region, then without script. So `pt-PT` finds `pt-BR` and
 * `es-AR` finds `es`. Text that is no tag, `*`, and q-values of zero are passed over.
 */
export function localeMatcher<Tag extends string>(supported: readonly Tag[]): LocaleMatcher<Tag> {
  const found = new Map<string, Tag>();
  // The exact tags first, then coarser and coarser keys: the first language to claim a key keeps it.
  for (let depth = 0; depth < 3; depth++) {
    for (const language of supported) {
      const key = keysOf(language)[depth];
      if (key !== undefined && !found.has(key)) found.set(key, language);
    }
  }

  function tag(asked: string): Tag | null {
    for (const key of keysOf(asked.replaceAll("_", "-"))) {
      const language = found.get(key);
      if (language !== undefined) return language;
    }
    return null;
  }

  function read(header: string): Tag | null {
    for (const { type, q } of parseAccept(header)) {
      const language = q > 0 ? tag(type) : null;
      if (language !== null) return language;
    }
    return null;
  }

  const remembered = new Map<string, Tag | null>();
  return {
    tag,
    header: (header) => {
      if (header.length > MAX_HEADER) return null;
      const known = remembered.get(header);
      if (known !== undefined) return known;
      const language = read(header);
      if (remembered.size >= MAX_REMEMBERED) remembered.clear();
      remembered.set(header, language);
      return language;
    },
  };
}

/** The keys of a tag from the finest to the coarsest; none for text that is no tag. */
function keysOf(tag: string): string[] {
  try {
    const { language, script, region } = new Intl.Locale(tag).maximize();
    return [`${language}-${script}-${region}`, `${language}-${script}`, language];
  } catch {
    return [];
  }
}
