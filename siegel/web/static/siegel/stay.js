// Before a session ends for idleness: asks whether somebody is still there. Afterwards the page,
// with what was typed into it, waits until they have signed in again in another tab.
"use strict";
(() => {
  const dialog = document.getElementById("stay");
  if (!dialog) return;
  const idle = Number(dialog.dataset.idle) * 1000 - 10_000;
  const warnBefore = 120_000;
  const [soon, over] = dialog.querySelectorAll("[data-stay-state]");
  // All tabs are one session: the last activity of any of them counts.
  const mark = () => localStorage.setItem("siegel-seen", String(Date.now()));
  const rest = () => idle - (Date.now() - Number(localStorage.getItem("siegel-seen")));

  function look() {
    const left = rest();
    if (left > warnBefore) {
      if (dialog.open) dialog.close("seen");
      return;
    }
    soon.hidden = left <= 0;
    over.hidden = left > 0;
    if (!dialog.open) dialog.showModal();
  }

  async function stay() {
    const answer = await fetch(dialog.dataset.address, { cache: "no-store" });
    if (answer.ok) mark();
    else localStorage.setItem("siegel-seen", "0");
    look();
  }

  mark();
  setInterval(look, 15_000);
  addEventListener("storage", look);
  document.addEventListener("visibilitychange", look);
  document.addEventListener("htmx:afterRequest", mark);
  dialog.querySelector("[data-stay]").addEventListener("click", stay);
  // Escape means: I am here.
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    if (!soon.hidden) stay();
  });

  // After signing in elsewhere the security token of this page's forms is an old one.
  document.addEventListener("submit", (event) => {
    const field = event.target.elements?.namedItem("csrfmiddlewaretoken");
    const found = document.cookie.split("; ").find((one) => one.startsWith("siegel_csrf="));
    if (field && found) field.value = found.slice("siegel_csrf=".length);
  }, true);
})();
