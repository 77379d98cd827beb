/**
 * Where a transfer's pages are.
 * @module
 */

/** Path of a transfer's pages, without a slash at its end; also that of the cookie which is good for them alone. */
export function pagePath(transferId: string): string {
  return `/interactive/${transferId}`;
}

/** Address of a transfer's first page. @param publicUrl without a slash at its end */
export function pageAddress(publicUrl: string, transferId: string): URL {
  return new URL(publicUrl + pagePath(transferId));
}
