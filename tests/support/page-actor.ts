/**
 * Wallets and people for tests of the pages: a wallet asks for a link over the real API, a person opens it.
 */
import assert from "node:assert/strict";
import { z } from "zod";
import { arrive, type Customer, type CustomerOptions } from "./customer.ts";
import { type PageVisitor, pageVisitor, type Visited } from "./page-visitor.ts";
import type { World } from "./world.ts";

/** A wallet's user on the way to our pages. */
export interface Actor<Gateway extends World> {
  readonly gateway: Gateway;
  readonly customer: Customer;
  /** Asks for a link. @param fields of the request besides `asset_code` */
  readonly link: (kind: "deposit" | "withdraw", fields?: object, headers?: HeadersInit) => Promise<Link>;
  /** The transaction as the wallet reads it. */
  readonly transaction: (id: string) => Promise<Readonly<Record<string, unknown>>>;
}

/** What the wallet was answered. */
export interface Link {
  readonly id: string;
  readonly url: string;
}

const linked = z.object({ id: z.string(), url: z.url() });
const shown = z.object({ transaction: z.record(z.string(), z.unknown()) });

/** A user who has logged in. */
export async function actor<Gateway extends World>(
  gateway: Gateway,
  options: CustomerOptions = {},
): Promise<Actor<Gateway>> {
  const customer = await arrive(gateway, options);
  const authorization = `Bearer ${customer.token}`;
  return {
    gateway,
    customer,
    async link(kind, fields = {}, headers = {}) {
      const answer = await fetch(`${gateway.publicUrl}/sep24/transactions/${kind}/interactive`, {
        method: "POST",
        headers: {
          authorization,
          "content-type": "application/json",
          ...Object.fromEntries(new Headers(headers)),
        },
        body: JSON.stringify({ asset_code: gateway.code, ...fields }),
      });
      const body: unknown = await answer.json();
      assert.equal(answer.status, 200, JSON.stringify(body));
      return linked.parse(body);
    },
    async transaction(id) {
      const answer = await fetch(`${gateway.publicUrl}/sep24/transaction?id=${id}`, {
        headers: { authorization },
      });
      return shown.parse(await answer.json()).transaction;
    },
  };
}

/** A person who has opened a link. */
export async function opened(
  link: Link,
  headers?: Readonly<Record<string, string>>,
): Promise<{ readonly person: PageVisitor; readonly page: Visited }> {
  const person = pageVisitor(headers);
  return { person, page: await person.open(link.url) };
}
