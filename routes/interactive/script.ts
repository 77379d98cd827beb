/**
 * The one script of the pages. Every page works without it; with it, links post themselves, values are copied by a tap,
 * moments stand in the person's own time zone, sums follow what is typed, and waiting pages look again without a flicker:
 * soon at first, since most answers come within seconds, then as often as the config says. A page that a browser has kept
 * whole and shows again on the way back is loaded anew, since the transfer may stand elsewhere by now.
 * It asks nobody but this site, and knows nothing but what stands in the document.
 * @module
 */

/** Plain script for browsers of the last years; the page's nonce lets it run. */
export const SCRIPT = `(() => {
  "use strict";
  const root = document.documentElement;
  root.dataset.scripted = "";
  const all = (selector) => document.querySelectorAll(selector);
  const localTimes = () => {
    const format = new Intl.DateTimeFormat(root.lang, {
      dateStyle: "long", timeStyle: "short", calendar: "gregory", numberingSystem: "latn",
    });
    for (const time of all("time[data-local]")) time.textContent = format.format(new Date(time.dateTime));
  };
  const tell = () => {
    const told = document.getElementById("told");
    const wallet = window.opener ?? (window.parent !== window ? window.parent : null);
    if (!told || !wallet) return;
    const message = JSON.parse(told.textContent);
    const { status, kyc_verified: verified } = message.transaction;
    const seen = status + " " + verified;
    const key = "told:" + told.dataset.id;
    let before = null;
    try { before = sessionStorage.getItem(key); sessionStorage.setItem(key, seen); } catch {}
    const isNews = "changes" in told.dataset && before !== seen;
    if ("end" in told.dataset || isNews) wallet.postMessage(message, "*");
    told.remove();
  };
  const estimate = (form) => {
    let asked = 0;
    let timer;
    const ask = async () => {
      const turn = ++asked;
      const values = new URLSearchParams();
      const typed = new FormData(form);
      for (const name of form.dataset.estimated.split(" ")) values.set(name, typed.get(name) ?? "");
      try {
        const answer = await fetch(form.dataset.estimate + "?" + values);
        const body = await answer.json();
        if (turn !== asked) return;
        for (const part of form.querySelectorAll("[data-part]")) {
          const text = body[part.dataset.part] ?? "";
          if (part.textContent !== text) part.textContent = text;
        }
      } catch {}
    };
    form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 300); });
  };
  const enhance = () => {
    localTimes();
    for (const form of all("form[data-estimate]")) estimate(form);
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if ("sent" in form.dataset) return event.preventDefault();
    form.dataset.sent = "";
    setTimeout(() => delete form.dataset.sent, 5000);
  });
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
      const area = document.createElement("textarea");
      area.value = button.dataset.copy;
      button.after(area);
      area.select();
      document.execCommand("copy");
      area.remove();
      button.focus();
    }
    const before = button.dataset.before ??= button.textContent;
    const name = button.dataset.name ??= button.ariaLabel;
    button.textContent = button.ariaLabel = button.dataset.copied;
    setTimeout(() => { button.textContent = before; button.ariaLabel = name; }, 3000);
  });
  let shown = document.getElementById("main")?.innerHTML;
  let pause = 1;
  const refresh = () => {
    const main = document.getElementById("main");
    const seconds = Number(main?.dataset.refresh);
    if (!seconds) return;
    pause = Math.min(2 * pause, seconds);
    setTimeout(async () => {
      try {
        const answer = await fetch(location.href, { headers: { accept: "text/html" } });
        // Its style has a nonce of its own, of which this page's policy knows nothing.
        const text = (await answer.text()).replace(/<style[^]*?<.style>/, "");
        const fresh = new DOMParser().parseFromString(text, "text/html");
        const told = fresh.getElementById("told");
        if (told) document.body.append(told);
        tell();
        const next = fresh.getElementById("main");
        if (next && next.innerHTML !== shown) {
          // Where a form or a frame may lead is said by the headers of its own page.
          if (next.querySelector("form, iframe")) return location.reload();
          shown = next.innerHTML;
          pause = 1;
          document.title = fresh.title;
          main.replaceWith(next);
          enhance();
        }
      } catch {}
      refresh();
    }, pause * 1000);
  };
  addEventListener("pageshow", ({ persisted }) => { if (persisted) location.reload(); });
  enhance();
  tell();
  refresh();
  const opening = document.querySelector("form[data-post-at-once]");
  if (opening) {
    opening.elements.namedItem("framed").value = window.parent !== window ? "1" : "";
    opening.requestSubmit();
  }
  const leave = document.querySelector("[data-leave-frame]");
  if (leave) {
    let around = window;
    try { if (window.parent.location.origin === location.origin) around = window.parent; } catch {}
    around.location.replace(leave.href);
  }
  document.querySelector("[data-focus]")?.focus();
})();`.replaceAll(/\n\s*/g, "\n");
