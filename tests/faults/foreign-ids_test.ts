import assert from "node:assert/strict";
import { findTransfer } from "../../core/transfers/find.ts";
import { arrive, type Customer, text } from "../support/customer.ts";
import { type TestGateway, withGateway } from "../support/gateway.ts";

/** A user with one of everything that has an id. */
interface User {
  readonly name: string;
  readonly customer: Customer;
  readonly ids: {
    readonly transfer: string;
    readonly stellar: string;
    readonly external: string;
    readonly customer: string;
    readonly file: string;
    /** A transfer of SEP-24. */
    readonly hosted: string;
    readonly hostedStellar: string;
  };
}

const UNKNOWN: User["ids"] = {
  transfer: "a".repeat(26),
  stellar: "0".repeat(64),
  external: "nothing",
  customer: "a".repeat(26),
  file: "a".repeat(26),
  hosted: "a".repeat(26),
  hostedStellar: "0".repeat(64),
};

const PICTURE = Uint8Array.fromBase64(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
);

async function userOf(gateway: TestGateway, name: string, customer: Customer): Promise<User> {
  const done = await customer.deposit("20");
  const form = new FormData();
  form.set("file", new Blob([PICTURE], { type: "image/png" }), "id.png");
  const uploaded = await gateway.ask("/sep12/customer/files", {
    method: "POST",
    headers: { authorization: `Bearer ${customer.token}` },
    body: form,
  });
  const file: { file_id: string } = await uploaded.json();
  const hosted = await hostedDeposit(gateway, customer);
  const known: { id?: string } = await customer.wallet.customer();
  const transfer = await customer.wallet.transaction(done.id);
  return {
    name,
    customer,
    ids: {
      transfer: done.id,
      stellar: text(transfer, "stellar_transaction_id"),
      external: text(transfer, "external_transaction_id"),
      customer: known.id ?? "",
      file: file.file_id,
      hosted: hosted.id,
      hostedStellar: text(hosted, "stellar_transaction_id"),
    },
  };
}

/** A whole deposit by SEP-24, chosen without its page. */
async function hostedDeposit({ running, bank, code, until }: TestGateway, { wallet }: Customer) {
  const { gateway: core } = running;
  const { id } = await wallet.hosted.deposit({ assetCode: code });
  await core.choose(id, { amount: 100_000_000n });
  const reference = await until("a reference", async () => {
    const transfer = await findTransfer(core.db, id);
    return transfer?.state === "waiting" ? transfer.reference : null;
  });
  await bank.payIn({ reference, amount: "10" });
  return await until("the end", async () => {
    const transaction = await wallet.hosted.transaction(id);
    return transaction.status === "completed" ? transaction : null;
  });
}

/** Every request that names something by an id. `ownsMemos`: not tried by the owner of the account (R-12-17). */
const REQUESTS: readonly {
  readonly ask: (
    ids: User["ids"],
    world: { code: string; account: string },
  ) => readonly [string, RequestInit?];
  readonly status: number;
  readonly ownsMemos?: true;
}[] = [
  { ask: ({ transfer }) => [`/sep6/transaction?id=${transfer}`], status: 404 },
  { ask: ({ stellar }) => [`/sep6/transaction?stellar_transaction_id=${stellar}`], status: 404 },
  { ask: ({ external }) => [`/sep6/transaction?external_transaction_id=${external}`], status: 404 },
  {
    ask: ({ transfer }, { code }) => [`/sep6/transactions?asset_code=${code}&paging_id=${transfer}`],
    status: 400,
  },
  {
    ask: ({ transfer }) => [`/sep6/transactions/${transfer}`, json("PATCH", { transaction: { dest: "x" } })],
    status: 404,
  },
  {
    ask: ({ customer }, { code, account }) => [
      `/sep6/deposit?asset_code=${code}&funding_method=bank_account&account=${account}&customer_id=${customer}`,
    ],
    status: 400,
    ownsMemos: true,
  },
  { ask: ({ hosted }) => [`/sep24/transaction?id=${hosted}`], status: 404 },
  { ask: ({ hostedStellar }) => [`/sep24/transaction?stellar_transaction_id=${hostedStellar}`], status: 404 },
  { ask: ({ external }) => [`/sep24/transaction?external_transaction_id=${external}`], status: 404 },
  // The other protocol's are not shown either, whoever they belong to.
  { ask: ({ transfer }) => [`/sep24/transaction?id=${transfer}`], status: 404 },
  { ask: ({ hosted }) => [`/sep6/transaction?id=${hosted}`], status: 404 },
  {
    ask: ({ hosted }, { code }) => [`/sep24/transactions?asset_code=${code}&paging_id=${hosted}`],
    status: 400,
  },
  ...["deposit", "withdraw"].map((kind) => ({
    ask: ({ customer }: User["ids"], { code }: { code: string }) =>
      [
        `/sep24/transactions/${kind}/interactive`,
        json("POST", { asset_code: code, customer_id: customer }),
      ] as const,
    status: 400,
    ownsMemos: true as const,
  })),
  { ask: ({ hosted }) => [`/sep12/customer?type=sep24&transaction_id=${hosted}`], status: 404 },
  { ask: ({ customer }) => [`/sep12/customer?id=${customer}`], status: 404, ownsMemos: true },
  { ask: ({ transfer }) => [`/sep12/customer?type=sep6&transaction_id=${transfer}`], status: 404 },
  {
    ask: ({ customer }) => ["/sep12/customer", json("PUT", { id: customer, first_name: "Mallory" })],
    status: 404,
    ownsMemos: true,
  },
  {
    ask: ({ transfer }) => ["/sep12/customer", json("PUT", { type: "sep6", transaction_id: transfer })],
    status: 404,
  },
  {
    ask: ({ file }) => ["/sep12/customer", json("PUT", { photo_id_front_file_id: file })],
    status: 400,
    ownsMemos: true,
  },
  {
    ask: ({ customer }) => [
      "/sep12/customer/callback",
      json("PUT", { id: customer, url: "https://203.0.113.7/mallory" }),
    ],
    status: 404,
    ownsMemos: true,
  },
  {
    ask: ({ customer }) => [
      "/sep12/customer/verification",
      json("PUT", { id: customer, mobile_number_verification: "123456" }),
    ],
    status: 404,
    ownsMemos: true,
  },
  { ask: ({ customer }) => [`/sep12/customer/files?customer_id=${customer}`], status: 200, ownsMemos: true },
  { ask: ({ file }) => [`/sep12/customer/files?file_id=${file}`], status: 200, ownsMemos: true },
];

function json(method: string, body: unknown): RequestInit {
  return { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

Deno.test("R-12-16 R-06-130 R-24-131 what belongs to somebody else answers like what does not exist, on every route", () =>
  withGateway({ variables: { OUTGOING_ALLOW: "203.0.113.7:443" } }, async (gateway) => {
    const plain = await arrive(gateway);
    const secret = plain.wallet.key.secret();
    const users = [
      await userOf(gateway, "the account", plain),
      await userOf(gateway, "memo 1", await arrive(gateway, { secret, memoId: "1" })),
      await userOf(gateway, "memo 2", await arrive(gateway, { secret, memoId: "2" })),
      await userOf(gateway, "muxed 1", await arrive(gateway, { secret, muxedId: "1" })),
      await userOf(gateway, "a stranger", await arrive(gateway)),
    ];
    const { db } = gateway.running.gateway;
    const records = () =>
      db.query({
        sql: `select id, version from customers union all select id, version from transfers
          union all select customer_id, version from customer_callbacks order by id`,
      });
    const before = await records();
    const asked = async (user: User, [path, init = {}]: readonly [string, RequestInit?]) => {
      const headers = new Headers(init.headers);
      headers.set("authorization", `Bearer ${user.customer.token}`);
      const answer = await gateway.ask(path, { ...init, headers });
      return { status: answer.status, said: (await answer.text()).replace(/"request_id":"\w+"/, "") };
    };
    for (const user of users) {
      for (const { ask, status, ownsMemos } of REQUESTS) {
        const world = { code: gateway.code, account: user.customer.wallet.account };
        const unknown = await asked(user, ask(UNKNOWN, world));
        assert.equal(unknown.status, status, `${user.name}: ${ask(UNKNOWN, world)[0]}: ${unknown.said}`);
        for (const owner of users) {
          if (owner === user) continue;
          // The holder of an account speaks for the memos below it; nobody else does.
          if (ownsMemos && user.name === "the account" && owner.name.startsWith("memo")) continue;
          const foreign = await asked(user, ask(owner.ids, world));
          assert.deepEqual(
            foreign,
            unknown,
            `${user.name} asks of ${owner.name}: ${ask(owner.ids, world)[0]}`,
          );
        }
      }
    }
    assert.deepEqual(await records(), before, "nothing has moved");
  }));

Deno.test("R-12-7 R-12-8 R-12-81 account and memo beside a token are those of the token", () =>
  withGateway({}, async (gateway) => {
    const one = await arrive(gateway, { memoId: "1" });
    const muxed = await arrive(gateway, { secret: one.wallet.key.secret(), muxedId: "9" });
    const stranger = await arrive(gateway);
    const { account } = one.wallet;
    const named = [
      [one, `account=${stranger.wallet.account}`],
      [one, "memo=2"],
      [one, `account=${account}&memo=2`],
      [one, `account=${muxed.wallet.name}`],
      [muxed, "memo=1"],
      [muxed, `account=${stranger.wallet.account}&memo=9`],
      [stranger, `account=${account}`],
      [stranger, `account=${account}&memo=1`],
      [stranger, `account=${muxed.wallet.name}`],
    ] as const;
    for (const [who, query] of named) {
      const headers = { authorization: `Bearer ${who.token}` };
      for (const method of ["GET", "PUT"]) {
        const answer = await gateway.ask(`/sep12/customer?${query}`, {
          method,
          headers: { ...headers, "content-type": "application/json" },
          ...(method === "PUT" ? { body: "{}" } : {}),
        });
        await answer.body?.cancel();
        assert.equal(answer.status, 400, `${method} ${query}`);
      }
    }
    for (const who of [one, muxed]) {
      const answer = await gateway.ask(`/sep12/customer/${stranger.wallet.account}`, {
        method: "DELETE",
        headers: { authorization: `Bearer ${who.token}` },
      });
      await answer.body?.cancel();
      assert.ok(answer.status === 401 || answer.status === 404);
    }
  }));
