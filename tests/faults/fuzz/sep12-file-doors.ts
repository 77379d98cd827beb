/**
 * Requests for SEP-12 that delete customers, and that send and list files.
 * @module
 */
import fc from "fast-check";
import { bodyOf, type Sent } from "./bodies.ts";
import { type Door, doorOf, idsOf, paramsBody } from "./doors.ts";
import { asMultipart, type FilePart } from "./multipart.ts";
import { one, type Pairs } from "./params.ts";
import { NO_ACCOUNTS } from "./values.ts";

const MEGABYTE = 1024 * 1024;

/** A picture of one pixel, with what follows it. */
function picture(length = 0): Uint8Array<ArrayBuffer> {
  const head = Uint8Array.fromBase64(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  );
  const bytes = new Uint8Array(Math.max(length, head.length));
  bytes.set(head);
  return bytes;
}

const part = (bytes: Uint8Array, more: Partial<FilePart> = {}): FilePart => ({
  name: "file",
  fileName: "id.png",
  type: "image/png",
  bytes,
  ...more,
});

const utf8 = (text: string) => new TextEncoder().encode(text);

/** What is uploaded, and why it has to be refused. */
const UPLOADS: readonly (() => readonly [files: readonly FilePart[], wrong: string | null, more?: Pairs])[] =
  [
    () => [[part(picture())], null],
    () => [[part(picture(), { fileName: null })], null],
    () => [[part(picture(), { fileName: "../../../etc/passwd", type: "text/html" })], null],
    () => [[part(utf8("%PDF-1.7 a proof"), { type: null })], null],
    () => [[part(picture())], null, [["memo", "7"], ["__proto__", "x"]]],
    () => [[part(utf8("<script>"))], "no picture"],
    () => [[part(new Uint8Array())], "an empty file"],
    () => [[part(picture(10 * MEGABYTE + 1))], "more than 10 megabytes"],
    () => [[part(picture(), { name: "document" })], "another name"],
    () => [[part(picture()), part(picture())], "two files"],
    () => [[], "a text for a file", [["file", "Ada"]]],
    () => [[], "no file", [["memo", "7"]]],
  ];

const upload: fc.Arbitrary<Sent> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(...UPLOADS).map((make): Sent => {
      const [files, wrong, more = []] = make();
      return { ...asMultipart(more, files), wrong, fine: wrong === null, headers: [], chunked: false };
    }),
  },
  {
    weight: 1,
    arbitrary: bodyOf({
      drawn: fc.constant({ pairs: [["file", "Ada"]], wrong: "no file", fine: false }),
      field: "file",
      encodings: ["json", "form", "multipart"],
    }),
  },
);

const list = "GET /sep12/customer/files";

/** By route. */
export const sep12FileDoors: Readonly<Record<string, Door>> = {
  "DELETE /sep12/customer/:account": doorOf({
    door: "DELETE /sep12/customer/:account",
    closed: true,
    readsQuery: true,
    by: ({ leaver }) => leaver.token,
    paths: ({ leaver, accounts }) =>
      fc.oneof(
        { weight: 3, arbitrary: fc.constant({ path: `/sep12/customer/${leaver.account}`, wrong: null }) },
        {
          weight: 1,
          arbitrary: fc.constantFrom(...accounts.slice(1), ...NO_ACCOUNTS, "files", "callback").filter((
            name,
          ) => name !== "").map((name) => ({
            path: `/sep12/customer/${encodeURIComponent(name)}`,
            wrong: "another account",
          })),
        },
      ),
    body: ({ leaver }) =>
      paramsBody([
        one("memo", fc.constantFrom(...leaver.memos), {
          needed: true,
          wrong: fc.constant("x".repeat(10_000)),
        }),
        one("memo_type", fc.constant("id"), { wrong: fc.constantFrom("return", "hash", "__proto__") }),
      ], { field: "memo", encodings: ["json", "form", "multipart"] })
        // Without a memo, or without a body, it is the account's own customer that is deleted, of which there is none.
        .map((body) => body.wrong === "no memo" ? { ...body, wrong: null } : body),
  }),
  "POST /sep12/customer/files": doorOf({
    door: "POST /sep12/customer/files",
    closed: true,
    readsQuery: true,
    by: ({ giver }) => giver.token,
    body: () => upload,
  }),
  [list]: (place) =>
    fc.oneof(
      ...["customer_id", "file_id"].map((name) =>
        doorOf({
          door: list,
          closed: true,
          readsQuery: true,
          query: ({ own, foreign }) => [
            one(
              name,
              fc.oneof(fc.constantFrom(...own.customers), idsOf(own.customers, foreign.customers).wrong),
              {
                needed: true,
              },
            ),
          ],
        })(place)
      ),
    ),
};
