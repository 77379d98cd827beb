/**
 * Links of answers, all absolute.
 * @module
 */

/** A link in Horizon's form. */
export interface Link {
  href: string;
  templated?: true;
}

/** A link to a path below the address of the routes; braces make it a template. */
export function link(base: string, path: string): Link {
  const href = base + path;
  return path.includes("{") ? { href, templated: true } : { href };
}

/** A link to a list. */
export function pagedLink(base: string, path: string): Link {
  return link(base, `${path}{?cursor,limit,order}`);
}

/** Links of a resource, each under its name below the path of the resource. */
export function pagedLinks(base: string, path: string, names: readonly string[]): Record<string, Link> {
  return Object.fromEntries(names.map((name) => [name, pagedLink(base, `${path}/${name}`)]));
}
