import assert from "node:assert/strict";
import { z } from "zod";
import { moveClock } from "../../core/records/clock.ts";
import { openDatabase } from "../../core/records/database.ts";
import { openReceiver } from "../support/callback-receiver.ts";
import { arrive } from "../support/customer.ts";
import { startOutside } from "../support/outside.ts";
import { outsideWorld } from "../support/outside-world.ts";
import { freePort } from "../support/ports.ts";
import { startProcess, type TestProcess } from "../support/process.ts";

const told = z.object({ transaction: z.object({ status: z.string() }) });

Deno.test("R-06-170 R-06-57 a gateway that is killed while it posts posts all of it afterwards, in order, signed anew", async () => {
  const port = freePort();
  const publicUrl = `http://localhost:${port}`;
  const receiver = await openReceiver();
  const outside = await startOutside({ PUBLIC_URL: publicUrl });
  const trusts = `${outside.dataDir}/authority.pem`;
  await Deno.writeTextFile(trusts, receiver.authority);
  const db = await openDatabase({ url: `file:${outside.dataDir}/kedge.db`, onDeploy: false });
  let gateway: TestProcess | undefined;
  const start = async () => {
    gateway = await startProcess({
      program: "tests/support/gateway-child.ts",
      folder: outside.dataDir,
      variables: {
        DATA_DIR: outside.dataDir,
        SANDBOX_LIBSQL_URL: `file:${outside.dataDir}/unused.db`,
        TEST_SANDBOX_URL: outside.sandbox.url,
        HORIZON_URL: outside.horizonUrl,
        PORT: String(port),
        OUTGOING_ALLOW: receiver.host,
      },
      readyAt: publicUrl,
      trusts,
    });
    return gateway;
  };
  try {
    let victim = await start();
    const describe = () => victim.output();
    const world = outsideWorld(outside, publicUrl, { describe, db });
    const ada = await arrive(world);
    let killed = false;
    receiver.answers(async () => {
      await victim.end("SIGKILL");
      killed = true;
      return 200;
    });
    // Committed with the status, posted by nobody yet but the one that dies of it.
    const id = await ada.openDeposit("100", { on_change_callback: receiver.url("/cb") });
    await ada.wallet.give(ada.person, id).catch(() => "the gateway may die before it answers");
    await world.until("the kill", () => Promise.resolve(killed ? true : null));
    receiver.answers(() => 200);
    // What the dead one held is free again.
    await moveClock(db, 70_000);
    victim = await start();
    await ada.until(id, "pending_user_transfer_start");
    await ada.payIn(id, "100");
    await ada.until(id, "completed");
    const statuses = () => receiver.bodiesOf("/cb").map((body) => told.parse(body).transaction.status);
    await world.until(
      "the last status",
      () => Promise.resolve(statuses().includes("completed") ? true : null),
    );
    const [first, again] = receiver.posts;
    assert.equal(again?.text, first?.text);
    assert.deepEqual(statuses(), [
      "pending_anchor",
      "pending_anchor",
      "pending_user_transfer_start",
      "pending_anchor",
      "pending_stellar",
      "completed",
    ]);
    await receiver.verifyAll(publicUrl);
  } finally {
    await gateway?.end("SIGKILL");
    db.close();
    await receiver.stop();
    await outside.stop();
  }
});
