/**
 * What the demo wallet's page does in the browser.
 * @module
 */

/** The script. Text goes into the page as text alone, never as markup. */
export const WALLET_SCRIPT = `
"use strict";
const $ = (id) => document.getElementById(id);
const query = new URLSearchParams(location.search);
const anchor = document.body.dataset.anchor;
const base = location.pathname.replace(/\\/$/, "");
if (query.has("lang")) $("lang").value = query.get("lang");

async function ask(path, body) {
  const answer = await fetch(path, body === undefined ? {} : {
    method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body),
  });
  const json = await answer.json();
  if (!answer.ok) throw new Error(json.error?.message ?? "The answer is " + answer.status);
  return json;
}

async function tried(work) {
  $("trouble").hidden = true;
  try {
    await work();
  } catch (error) {
    $("trouble").textContent = error.message;
    $("trouble").hidden = false;
  }
}

function element(name, text, more = {}) {
  return Object.assign(document.createElement(name), { textContent: text }, more);
}

function button(text, name, id, work) {
  const made = element("button", text, { type: "button" });
  made.dataset[name] = id;
  made.addEventListener("click", async () => {
    made.disabled = true;
    await tried(work);
    await refresh();
    made.disabled = false;
  });
  return made;
}

function begin(kind) {
  const speak = { kind, lang: $("lang").value };
  // Opened at the click itself: a popup that waits for an answer would be blocked.
  const popup = query.has("frame") || query.has("noopener")
    ? null
    : window.open("about:blank", "", "popup,width=420,height=780");
  return tried(async () => {
    let asked;
    try {
      asked = await ask(base + "/transactions", speak);
    } catch (error) {
      popup?.close();
      throw error;
    }
    const address = new URL(asked.url);
    address.searchParams.set("callback", "postMessage");
    address.searchParams.set("on_change_callback", "postMessage");
    if (query.has("frame")) {
      const frame = element("iframe", "", { src: address.href, title: "The anchor", allow: "camera; clipboard-write" });
      $("frame").replaceChildren(frame);
      $("frame").hidden = false;
    } else if (popup) popup.location = address.href;
    else window.open(address.href, "_blank", "popup,width=420,height=780,noopener");
    await refresh();
  });
}

async function payIn({ id, amount_in }) {
  const { instructions } = await ask("/sandbox/bank/instructions?key=" + encodeURIComponent(id));
  const [told] = instructions;
  if (!told) throw new Error("The bank has no instructions for " + id + " yet. Try again in a moment.");
  await ask("/sandbox/bank/transfers", {
    reference: told.reference ?? told.account_number,
    amount: told.amount ?? amount_in,
    currency: told.currency,
    payer: { name: "Demo Person", account: "GB33BUKB20201555555555" },
  });
}

function row(transaction, code) {
  const { id, kind, status, amount_in, amount_out, message, more_info_url } = transaction;
  const made = element("li", "");
  made.dataset.transaction = id;
  made.dataset.status = status;
  const what = (kind === "deposit" ? "Deposit" : "Withdrawal") + (amount_in ? " of " + amount_in : "");
  made.append(element("strong", what), element("p", status.replaceAll("_", " "), { className: "small" }));
  if (amount_out) made.append(element("p", "Arrives: " + amount_out, { className: "small" }));
  if (message) made.append(element("p", message, { className: "small" }));
  if (status === "pending_user_transfer_start" && kind === "deposit") {
    made.append(button("Play the bank: pay it in", "payIn", id, () => payIn(transaction)));
  }
  if (status === "pending_user_transfer_start" && kind === "withdrawal" && transaction.withdraw_memo) {
    const pay = () => ask(base + "/transactions/" + encodeURIComponent(id) + "/payment", {});
    made.append(button("Send the payment: " + amount_in + " " + code, "pay", id, pay));
  }
  const page = element("a", "Status page", { href: more_info_url, target: "_blank", rel: "noopener noreferrer" });
  made.append(element("p", ""));
  made.lastChild.append(page);
  return made;
}

let shown = "";
async function refresh() {
  const standing = await ask(base + "/standing");
  const text = JSON.stringify(standing);
  if (text === shown) return;
  shown = text;
  $("balance").textContent = standing.balance.replace(/(\\.\\d\\d\\d*?)0+$/, "$1") + " " + standing.code;
  $("account").textContent = standing.account;
  $("none").hidden = standing.transactions.length > 0;
  $("transactions").replaceChildren(...standing.transactions.map((one) => row(one, standing.code)));
  for (const one of document.querySelectorAll("[data-begin]")) one.disabled = false;
}

window.addEventListener("message", ({ origin, data }) => {
  if (origin !== anchor) return;
  const { transaction } = typeof data === "string" ? JSON.parse(data) : data;
  $("heard").append(element("li", transaction.kind + " " + transaction.id + ": " + transaction.status));
  tried(refresh);
});
for (const one of document.querySelectorAll("[data-begin]")) {
  one.addEventListener("click", () => begin(one.dataset.begin));
}
tried(refresh);
setInterval(() => { if (!document.hidden) refresh().catch(() => {}); }, 1500);
`;
