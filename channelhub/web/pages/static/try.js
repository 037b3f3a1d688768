// Tries an operation from the page of the API: the request is really sent, to this server and nowhere else.
"use strict";
(() => {
  const MOST_CHARS = 256 * 1024;
  const token = document.getElementById("try-token");

  function filled(form, place) {
    return [...form.querySelectorAll(`[data-in=${place}]`)].filter((field) => field.value !== "");
  }

  function requestOf(form) {
    let address = form.dataset.path;
    for (const field of filled(form, "path")) address = address.replace(`{${field.name}}`, encodeURIComponent(field.value));
    const query = new URLSearchParams(filled(form, "query").map((field) => [field.name, field.value])).toString();
    const headers = Object.fromEntries(filled(form, "header").map((field) => [field.name, field.value]));
    const body = form.querySelector("textarea");
    if (body && body.value !== "") headers["Content-Type"] = body.dataset.mediaType;
    return { address: address + (query ? `?${query}` : ""), method: form.dataset.method, headers, body: body?.value || undefined };
  }

  const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
  function asCommand(request) {
    const parts = [`curl -sS -X ${request.method} ${quoted(location.origin + request.address)}`];
    if (token.value) parts.push('-H "Authorization: Bearer $TOKEN"');
    for (const [name, value] of Object.entries(request.headers)) parts.push(`-H ${quoted(`${name}: ${value}`)}`);
    if (request.body) parts.push(`--data-binary ${quoted(request.body)}`);
    return parts.join(" \\\n  ");
  }

  function laidOut(text, type) {
    if (!type.includes("json")) return text;
    try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; }
  }

  // Read as it comes: the live stream has no end.
  async function show(answer, into) {
    const type = answer.headers.get("Content-Type") ?? "";
    if (!answer.body) return;
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let text = "", part; !(part = await reader.read()).done;) {
      text += part.value;
      into.textContent = text.slice(0, MOST_CHARS);
      if (text.length > MOST_CHARS) { into.textContent += "\n…"; await reader.cancel(); return; }
    }
    into.textContent = laidOut(into.textContent, type);
  }

  async function send(form, stopping) {
    const request = requestOf(form);
    const { status, head, body, command } = Object.fromEntries(
      [...form.querySelectorAll("[data-shown]")].map((element) => [element.dataset.shown, element]));
    command.textContent = asCommand(request);
    for (const element of [status, head, body]) element.textContent = "";
    form.querySelector("[data-answer]").hidden = false;
    const headers = token.value ? { ...request.headers, Authorization: `Bearer ${token.value.trim()}` } : request.headers;
    const began = performance.now();
    try {
      const answer = await fetch(request.address, {
        method: request.method, headers, body: request.body, signal: stopping.signal, redirect: "manual",
        cache: "no-store", credentials: token.value ? "omit" : "same-origin",
      });
      status.textContent = `${answer.status} ${answer.statusText} · ${Math.round(performance.now() - began)} ms`;
      head.textContent = [...answer.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
      await show(answer, body);
    } catch (error) {
      if (error.name !== "AbortError") status.textContent += ` ${error.message}`;
    }
  }

  for (const form of document.querySelectorAll("form.try")) {
    const [stop] = form.querySelectorAll("[data-stop]");
    let stopping = new AbortController();
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      stopping.abort();
      const mine = stopping = new AbortController();
      stop.hidden = false;
      await send(form, mine);
      if (mine === stopping) stop.hidden = true;
    });
    stop.addEventListener("click", () => stopping.abort());
  }
})();
