/**
 * Envelopes for SEP-10: challenges that are good, changed ones, and bombs.
 * @module
 */
import { Keypair, StrKey } from "@stellar/stellar-sdk";
import fc from "fast-check";
import { forge, nonce } from "../../routes/sep10/wallet.ts";
import { Operation } from "@stellar/stellar-sdk";
import { joined } from "./multipart.ts";
import type { Place } from "./place.ts";

/** An envelope as it is sent. */
export interface EnvelopeSent {
  readonly text: string;
  readonly wrong: string | null;
  readonly fine: boolean;
}

const word = (value: number) => {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
};

const account = (address: string) => joined([word(0), StrKey.decodeEd25519PublicKey(address)]);

/** The beginning of an envelope up to its operations. */
const head = (source: string) =>
  joined([word(2), account(source), word(100), word(0), word(0), word(0), word(0)]);

/** Envelopes that claim more than they hold, or are deeper than anybody needs. */
export function bombs(source: string): readonly Uint8Array[] {
  const start = head(source);
  const claim = (predicate: Uint8Array) =>
    joined([
      start,
      word(1),
      word(0),
      word(14),
      word(0),
      word(0),
      word(1),
      word(1),
      word(0),
      account(source),
      predicate,
    ]);
  const deep = (of: readonly number[], times: number) =>
    joined(Array.from({ length: times }, () => joined(of.map(word))));
  return [
    joined([start, word(0xffffffff)]),
    joined([start, word(0x7fffffff), word(0)]),
    joined([start, word(100), word(0), word(10), word(0xffffffff)]),
    joined([start, word(1), word(0), word(10), word(64), word(0)]),
    joined([start, word(0), word(0), word(0xffffffff)]),
    claim(deep([1, 2], 4_000)),
    claim(deep([3, 1], 4_000)),
    joined([start, word(1), word(0), word(24), word(0), word(0), word(1), deep([16, 1, 1], 3_000)]),
    joined([word(5), account(source), word(0), word(100), word(2), account(source)]),
    joined([word(0xffffffff)]),
    new Uint8Array(36_000).fill(0xff),
    new Uint8Array(36_000),
    joined([word(5), ...Array.from({ length: 4_000 }, () => word(5))]),
  ];
}

/** Texts that are no envelope. */
const NO_ENVELOPES = [
  " ",
  "AAAA",
  "%%%%",
  "null",
  "AAAAAgAAAAD",
  "A".repeat(49_999),
  "A".repeat(50_001),
  "=".repeat(1_000),
  "-_-_-_-_",
  "AAAA AAAA",
  "\u0000",
] as const;

/** Draws an envelope. */
export function envelope(place: Place): fc.Arbitrary<EnvelopeSent> {
  const server = Keypair.fromSecret(place.signingSeed);
  const { key } = place;
  const client = key.publicKey();
  const domain = new URL(place.publicUrl);
  const homeDomain = domain.host;
  const now = () => Math.floor(Date.now() / 1000);
  const operations = (home = homeDomain) => [
    Operation.manageData({ name: `${home} auth`, value: nonce(), source: client }),
    Operation.manageData({ name: "web_auth_domain", value: domain.hostname, source: server.publicKey() }),
  ];
  const common = { server, client, passphrase: place.passphrase };
  const good = () =>
    forge({ ...common, now: now(), operations: operations(), signers: [server, key] }).toXDR();
  const wrongs: readonly (() => string)[] = [
    () => forge({ ...common, now: now(), operations: operations() }).toXDR(),
    () => forge({ ...common, now: now(), operations: operations(), signers: [key] }).toXDR(),
    () =>
      forge({ ...common, now: now(), operations: operations(), signers: [server, Keypair.random()] }).toXDR(),
    () => forge({ ...common, now: now(), operations: operations(), signers: [server, key, key] }).toXDR(),
    () =>
      forge({ ...common, now: now() - 100_000, operations: operations(), signers: [server, key] }).toXDR(),
    () =>
      forge({ ...common, now: now() + 100_000, operations: operations(), signers: [server, key] }).toXDR(),
    () =>
      forge({ ...common, now: now(), operations: operations("evil.example"), signers: [server, key] })
        .toXDR(),
    () =>
      forge({ ...common, now: now(), operations: operations(), sequence: "41", signers: [server, key] })
        .toXDR(),
    () =>
      forge({
        ...common,
        now: now(),
        operations: operations(),
        timebounds: { minTime: 0, maxTime: 0 },
        signers: [server, key],
      }).toXDR(),
    () =>
      forge({
        ...common,
        now: now(),
        operations: [...operations(), Operation.bumpSequence({ bumpTo: "9007199254740993" })],
        signers: [server, key],
      }).toXDR(),
    () =>
      forge({ ...common, now: now(), operations: operations(), passphrase: "x", signers: [server, key] })
        .toXDR(),
    () =>
      forge({
        ...common,
        now: now(),
        operations: operations(),
        source: client,
        signers: [server, key],
      }).toXDR(),
  ];
  const draft = Uint8Array.fromBase64(good());
  const wrong = (text: string, why: string): EnvelopeSent => ({ text, wrong: why, fine: false });
  return fc.oneof(
    {
      weight: 2,
      arbitrary: fc.constant(0).map((): EnvelopeSent => ({ text: good(), wrong: null, fine: true })),
    },
    {
      weight: 3,
      arbitrary: fc.constantFrom(...wrongs).map((make) => wrong(make(), "a challenge of another kind")),
    },
    { weight: 2, arbitrary: fc.constantFrom(...NO_ENVELOPES).map((text) => wrong(text, "no envelope")) },
    {
      weight: 3,
      arbitrary: fc.constantFrom(...bombs(server.publicKey())).map((bytes) =>
        wrong(bytes.toBase64(), "a bomb")
      ),
    },
    {
      weight: 4,
      arbitrary: fc.tuple(fc.nat(draft.length - 1), fc.constantFrom(0, 1, 0x7f, 0x80, 0xff), fc.boolean())
        .map((
          [at, byte, cut],
        ) => {
          const changed = cut ? draft.slice(0, at) : draft.slice();
          if (!cut) changed.fill(byte, at, at + 4);
          // A change that changes nothing leaves a good challenge.
          const isSame = changed.toBase64() === draft.toBase64();
          return { text: changed.toBase64(), wrong: isSame ? null : "changed bytes", fine: false };
        }),
    },
  );
}
