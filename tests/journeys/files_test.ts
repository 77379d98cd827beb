import assert from "node:assert/strict";
import { z } from "zod";
import { arrive } from "../support/customer.ts";
import { test } from "../support/layouts.ts";

/** A picture of one pixel. */
const PHOTO = Uint8Array.fromBase64(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
);
const fileBody = z.object({ file_id: z.string(), customer_id: z.string().nullable() });

test.inEveryLayout("R-12-104 R-12-107 W2 a document that was uploaded first is given by the SDK's wallet as a plain value", ({ withGateway }) =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway, { lastName: "More" });
    const headers = { authorization: `Bearer ${ada.token}` };
    const form = new FormData();
    // As the SDK sends its documents: without a file name.
    form.append("file", new Blob([PHOTO], { type: "image/png" }));
    const uploaded = await gateway.ask("/sep12/customer/files", { method: "POST", headers, body: form });
    const { file_id } = fileBody.parse(await uploaded.json());

    const id = await ada.openDeposit("100");
    const customer = await ada.wallet.give(ada.person, id);
    await gateway.until("the document to be asked for", async () => {
      const { fields } = await ada.wallet.customer(id);
      return fields && "photo_id_front" in fields ? fields : null;
    });
    await ada.wallet.give({ photo_id_front_file_id: file_id }, id);
    await ada.until(id, "pending_user_transfer_start");

    const listed = await gateway.ask(`/sep12/customer/files?customer_id=${customer}`, { headers });
    const { files } = z.object({ files: z.array(fileBody) }).parse(await listed.json());
    assert.deepEqual(files, [{ file_id, customer_id: customer }]);
    await ada.payIn(id, "100");
    await ada.until(id, "completed");
    await gateway.booksAgree();
  }));
