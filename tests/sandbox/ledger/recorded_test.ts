import assert from "node:assert/strict";
import { Networks, xdr } from "@stellar/stellar-sdk";
import { z } from "zod";
import { readEnvelope } from "../../../sandbox/ledger/envelope.ts";
import { readHeader } from "../../../sandbox/ledger/header.ts";
import { resultCodes } from "../../../sandbox/ledger/results.ts";
import { record } from "./steps.ts";

const recorded = async (name: string) =>
  record.parse(
    JSON.parse(await Deno.readTextFile(new URL(`../../horizon/recorded/${name}.json`, import.meta.url))),
  );

Deno.test("recorded ledgers form a chain by the ledger's own reading of headers", async () => {
  const { records } = await recorded("ledgers");
  const headers = z.array(z.object({ sequence: z.number(), header_xdr: z.string() })).parse(records)
    .map(({ sequence, header_xdr }) => ({
      sequence,
      header: readHeader(xdr.decodeBytes(header_xdr, "base64")),
    }))
    .sort((one, other) => one.sequence - other.sequence);
  assert.equal(headers.length, 50);
  for (const [index, { sequence, header }] of headers.entries()) {
    assert.equal(header.sequence, sequence);
    const next = headers[index + 1];
    if (next !== undefined) assert.equal(next.header.previousHash, header.hash);
  }
});

Deno.test("recorded transactions are read with the hash that the network gave them", async () => {
  const { records } = await recorded("transactions");
  const transactions = z.array(
    z.object({ hash: z.string(), envelope_xdr: z.string(), result_xdr: z.string() }),
  )
    .parse(records);
  assert.equal(transactions.length, 50);
  for (const { hash, envelope_xdr, result_xdr } of transactions) {
    const submitted = readEnvelope(envelope_xdr, Networks.PUBLIC);
    assert.equal(submitted.id, hash);
    assert.equal(submitted.envelope, envelope_xdr);
    const codes = resultCodes(xdr.TransactionResult.fromXdr(result_xdr, "base64").toXdrObject(), hash);
    const success = submitted.bump === undefined ? "tx_success" : "tx_fee_bump_inner_success";
    assert.equal(codes.transaction, success);
  }
});
