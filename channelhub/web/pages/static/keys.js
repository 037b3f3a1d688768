// Keys of one letter: to the next and the one before, open, pick, reply, search, help. Each can be done without them, and
// whoever speaks to their computer or slips on keys switches them off (WCAG 2.2, 2.1.4).
"use strict";
(() => {
  const SWITCH = "channelhub_keys";
  const dialog = document.getElementById("keys");
  const button = document.getElementById("show-keys");
  const use = document.getElementById("use-keys");
  if (!dialog || !button || !use) return;

  function stored() {
    try { return localStorage.getItem(SWITCH) !== "off"; } catch { return true; }
  }
  function store(isOn) {
    try { localStorage.setItem(SWITCH, isOn ? "on" : "off"); } catch { /* it holds for this page only */ }
  }

  use.checked = stored();
  use.addEventListener("change", () => store(use.checked));
  button.hidden = false;
  button.addEventListener("click", () => dialog.showModal());

  // What j and k go through: the rows of a list, on a card the entries of its timeline.
  function stops() {
    const rows = [...document.querySelectorAll("main section a.row")];
    return rows.length ? rows : [...document.querySelectorAll("main article.entry")];
  }
  function current(all) {
    return all.findIndex((one) => one === document.activeElement || one.closest("li, article")?.contains(document.activeElement));
  }
  function go(step) {
    const all = stops();
    const at = current(all);
    const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + step))];
    if (!next) return;
    if (!next.matches("a")) next.tabIndex = -1;
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }
  function here() {
    const all = stops();
    return all[current(all)];
  }
  function open(place) {
    const link = place?.matches("a") ? place : place?.querySelector(".actions a");
    link?.click();
  }
  function pick(place) {
    place?.closest("li")?.querySelector("input[type=checkbox]")?.click();
  }
  function reply(place) {
    const box = document.querySelector("#reply textarea, textarea#reply, form[data-typing] textarea");
    if (box) { box.focus(); return; }
    if (place?.matches("a")) location.href = place.href.replace(/#.*$/, "") + "#reply";
  }

  const ACTIONS = {
    j: () => go(1),
    k: () => go(-1),
    o: () => open(here()),
    x: () => pick(here()),
    r: () => reply(here()),
    "/": () => document.getElementById("q")?.focus(),
    "?": () => dialog.showModal(),
  };

  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
    const action = Object.hasOwn(ACTIONS, event.key) ? ACTIONS[event.key] : undefined;
    if (!action || isTyping || event.ctrlKey || event.metaKey || event.altKey || dialog.open || !use.checked) return;
    event.preventDefault();
    action();
  });
})();
