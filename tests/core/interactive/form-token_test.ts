import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { createFormTokens } from "../../../core/interactive/form-token.ts";
import type { PageSession } from "../../../core/interactive/page-session.ts";
import { newId } from "../../../core/transfers/id.ts";

const OLD = "the old secret, which is at least 32 bytes long";
const NEW = "the new secret, which is at least 32 bytes long";
const nameOf = (text: string) => createHash("sha256").update(text).digest("base64url");
const session: PageSession = {
  transferId: newId(),
  name: nameOf("one"),
  endsAt: 1,
  told: { end: false, changes: false },
};
const forms = createFormTokens({ secrets: [NEW] });

Deno.test("a form's token is its session's and its transfer's alone", () => {
  const token = forms.formToken(session);
  assert.match(token, /^[A-Za-z0-9_-]{43}$/);
  assert.equal(forms.isFormToken(session, token), true);
  assert.equal(createFormTokens({ secrets: [NEW] }).isFormToken(session, token), true, "in every process");
  for (const other of [{ transferId: newId() }, { name: nameOf("other") }]) {
    assert.equal(forms.isFormToken({ ...session, ...other }, token), false);
  }
});

Deno.test("nothing else is taken for a form's token", () => {
  const token = forms.formToken(session);
  const flipped = (token.startsWith("A") ? "B" : "A") + token.slice(1);
  const byWholeSecret = createHmac("sha256", NEW).update(`${session.name}:${session.transferId}`)
    .digest("base64url");
  const wrong = [
    "",
    flipped,
    token.slice(1),
    `${token}A`,
    `${token}\u0000`,
    `${token}=`,
    token.toLowerCase(),
    session.name,
    byWholeSecret,
    "ü".repeat(43),
    "x".repeat(10_000),
  ];
  for (const given of wrong) assert.equal(forms.isFormToken(session, given), false, given);
});

Deno.test("a form that is open while secrets rotate can be posted until its secret is dropped", () => {
  const before = createFormTokens({ secrets: [OLD] });
  const during = createFormTokens({ secrets: [NEW, OLD] });
  const [old, fresh] = [before.formToken(session), during.formToken(session)];
  assert.equal(during.isFormToken(session, old), true);
  assert.equal(during.isFormToken(session, fresh), true);
  assert.equal(forms.isFormToken(session, fresh), true, "the first secret makes it");
  assert.equal(forms.isFormToken(session, old), false);
  assert.equal(before.isFormToken(session, fresh), false);
});

Deno.test("form tokens without a secret are refused at start", () => {
  assert.throws(() => createFormTokens({ secrets: [] }), TypeError);
});
