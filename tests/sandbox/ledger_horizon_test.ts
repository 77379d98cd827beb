/**
 * The ledger's HTTP as clients meet it: pages, streams, and the SDK's own client over a real port.
 * @module
 */
import assert from "node:assert/strict";
import { AccountRequiresMemoError, Asset, Claimant, Horizon, Keypair, Operation } from "@stellar/stellar-sdk";
import { TransactionBuilder } from "@stellar/stellar-sdk";
import { z } from "zod";
import { seedAsset } from "../../sandbox/ledger/mod.ts";
import { type Network, onNetwork, PASSPHRASE } from "./ledger_network.ts";

const listed = z.object({
  _links: z.object({
    self: z.object({ href: z.string() }),
    next: z.object({ href: z.string() }),
    prev: z.object({ href: z.string() }),
  }),
  _embedded: z.object({ records: z.array(z.looseObject({ id: z.string(), paging_token: z.string() })) }),
});

function pay(destination: Keypair, amount = "1") {
  return Operation.payment({ destination: destination.publicKey(), asset: Asset.native(), amount });
}

/** Serves a network on a port for as long as a test needs it. */
async function served(network: Network, test: (origin: string) => Promise<void>): Promise<void> {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, network.app.fetch);
  try {
    await test(`http://127.0.0.1:${server.addr.port}/sandbox`);
  } finally {
    await network.ledger.stop();
    await server.shutdown();
  }
}

Deno.test(
  "M-9 a page's links lead through all operations, forth and back, each once",
  onNetwork(async (network) => {
    const [owner, other] = [await network.account(), await network.account()];
    for (let index = 1; index <= 4; index++) {
      await network.send(owner, [pay(other, String(index)), pay(other)]);
    }
    const path = `/accounts/${other.publicKey()}/operations`;
    const walk = async (start: string, link: "next" | "prev"): Promise<string[]> => {
      const seen: string[] = [];
      let url = start;
      while (true) {
        const answer = await network.app.request(url);
        const { _links, _embedded } = listed.parse(await answer.json());
        if (_embedded.records.length === 0) return seen;
        seen.push(..._embedded.records.map(({ id }) => id));
        url = _links[link].href;
      }
    };
    const forth = await walk(`/sandbox/horizon${path}?limit=2`, "next");
    assert.equal(forth.length, 9);
    assert.deepEqual(forth, [...new Set(forth)].sort((one, two) => BigInt(one) < BigInt(two) ? -1 : 1));
    const back = await walk(`/sandbox/horizon${path}?limit=4&order=desc`, "next");
    assert.deepEqual(back, [...forth].reverse());
    const before = await walk(`/sandbox/horizon${path}?limit=4&cursor=${forth.at(-1)}&order=desc`, "next");
    assert.deepEqual(before, back.slice(1));
    const now = listed.parse((await network.get(`${path}?cursor=now`)).body);
    assert.deepEqual(now._embedded.records, []);
    const newest = listed.parse((await network.get(`${path}?cursor=now&order=desc&limit=1`)).body);
    assert.equal(newest._embedded.records[0]?.id, forth.at(-1));
  }),
);

Deno.test(
  "paging tokens are ledger, transaction and operation in one number",
  onNetwork(async (network) => {
    const [owner, other] = [await network.account(), await network.account()];
    const { body } = await network.send(owner, [pay(other), pay(other)]);
    const ledger = BigInt(z.number().parse(body.ledger));
    assert.equal(body.paging_token, (ledger << 32n | 1n << 12n).toString());
    const { body: operations } = await network.get(`/transactions/${body.hash}/operations`);
    const tokens = listed.parse(operations)._embedded.records.map(({ paging_token }) => BigInt(paging_token));
    assert.deepEqual(tokens, [ledger << 32n | 1n << 12n | 1n, ledger << 32n | 1n << 12n | 2n]);
  }),
);

Deno.test(
  "M-9 operations joined with their transactions carry the memo",
  onNetwork(async (network) => {
    const [owner, other] = [await network.account(), await network.account()];
    const { body } = await network.send(owner, [pay(other)]);
    const { body: list } = await network.get(
      `/accounts/${other.publicKey()}/operations?join=transactions&order=desc&limit=1`,
    );
    const [record] = listed.parse(list)._embedded.records;
    assert.deepEqual(record?.transaction, body);
  }),
);

Deno.test(
  "M-9 every participant sees an operation, claimants included; payments leave out what is none",
  onNetwork(async (network) => {
    const [owner, claimant, stranger] = [
      await network.account(),
      await network.account(),
      await network.account(),
    ];
    await network.send(owner, [
      Operation.createClaimableBalance({
        asset: Asset.native(),
        amount: "1",
        claimants: [new Claimant(claimant.publicKey())],
      }),
    ]);
    const types = async (who: Keypair, list: string): Promise<unknown[]> => {
      const { body } = await network.get(`/accounts/${who.publicKey()}/${list}`);
      return listed.parse(body)._embedded.records.map(({ type }) => type);
    };
    assert.deepEqual(await types(claimant, "operations"), ["create_account", "create_claimable_balance"]);
    assert.deepEqual(await types(claimant, "payments"), ["create_account"]);
    assert.deepEqual(await types(owner, "operations"), ["create_account", "create_claimable_balance"]);
    assert.deepEqual(await types(stranger, "operations"), ["create_account"]);
  }),
);

Deno.test(
  "lists of ledgers, and what a ledger holds",
  onNetwork(async (network) => {
    const owner = await network.account();
    const { body } = await network.send(owner, [pay(owner)]);
    await network.ledger.close(3);
    const latest = listed.parse((await network.get("/ledgers?order=desc&limit=2")).body);
    const { sequence } = network.ledger.snapshot().header;
    assert.deepEqual(latest._embedded.records.map((one) => one.sequence), [sequence, sequence - 1]);
    const first = listed.parse((await network.get("/ledgers?limit=2")).body);
    assert.deepEqual(first._embedded.records.map((one) => one.sequence), [1, 2]);
    const after = listed.parse((await network.get(`/ledgers?cursor=${2n << 32n}&limit=1`)).body);
    assert.deepEqual(after._embedded.records.map((one) => one.sequence), [3]);
    const before = listed.parse((await network.get(`/ledgers?cursor=${3n << 32n}&limit=1&order=desc`)).body);
    assert.deepEqual(before._embedded.records.map((one) => one.sequence), [2]);
    assert.deepEqual((await network.get("/ledgers?cursor=now&order=desc&limit=1")).status, 200);
    const held = await network.get(`/ledgers/${body.ledger}/transactions`);
    assert.deepEqual(listed.parse(held.body)._embedded.records.map(({ id }) => id), [body.hash]);
    const empty = await network.get(`/ledgers/${sequence}/operations`);
    assert.deepEqual(listed.parse(empty.body)._embedded.records, []);
  }),
);

Deno.test(
  "fee stats tell what was offered and paid per operation",
  onNetwork(async (network) => {
    const owner = await network.account();
    await network.ledger.close(5);
    await network.send(owner, [pay(owner), pay(owner)], { fee: "700" });
    const { body } = await network.get("/fee_stats");
    const spread = z.record(z.string(), z.string());
    assert.equal(spread.parse(body.max_fee).max, "700");
    assert.equal(spread.parse(body.fee_charged).max, "100");
    assert.equal(body.last_ledger, String(network.ledger.snapshot().header.sequence));
  }),
);

Deno.test(
  "friendbot funds once, and fills up an account that has less",
  onNetwork(async (network) => {
    const owner = await network.account();
    const ask = async () => await network.app.request(`/sandbox/friendbot?addr=${owner.publicKey()}`);
    const again = await ask();
    assert.equal(again.status, 400);
    assert.equal(z.object({ status: z.number() }).parse(await again.json()).status, 400);
    const other = await network.account();
    await network.send(owner, [pay(other, "500")]);
    const filled = await ask();
    assert.equal(filled.status, 200);
    await filled.body?.cancel();
    const { body } = await network.get(`/accounts/${owner.publicKey()}`);
    assert.deepEqual(z.array(z.object({ balance: z.string() })).parse(body.balances), [{
      balance: "10000.0000000",
    }]);
    const nonsense = await network.app.request("/sandbox/friendbot?addr=GNONSENSE");
    assert.equal(nonsense.status, 400);
    await nonsense.body?.cancel();
  }),
);

Deno.test(
  "friendbot funds many accounts at once",
  onNetwork(async (network) => {
    const accounts = await Promise.all(Array.from({ length: 30 }, () => network.account()));
    const found = await Promise.all(accounts.map((one) => network.get(`/accounts/${one.publicKey()}`)));
    assert.deepEqual([...new Set(found.map(({ status }) => status))], [200]);
  }),
);

/** Reads a stream until its text fits. */
async function readUntil(reader: ReadableStreamDefaultReader<Uint8Array>, fits: (text: string) => boolean) {
  let text = "";
  const decoder = new TextDecoder();
  while (!fits(text)) {
    const { value, done } = await reader.read();
    if (done) return text;
    text += decoder.decode(value, { stream: true });
  }
  return text;
}

const STREAM = { accept: "text/event-stream" };

async function openStream(network: Network, path: string, headers: Record<string, string> = {}) {
  const answer = await network.app.request(`/sandbox/horizon${path}`, { headers: { ...STREAM, ...headers } });
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get("content-type") ?? "", /^text\/event-stream/);
  assert.ok(answer.body);
  return answer.body.getReader();
}

Deno.test(
  "M-9 a stream says hello, sends what is new as its ledger closes, and byebye when it ends",
  onNetwork(async (network) => {
    const [owner, other] = [await network.account(), await network.account()];
    const reader = await openStream(
      network,
      `/accounts/${other.publicKey()}/operations?cursor=now&join=transactions`,
    );
    const hello = await readUntil(reader, (text) => text.includes("\n\n"));
    assert.equal(hello, `retry: 1000\nevent: open\ndata: "hello"\n\n`);
    const { body } = await network.send(owner, [pay(other)]);
    const event = await readUntil(reader, (text) => text.includes("\n\n"));
    const [, id, data] = /^id: (\d+)\ndata: (.*)\n\n$/.exec(event) ?? [];
    const record = z.looseObject({ paging_token: z.string(), transaction: z.unknown() })
      .parse(JSON.parse(data ?? ""));
    assert.equal(record.paging_token, id);
    assert.deepEqual(record.transaction, body);
    await network.control("behaviour", { behaviour: "end_streams" });
    const end = await readUntil(reader, () => false);
    assert.equal(end, `retry: 10\nevent: close\ndata: "byebye"\n\n`);
  }),
);

Deno.test(
  "M-9 a stream goes on after the last event that its reader has seen",
  onNetwork(async (network) => {
    const [owner, other] = [await network.account(), await network.account()];
    for (let index = 0; index < 3; index++) await network.send(owner, [pay(other)]);
    const path = `/accounts/${other.publicKey()}/payments`;
    const first = await readUntil(await openStream(network, `${path}?limit=2`), () => false);
    const ids = (text: string): string[] => [...text.matchAll(/^id: (\d+)$/gm)].map(([, id = ""]) => id);
    assert.equal(ids(first).length, 2);
    assert.ok(first.endsWith(`event: close\ndata: "byebye"\n\n`));
    const headers = { "last-event-id": ids(first).at(-1) ?? "" };
    const rest = await readUntil(await openStream(network, `${path}?limit=2&cursor=0`, headers), () => false);
    const all = listed.parse((await network.get(path)).body)._embedded.records.map(({ id }) => id);
    assert.deepEqual([...ids(first), ...ids(rest)], all);
  }),
);

Deno.test(
  "a reader who leaves ends the stream",
  onNetwork(async (network) => {
    const reader = await openStream(network, "/ledgers?cursor=now");
    await readUntil(reader, (text) => text.includes("\n\n"));
    await reader.cancel();
    await network.ledger.close();
  }),
);

Deno.test(
  "the SDK's client works on the ledger as on any Horizon",
  onNetwork(async (network) => {
    await served(network, async (origin) => {
      const server = new Horizon.Server(`${origin}/horizon`, { allowHttp: true });
      const [issuer, distribution, user] = [Keypair.random(), Keypair.random(), await network.account()];
      const options = {
        horizonUrl: `${origin}/horizon`,
        passphrase: PASSPHRASE,
        issuer,
        distribution,
        code: "USDX",
        amount: "5000",
        homeDomain: "anchor.example",
      };
      await seedAsset(options);
      const before = network.ledger.snapshot().header.sequence;
      await seedAsset(options);
      assert.equal(network.ledger.snapshot().header.sequence, before, "seeding again changes nothing");
      const asset = new Asset("USDX", issuer.publicKey());
      assert.equal((await server.loadAccount(issuer.publicKey())).home_domain, "anchor.example");

      const build = async (
        source: Keypair,
        ...operations: Parameters<TransactionBuilder["addOperation"]>[0][]
      ) => {
        const account = await server.loadAccount(source.publicKey());
        const builder = new TransactionBuilder(account, { fee: "100", networkPassphrase: PASSPHRASE });
        for (const operation of operations) builder.addOperation(operation);
        const transaction = builder.setTimeout(0).build();
        transaction.sign(source);
        return transaction;
      };
      await server.submitTransaction(await build(user, Operation.changeTrust({ asset })));
      const received: string[] = [];
      const heard = Promise.withResolvers<void>();
      const stop = server.payments().forAccount(user.publicKey()).cursor("now").stream({
        onmessage(record) {
          received.push(record.type);
          heard.resolve();
        },
      });
      const payment = Operation.payment({ destination: user.publicKey(), asset, amount: "12.5" });
      // The stream may begin after this payment; it is then sent again.
      const submitted = await server.submitTransaction(await build(distribution, payment));
      assert.equal(submitted.successful, true);
      const again = setInterval(
        () => void build(distribution, payment).then((tx) => server.submitTransaction(tx)),
        200,
      );
      await heard.promise;
      clearInterval(again);
      stop();
      assert.equal(received[0], "payment");

      const claimants = [new Claimant(user.publicKey())];
      await server.submitTransaction(
        await build(distribution, Operation.createClaimableBalance({ asset, amount: "3", claimants })),
      );
      const balances = await server.claimableBalances().claimant(user.publicKey()).asset(asset).call();
      assert.deepEqual(balances.records.map(({ amount }) => amount), ["3.0000000"]);
      assert.equal((await server.feeStats()).last_ledger_base_fee, "100");
      assert.equal(await server.fetchBaseFee(), 100);
      const root = await server.root();
      assert.equal(root.network_passphrase, PASSPHRASE);

      await server.submitTransaction(
        await build(user, Operation.manageData({ name: "config.memo_required", value: "1" })),
      );
      await assert.rejects(
        server.submitTransaction(await build(distribution, payment)),
        AccountRequiresMemoError,
      );
      const refused = await server.submitTransaction(
        await build(
          user,
          Operation.payment({
            destination: Keypair.random().publicKey(),
            asset,
            amount: "1",
          }),
        ),
      ).then(() => undefined, (error: unknown) => error);
      const { response } = z.object({
        response: z.object({ data: z.looseObject({ extras: z.looseObject({}) }) }),
      })
        .parse(refused);
      assert.deepEqual(response.data.extras.result_codes, {
        transaction: "tx_failed",
        operations: ["op_no_destination"],
      });
    });
  }),
);
