/**
 * What a file really is, read from its content and not from what its sender declares (R-09-25).
 * @module
 */

import type { Sep9Kind } from "./catalogue.ts";

/** Media types that are recognised. */
export type MediaType = "image/jpeg" | "image/png" | "application/pdf" | "video/mp4" | "video/webm";

/** Media types that a binary field takes: photos and scans, and for liveness videos too (R-09-26). */
const mediaTypesOf: Readonly<Record<"image" | "image_or_video", readonly MediaType[]>> = {
  image: ["image/jpeg", "image/png", "application/pdf"],
  image_or_video: ["image/jpeg", "image/png", "video/mp4", "video/webm"],
};

/** The types of files that a field of this kind takes; none where it holds text. */
export function mediaTypesFor(kind: Sep9Kind): readonly MediaType[] {
  return kind === "image" || kind === "image_or_video" ? mediaTypesOf[kind] : [];
}

/** Whether a field of this kind takes files of this type. */
export function takesMedia(kind: Sep9Kind, mediaType: MediaType): boolean {
  return mediaTypesFor(kind).includes(mediaType);
}

/** The media type of a file whose head can be read, or `null`. Images must say how large they are. */
export function mediaTypeOf(bytes: Uint8Array): MediaType | null {
  if (isPng(bytes)) return "image/png";
  if (isJpeg(bytes)) return "image/jpeg";
  if (ascii(bytes, 0, 5) === "%PDF-") return "application/pdf";
  if (bytes.length > 12 && ascii(bytes, 4, 4) === "ftyp") return "video/mp4";
  if (bytes.length > 4 && startsWith(bytes, [0x1a, 0x45, 0xdf, 0xa3])) return "video/webm";
  return null;
}

/** Signature, then the header chunk with a size above zero. */
function isPng(bytes: Uint8Array): boolean {
  if (!startsWith(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return false;
  if (bytes.length < 33 || ascii(bytes, 12, 4) !== "IHDR") return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return view.getUint32(16) > 0 && view.getUint32(20) > 0;
}

/** From marker to marker up to a frame header with a size above zero. */
function isJpeg(bytes: Uint8Array): boolean {
  if (!startsWith(bytes, [0xff, 0xd8, 0xff])) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 2;
  while (at + 9 <= bytes.length) {
    if (bytes[at] !== 0xff) return false;
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1; // fill byte
      continue;
    }
    // SOF0 to SOF15 without DHT, JPG and DAC
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return view.getUint16(at + 5) > 0 && view.getUint16(at + 7) > 0;
    }
    at += 2 + view.getUint16(at + 2);
  }
  return false;
}

function startsWith(bytes: Uint8Array, head: readonly number[]): boolean {
  return head.every((byte, i) => bytes[i] === byte);
}

function ascii(bytes: Uint8Array, from: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(from, from + length));
}
