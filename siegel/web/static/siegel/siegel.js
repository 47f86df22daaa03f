// Comfort only: every page works without it. No framework, no globals.
"use strict";
document.documentElement.classList.add("js");

// On a phone the tabs scroll: begin at the one that is open.
document.addEventListener("DOMContentLoaded", () => {
  const tab = document.querySelector(".tabs [aria-current]");
  const bar = tab?.closest("ul");
  if (bar) bar.scrollLeft = tab.offsetLeft - bar.offsetLeft - (bar.clientWidth - tab.offsetWidth) / 2;
});

// Links and buttons with data-dialog="id" open that dialog; without script the link leads to a page.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.dialog);
    if (dialog) {
      event.preventDefault();
      dialog.showModal();
    }
    return;
  }
  if (event.target.closest("[data-close]")) {
    const closer = event.target.closest("[data-close]");
    const box = closer.closest("dialog, .toast");
    if (box instanceof HTMLDialogElement) {
      event.preventDefault();
      box.close();
    } else if (box) {
      box.remove();
    }
    return;
  }
  // A click on the dimmed ground beside a dialog closes it.
  if (event.target instanceof HTMLDialogElement && event.target.open) {
    const box = event.target.getBoundingClientRect();
    const inside = event.clientX >= box.left && event.clientX <= box.right
      && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!inside) event.target.close();
  }
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copy);
  const text = source.value ?? source.textContent.trim();
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    source.select?.();
    document.execCommand("copy");
  }
  const label = button.querySelector("[data-copy-label]") ?? button;
  const before = label.textContent;
  label.textContent = button.dataset.copied;
  setTimeout(() => { label.textContent = before; }, 2000);
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) print();
});

// Toasts leave after ten seconds, but never while someone reads or reaches them, and one that
// offers a way back or tells of a fault stays until it is closed.
function watchToasts(root) {
  for (const toast of root.querySelectorAll(".toast:not(.error, .warning)")) {
    if (toast.querySelector("a, form")) continue;
    let timer = 0;
    const start = () => { timer = setTimeout(() => toast.remove(), 10000); };
    const stop = () => clearTimeout(timer);
    toast.addEventListener("pointerenter", stop);
    toast.addEventListener("focusin", stop);
    toast.addEventListener("pointerleave", start);
    toast.addEventListener("focusout", start);
    start();
  }
}

function prepare(root) {
  watchToasts(root);
  // A browser keeps ticks when somebody comes back to the page.
  for (const all of root.querySelectorAll("[data-select-all]")) {
    showSelection(all.form ?? all.closest("table"));
  }
  for (const element of root.querySelectorAll("[data-needs-script]")) element.hidden = false;
  for (const element of root.querySelectorAll("[data-hide-with-script]")) element.hidden = true;
}

document.addEventListener("change", (event) => {
  const field = event.target;
  if (field.matches("[data-select-all]")) {
    const table = field.closest("table");
    for (const box of table.querySelectorAll("tbody .select input[type=checkbox]")) {
      box.checked = field.checked;
    }
  }
  if (field.matches(".select input[type=checkbox], [data-select-everything]")) {
    showSelection(field.form ?? field.closest("table"));
  }
  if (field.closest("[data-auto-submit]")) field.form.requestSubmit();
});

function showSelection(root) {
  const boxes = [...root.querySelectorAll("tbody .select input[type=checkbox]")];
  const chosen = boxes.filter((box) => box.checked).length;
  const all = root.querySelector("[data-select-all]");
  if (all) {
    all.checked = boxes.length > 0 && chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  }
  // Everybody of a list of many pages: its rows are part of that.
  const everything = root.querySelector("[data-select-everything]");
  const whole = everything?.checked ? everything.dataset.selectEverything : "";
  const count = root.querySelector("[data-selection-count]");
  if (count) count.textContent = whole || String(chosen);
  const bar = root.querySelector(".selection");
  bar?.toggleAttribute("data-chosen", Boolean(whole || chosen));
}

// A second click on a button whose form is under way does nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.target === "_blank") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  // After this event the browser has read the pressed button's value; disabling it now would lose it.
  setTimeout(() => {
    for (const button of form.querySelectorAll("button:not([type=button])")) {
      button.disabled = true;
    }
  });
});
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button")) button.disabled = false;
  }
});

// An open list of choices closes with Escape and with a click elsewhere.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const details of document.querySelectorAll("details:is(.switcher, .menu)[open]")) {
    details.open = false;
    details.querySelector("summary").focus();
  }
});
document.addEventListener("pointerdown", (event) => {
  for (const details of document.querySelectorAll("details:is(.switcher, .menu)[open]")) {
    if (!details.contains(event.target)) details.open = false;
  }
});

document.addEventListener("htmx:load", (event) => prepare(event.target));
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form");
  if (form) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button")) button.disabled = false;
  }
});
// A form that is not accepted comes back with 422 and its messages: show it.
document.addEventListener("htmx:beforeSwap", (event) => {
  if ([409, 422].includes(event.detail.xhr.status)) event.detail.shouldSwap = true;
});
if (!globalThis.htmx) prepare(document);
