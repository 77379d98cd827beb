/**
 * What a submission changes: the same values sent again change nothing (R-12-57), unless they were asked for again.
 * @module
 */
import type { Vault } from "../records/vault.ts";
import { openValue } from "./customer.ts";
import type { CustomerView } from "./customer.ts";
import { fileFacts } from "./files.ts";
import type { CheckedFile, ReferredFile } from "./files.ts";
import type { Submission } from "./submission.ts";

/** A value that is to be written. */
export interface Difference {
  readonly name: string;
  readonly value: string | CheckedFile | ReferredFile;
  /** What stands there now; `differs` is false when an equal value was asked for again. */
  readonly before:
    | { readonly version: number; readonly fileId: string | null; readonly differs: boolean }
    | null;
}

/**
 * The values to write.
 * @param again names that count as given even when the value is equal
 */
export function differences(
  vault: Vault,
  view: CustomerView | null,
  submission: Submission,
  again: ReadonlySet<string>,
): Difference[] {
  return [...submission].flatMap(([name, value]): Difference[] => {
    const stored = view?.values.get(name);
    if (view === null || stored === undefined) return [{ name, value, before: null }];
    const open = openValue(vault, view.customer.id, name, stored);
    const equal = typeof value === "string"
      ? stored.fileId === null && open === value
      : stored.fileId !== null && fileFacts.parse(JSON.parse(open)).sha256 === value.sha256;
    // The same content under another id: that one is referred to from now on, so it must last (R-12-106).
    const moves = typeof value !== "string" && "fileId" in value && value.fileId !== stored.fileId;
    if (equal && !moves && !again.has(name)) return [];
    return [{ name, value, before: { version: stored.version, fileId: stored.fileId, differs: !equal } }];
  });
}
