/**
 * A wallet that has logged in, whose customer is accepted and has a transfer: what the sections ask with, and what big
 * databases are copied from.
 * @module
 */
import { z } from "zod";
import { networkIdOf, newSigner, signChallenge } from "../load/challenge.ts";
import type { Answer, Call, HttpClient } from "./http-client.ts";

/** See above. */
export interface Visitor {
  readonly address: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly customerId: string;
  readonly transferId: string;
  /** What opens one more deposit. */
  readonly deposit: Call;
}

const NETWORK_ID = networkIdOf("Test SDF Network ; September 2015");
/** Turns of the jobs within which a customer is accepted. */
const TURNS = 50;

const challengeBody = z.object({ transaction: z.string() });
const tokenBody = z.object({ token: z.string() });
const idBody = z.object({ id: z.string() });
const statusBody = z.object({ status: z.string() });
const infoBody = z.object({ deposit: z.record(z.string(), z.unknown()) });

/** Lets one in. @param advance lets the gateway do what is due */
export async function letIn(
  gateway: HttpClient,
  advance: () => Promise<void>,
  person: number,
): Promise<Visitor> {
  const signer = newSigner();
  const one = async (call: Call): Promise<Answer> => {
    const [answer] = await gateway.send([call]);
    if (answer?.status === 200) return answer;
    throw new Error(
      `Cannot let a visitor in: ${call.method} ${call.path} answers ${answer?.status}, ${answer?.body}`,
    );
  };
  const json = <Value>(schema: z.ZodType<Value>, { body }: Answer) => schema.parse(JSON.parse(body));
  const from = { "x-forwarded-for": `10.9.9.${person}`, "content-type": "application/json" };

  const challenge = await one({ method: "GET", path: `/auth?account=${signer.account}`, headers: from });
  const { transaction } = json(challengeBody, challenge);
  const body = JSON.stringify({ transaction: signChallenge(transaction, signer, NETWORK_ID) });
  const { token } = json(tokenBody, await one({ method: "POST", path: "/auth", headers: from, body }));
  const headers = { ...from, authorization: `Bearer ${token}` };

  const info = json(infoBody, await one({ method: "GET", path: "/sep6/info" }));
  const query = new URLSearchParams({
    account: signer.account,
    asset_code: Object.keys(info.deposit)[0] ?? "",
    type: "bank_account",
    amount: "10",
  });
  const deposit: Call = { method: "GET", path: `/sep6/deposit?${query}`, headers };
  const given = await gateway.send([{
    method: "PUT",
    path: "/sep12/customer",
    headers,
    body: JSON.stringify({
      first_name: "Ada",
      last_name: `Lovelace ${person}`,
      email_address: `ada.${person}@example.com`,
      bank_account_number: String(700_000_000_000 + person),
    }),
  }]);
  const customerId = json(idBody, given[0] ?? { status: 0, body: "" }).id;
  for (let turn = 0; turn < TURNS; turn++) {
    const known = await one({ method: "GET", path: "/sep12/customer", headers });
    if (json(statusBody, known).status === "ACCEPTED") {
      const transferId = json(idBody, await one(deposit)).id;
      return { address: signer.account, headers, customerId, transferId, deposit };
    }
    await advance();
  }
  throw new Error("Cannot let a visitor in: the customer is not accepted");
}
