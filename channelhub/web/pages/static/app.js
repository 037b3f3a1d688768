// Keeps the page live and shows times in the reader's zone. Everything works without it, after a reload.
"use strict";
(() => {
  const language = document.documentElement.lang;
  const day = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", year: "numeric" });
  const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" });
  const whole = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "long" });

  function showTimes(root) {
    const today = day.format(new Date());
    for (const element of root.querySelectorAll("time[datetime]")) {
      const at = new Date(element.dateTime);
      if (Number.isNaN(at.getTime())) continue;
      const date = day.format(at);
      element.textContent = date === today ? clock.format(at) : `${date}, ${clock.format(at)}`;
      element.title = whole.format(at);
    }
  }

  // What somebody chose or wrote and hasn't sent yet must not be taken from under their hands.
  function isTouched(region) {
    return [...region.querySelectorAll("select, textarea, input:not([type=hidden])")].some((field) => {
      if (field.options) return field.options.length > 0 && field.selectedIndex !== Math.max(0, [...field.options].findIndex((one) => one.defaultSelected));
      return field.type === "checkbox" ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
    });
  }

  const shown = new Map();
  function replace(fresh) {
    for (const old of document.querySelectorAll("[data-live]")) {
      const next = fresh.getElementById(old.id);
      if (!next || old.contains(document.activeElement) || isTouched(old) || shown.get(old.id) === next.innerHTML) continue;
      const known = new Set([...old.querySelectorAll("[data-id]")].map((element) => element.dataset.id));
      shown.set(old.id, next.innerHTML);
      const unfolded = [...old.querySelectorAll("details[id][open]")].map((element) => element.id);
      old.replaceChildren(...next.childNodes);
      for (const id of unfolded) document.getElementById(id)?.setAttribute("open", "");
      showTimes(old);
      for (const element of old.querySelectorAll("[data-id]")) {
        if (known.size && !known.has(element.dataset.id)) element.classList.add("fresh");
      }
    }
  }

  let waiting = false;
  let again = false;
  async function refresh() {
    if (waiting) { again = true; return; }
    waiting = true;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (answer.ok) replace(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch (error) {
      console.warn("The page could not be refreshed", error);
    }
    setTimeout(() => { waiting = false; if (again) { again = false; refresh(); } }, 1000);
  }

  // Grouping hears of a message after it was told of: what it concludes shows a moment later.
  let late = 0;
  function later() {
    if (!document.querySelector("[data-late]")) return;
    clearTimeout(late);
    late = setTimeout(refresh, 3000);
  }

  let source = null;
  let lastId = "";
  const sign = document.getElementById("live");
  function listen() {
    if (source || !sign) return;
    source = new EventSource("/api/v1/stream" + (lastId ? `?after=${encodeURIComponent(lastId)}` : ""));
    source.onopen = () => { sign.classList.add("on"); refresh(); };
    source.onerror = () => sign.classList.remove("on");
    source.addEventListener("conversation.writing", (event) => {
      document.dispatchEvent(new CustomEvent("writing", { detail: JSON.parse(event.data) }));
    });
    for (const type of sign.dataset.events.split(" ")) {
      source.addEventListener(type, (event) => { lastId = event.lastEventId; refresh(); later(); });
    }
  }
  // A hidden tab gives its connection back: a browser has six of them for one server.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && source) { source.close(); source = null; } else if (!document.hidden) listen();
  });

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && typing) typing.form?.requestSubmit();
  });

  // Who chats on the site sees that somebody writes to them.
  let told = 0;
  document.addEventListener("input", (event) => {
    const conversation = event.target.closest("form[data-typing]")?.dataset.typing;
    if (!conversation || Date.now() - told < 4000) return;
    told = Date.now();
    fetch(`/api/v1/conversations/${conversation}/typing`, { method: "POST" }).catch(() => {});
  });

  showTimes(document);
  if (!document.hidden) listen();
})();
