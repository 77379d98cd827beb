/**
 * The demo wallet's page: a balance, two buttons, and what became of each transaction.
 * @module
 */
import { html, raw } from "hono/html";
import { WALLET_SCRIPT } from "./page-script.ts";

/** What the page is made of. */
export interface WalletPageOptions {
  /** Of the content security policy. */
  readonly nonce: string;
  /** Whose messages the wallet listens to. */
  readonly anchorOrigin: string;
}

/** Tag and own name; the empty one leaves it to the anchor to ask. */
const SPEAKS: readonly (readonly [tag: string, name: string])[] = [
  ["", "Let the anchor ask"],
  ["en", "English"],
  ["es", "Español"],
  ["pt-BR", "Português (Brasil)"],
  ["fr", "Français"],
  ["de", "Deutsch"],
  ["ar", "العربية"],
  ["hi", "हिन्दी"],
  ["sw", "Kiswahili"],
  ["fil", "Filipino"],
  ["id", "Bahasa Indonesia"],
];

const STYLE = `
*{box-sizing:border-box}
body{margin:0;background:#f3f4f8;color:#1b1d29;font:1rem/1.5 system-ui,sans-serif}
main{max-width:34rem;margin:0 auto;padding:1rem}
h1{font-size:1.25rem;margin:.5rem 0}
h2{font-size:1rem;margin:1.5rem 0 .5rem}
.card,li{background:#fff;border:1px solid #d9dbe5;border-radius:.75rem;padding:1rem}
.balance{font-size:2rem;font-weight:700;margin:0}
.small{font-size:.875rem;color:#4a4e63;margin:.25rem 0;overflow-wrap:anywhere}
.row{display:flex;gap:.75rem;flex-wrap:wrap;margin-block:1rem}
button,select{font:inherit;min-height:2.75rem;padding:.25rem 1rem;border-radius:.5rem;border:1px solid #4a4e63}
button{background:#24408e;color:#fff;border-color:#24408e;font-weight:600;cursor:pointer;flex:1}
button:disabled{background:#5c6070;border-color:#5c6070}
button:focus-visible,select:focus-visible,a:focus-visible{outline:3px solid #b35c00;outline-offset:2px}
a{color:#24408e;display:inline-block;min-height:1.5rem}
ol{list-style:none;margin:0;padding:0;display:grid;gap:.75rem}
#heard li{padding:.25rem .75rem;font-size:.875rem}
[role=alert]{color:#a11212;font-weight:600}
iframe{width:100%;height:46rem;border:1px solid #d9dbe5;border-radius:.75rem;background:#fff}
`;

/** The page. */
export function walletPage({ nonce, anchorOrigin }: WalletPageOptions) {
  return html`
    <!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Demo wallet</title>
        <link rel="icon" href="data:,">
        <style nonce="${nonce}">${raw(STYLE)}</style>
      </head>
      <body data-anchor="${anchorOrigin}">
        <main>
          <h1>Demo wallet</h1>
          <div class="card">
            <p class="small">You hold</p>
            <p class="balance" id="balance">…</p>
            <p class="small" id="account">The account is made when you open this page for the first time.</p>
          </div>
          <p class="row"><label>Language <select id="lang">${SPEAKS.map(([tag, name]) =>
            html`
              <option value="${tag}" ${tag === "en" ? raw(" selected") : ""}>${name}</option>
            `
          )}</select></label></p>
          <p class="row">
            <button type="button" data-begin="deposit" disabled>Deposit</button>
            <button type="button" data-begin="withdraw" disabled>Withdraw</button>
          </p>
          <p id="trouble" role="alert" hidden></p>
          <div id="frame" hidden></div>
          <h2>Transactions</h2>
          <p class="small"
            id="none">None yet. Press “Deposit”: the anchor’s page opens and tells you what to do.</p>
          <ol id="transactions"></ol>
          <h2>What the anchor’s page told this wallet</h2>
          <ol id="heard"></ol>
        </main>
        <script nonce="${nonce}">${raw(WALLET_SCRIPT)}</script>
      </body>
    </html>
  `;
}
