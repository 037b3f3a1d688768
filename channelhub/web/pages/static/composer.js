// Keeps the answer that somebody writes, and shows who else writes one. Everything works without it, by the buttons.
"use strict";
(() => {
  const form = document.querySelector("form[data-composer]");
  if (!form) return;
  const words = form.querySelector("textarea");
  const place = `/api/v1/conversations/${form.dataset.composer}`;
  const key = form.querySelector("[name=key]").value;
  let kept = words.value;
  let timer = 0;
  let isSent = false;

  function keep() {
    clearTimeout(timer);
    timer = 0;
    if (isSent || words.value === kept) return;
    const text = words.value;
    fetch(`${place}/draft`, {
      method: "PUT", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ text, key }), keepalive: text.length < 10000,
    }).then((answer) => { if (answer.ok) kept = text; }, () => {});
  }

  words.addEventListener("input", () => { if (!timer) timer = setTimeout(keep, 1500); });
  document.addEventListener("visibilitychange", () => { if (document.hidden) keep(); });
  form.addEventListener("submit", (event) => {
    if (event.submitter?.value !== "send" && event.submitter) return;
    isSent = true;
    clearTimeout(timer);
  });
  addEventListener("pageshow", () => { isSent = false; });

  // The server forgets after half a minute who gave no sign.
  const sign = () => fetch(`${place}/writing`, { method: "POST" }).catch(() => {});
  let told = 0;
  function here() {
    if (document.hidden || isSent || Date.now() - told < 10000) return;
    told = Date.now();
    sign();
  }
  words.addEventListener("focus", here);
  words.addEventListener("input", here);
  setInterval(() => { if (document.activeElement === words || words.value.trim()) here(); }, 15000);

  const line = form.querySelector("[data-writing]");
  let hush = 0;
  function show(writers) {
    const clock = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    const others = writers.filter((one) => one.name !== form.dataset.author).map((one) => {
      const badge = document.createElement("span");
      badge.className = "badge warn";
      badge.textContent = `${line.dataset.writing.replace("{name}", one.name)} ${clock.format(new Date(one.since))}`;
      return badge;
    });
    line.replaceChildren(...others);
    clearTimeout(hush);
    if (others.length) hush = setTimeout(() => line.replaceChildren(), 35000);
  }
  document.addEventListener("writing", (event) => {
    if (event.detail.conversation_id === form.dataset.composer) show(event.detail.writers);
  });

  form.querySelector("[data-begin]")?.addEventListener("click", (event) => {
    event.preventDefault();
    const text = form.querySelector("[name=template]").selectedOptions[0].dataset.text;
    words.setRangeText(text, words.selectionStart, words.selectionEnd, "end");
    words.focus();
    words.dispatchEvent(new Event("input", { bubbles: true }));
  });
})();
