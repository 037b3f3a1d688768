/* The chat on a site's page. It draws itself into a shadow tree of its own, asks no other server than its own, and keeps
   in the browser only the visitor's token and what is not acknowledged yet. */
(function () {
  "use strict";
  var S = /*SETTINGS*/ {};
  var script = document.currentScript || { dataset: {} };
  if (window.channelhubChat) return;
  var data = script.dataset;
  var wanted = [data.lang, document.documentElement.lang].concat(navigator.languages || [navigator.language]);
  var language = wanted.map(function (tag) { return String(tag || "").slice(0, 2).toLowerCase(); })
    .filter(function (tag) { return S.words[tag]; })[0] || S.languages[0];
  var W = S.words[language];

  /* What the browser remembers. A page that may not store anything remembers until it is left. */
  var own = {};
  var prefix = "channelhub-chat " + S.address + " ";
  function recall(name) {
    try { return localStorage.getItem(prefix + name) || own[name] || ""; } catch (e) { return own[name] || ""; }
  }
  function keep(name, value) {
    delete own[name];
    try { if (value) localStorage.setItem(prefix + name, value); else localStorage.removeItem(prefix + name); } catch (e) { own[name] = value; /* full or forbidden */ }
  }

  /* What waits: an entry for each under a key of its own, because several pages write at once. The oldest first. */
  function keepEntry(entry) { keep("queue " + entry.id, JSON.stringify(entry)); }
  function kept() {
    var names = Object.keys(own);
    try { names = names.concat(Object.keys(localStorage).filter(function (key) { return key.indexOf(prefix) === 0; }).map(function (key) { return key.slice(prefix.length); })); } catch (e) { /* forbidden */ }
    return Array.from(new Set(names)).filter(function (name) { return name.indexOf("queue ") === 0; })
      .map(function (name) { try { return JSON.parse(recall(name)); } catch (e) { return null; } }).filter(Boolean)
      .sort(function (a, b) { return a.at - b.at; });
  }

  function newId() {
    if (window.crypto && crypto.randomUUID) return crypto.randomUUID();
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), function (b) { return b.toString(16).padStart(2, "0"); }).join("");
  }
  function make(tag, attributes, text) {
    var element = document.createElement(tag);
    Object.keys(attributes || {}).forEach(function (name) { element.setAttribute(name, attributes[name]); });
    if (text) element.textContent = text;
    return element;
  }
  function tellPage(name, detail) {
    window.dispatchEvent(new CustomEvent("channelhub-chat", { detail: Object.assign({ type: name }, detail) }));
  }

  /* ---- what is drawn ---- */
  var host = make("div", { lang: language, class: "channelhub-chat" });
  if (data.theme) host.setAttribute("data-theme", data.theme);
  var root = host.attachShadow({ mode: "open" });
  var sheet = new CSSStyleSheet();
  sheet.replaceSync(S.css);
  root.adoptedStyleSheets = [sheet];

  var panel = make("section", { class: "panel", role: "dialog", "aria-labelledby": "t", id: "p", hidden: "" });
  var header = make("header");
  var closer = make("button", { type: "button", "aria-label": W.close }, "✕");
  header.append(make("h2", { id: "t" }, S.title || W.title), closer);
  var log = make("div", { class: "log", role: "log", "aria-label": W.log, tabindex: "0" });
  var earlier = make("button", { type: "button", hidden: "" }, W.earlier);
  var greeting = make("p", {}, S.greeting || W.greeting);
  var list = make("ol");
  log.append(earlier, greeting, list);
  var note = make("p", { class: "note", role: "status" });
  var ask = make("form", { hidden: "", novalidate: "" });
  var email = make("input", { type: "email", id: "e", autocomplete: "email", required: "" });
  var later = make("button", { type: "button" }, W.later);
  ask.append(make("label", { class: "w", for: "e" }, W.emails), email,
    make("button", { type: "submit", class: "main" }, W.save), later);
  var form = make("form");
  var text = make("textarea", { id: "x", rows: "2", maxlength: String(S.max_chars) });
  var picker = make("input", { type: "file", multiple: "", hidden: "", tabindex: "-1", "aria-hidden": "true" });
  var attach = make("button", { type: "button", "aria-label": W.attach, title: W.attach }, "📎");
  var picked = make("div", { class: "picked", hidden: "" });
  form.append(make("label", { class: "off", for: "x" }, W.write), text);
  if (S.max_files) form.append(picker, attach);
  form.append(make("button", { type: "submit", class: "main" }, W.send), picked);
  panel.append(header, log, note, ask, form);
  var opener = make("button", { type: "button", class: "open main", "aria-expanded": "false", "aria-controls": "p" });
  var count = make("span", { class: "count", "aria-hidden": "true", hidden: "" });
  opener.append(make("span", { "aria-hidden": "true" }, "💬"), count);
  root.append(panel, opener);

  /* ---- the conversation ---- */
  var items = new Map(); // by key: {key, ref, ours, text, at, auto, state, files, row, pending}
  var before = "", place = "", files = [], isOpen = false;

  function keyOf(item) { return item.ours ? item.id : item.id.slice(item.id.indexOf(":") + 1); }

  /* `kept`: another page's, which the hub has and doesn't show yet. What is opened meanwhile draws it from what waits. */
  function put(item) {
    var key = item.key || keyOf(item);
    var known = items.get(key);
    if (item.kept) settle(key, item.at);
    if (known) {
      if (!item.pending) { known.pending = false; if (!item.kept) drop(key); }
      if (item.id) { known.id = item.id; known.kept = item.kept; }
      if (item.state) known.state = later_of(known.state, item.state);
      known.at = item.at || known.at;
      known.bad = item.pending ? known.bad : "";
    } else {
      known = Object.assign({ key: key, files: [] }, item);
      items.set(key, known);
      if (item.ours && ready) tellPage("message", { text: item.text });
    }
    draw(known);
    arrange(known);
    return known;
  }

  function later_of(a, b) {
    var order = ["", "sending", "uncertain", "sent", "delayed", "delivered", "read"];
    return order.indexOf(b) >= order.indexOf(a || "") ? b : a;
  }

  function draw(item) {
    var isNew = !item.row;
    var row = item.row = item.row || make("li", { class: item.ours ? "" : "mine" });
    if (isNew) {
      row.append(make("span", { class: "off" }, (item.auto ? W.auto : item.ours ? W.us : W.you) + ": "));
      if (item.text) { var p = make("p"); link(p, item.text); row.append(p); }
      item.files.forEach(function (file, number) {
        var button = make("button", { type: "button" }, "📄 " + (file.name || "…"));
        button.addEventListener("click", function () { fetchFile(item, number, file.name); });
        row.append(button);
      });
      item.foot = make("small");
      row.append(item.foot);
    }
    var at = new Date(item.at), today = new Date().toDateString() === at.toDateString();
    var when = at.toLocaleString(language, today ? { hour: "2-digit", minute: "2-digit" } : { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
    item.foot.textContent = item.bad || (item.pending ? W.sending : when);
    item.foot.className = item.bad ? "bad" : "";
  }

  function link(into, said) {
    said.split(/(https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]])/).forEach(function (piece, n) {
      into.append(n % 2 ? Object.assign(make("a", { rel: "noopener noreferrer nofollow", target: "_blank" }, piece), { href: piece }) : piece);
    });
  }

  function arrange(item) {
    var isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 60;
    var next = list.lastChild, after = null;
    while (next && next !== item.row && next.at > item.at) { after = next; next = next.previousSibling; }
    item.row.at = item.at;
    if (next !== item.row) list.insertBefore(item.row, after);
    greeting.hidden = items.size > 0;
    if (isAtEnd || item.pending) log.scrollTop = log.scrollHeight;
  }

  function unread() {
    return Array.from(items.values()).filter(function (one) { return one.ours && one.state !== "read"; });
  }

  function recount() {
    var n = isOpen ? 0 : unread().length;
    count.hidden = !n;
    count.textContent = n > 99 ? "99+" : String(n);
    opener.setAttribute("aria-label", isOpen ? W.close : n ? W.open + ", " + W.unread + ": " + n : W.open);
  }

  /* What the visitor has in sight is read, what only came is delivered; each is told once. */
  var reporting = 0;
  function report() {
    recount();
    clearTimeout(reporting);
    reporting = setTimeout(function () {
      if (!ready) return;
      var isRead = isOpen && document.visibilityState === "visible";
      var fresh = unread().filter(function (one) { return isRead || ["delivered", "told"].indexOf(one.state) < 0; }).slice(-50);
      if (!fresh.length) return;
      fresh.forEach(function (one) { one.state = isRead ? "read" : "delivered"; });
      send({ type: "seen", ids: fresh.map(function (one) { return one.id; }), read: isRead });
      recount();
      if (fresh.length === 50) report();
    }, 200);
  }

  function say(words, isBad) { note.textContent = words || ""; note.className = isBad ? "note bad" : "note"; }

  /* ---- what waits for its acknowledgement: kept until it comes, sent again after each connection ---- */
  var heavy = {}; // messages with files, in memory only

  function drop(id) {
    delete heavy[id];
    keep("queue " + id, "");
  }

  /* The hub has it; until it shows it, a page that is opened anew draws it from here. */
  function settle(id, at) {
    delete heavy[id];
    kept().forEach(function (one) {
      if (one.id !== id) return;
      if (one.message.type === "message") keepEntry(Object.assign(one, { at: at, taken: Date.now(), place: place }));
      else drop(id);
    });
  }

  function write(words, chosen) {
    var message = { type: "message", id: newId(), text: words, page: location.href.split(/[?#]/)[0].slice(0, 1000) };
    hand(message, chosen);
  }

  function hand(message, chosen) {
    var entry = { id: message.id, message: message, place: place, at: Date.now() };
    if (chosen.length) heavy[message.id] = Object.assign(entry, { chosen: chosen });
    else {
      keepEntry(entry);
      kept().slice(0, -50).forEach(function (one) { drop(one.id); });
    }
    showPending(entry);
    if (ready) flush(entry);
    connect();
  }

  function showPending(entry) {
    var known = items.get(entry.id);
    if (known && known.pending && entry.taken) return taken(known, entry.at); // another page handed it over
    if (entry.message.type !== "message" || known) return;
    put({ key: entry.id, ours: false, text: entry.message.text || "", at: entry.at, pending: !entry.taken, files: (entry.chosen || []).map(function (f) { return { name: f.name }; }) });
  }

  function isOnTimeline(item) { return !!item && !!item.id && !item.kept; }

  /* What was written as somebody else waits for them to come back, a week at most. */
  function flushAll() {
    kept().forEach(function (one) {
      var isYoung = one.taken ? Date.now() - one.taken < 6e5 && !isOnTimeline(items.get(one.id)) : Date.now() - one.at < 7 * 864e5;
      if (isYoung) flush(one); else drop(one.id);
    });
    Object.values(heavy).forEach(flush);
  }

  function flush(entry) {
    if (entry.place && entry.place !== place) return;
    if (entry.chosen) return postFiles(entry);
    showPending(entry);
    if (!entry.taken) send(entry.message);
  }

  function postFiles(entry) {
    if (entry.busy) return;
    entry.busy = true;
    Promise.all(entry.chosen.map(function (file) {
      return new Promise(function (done, failed) {
        var reader = new FileReader();
        reader.onload = function () { done({ name: file.name, type: file.type, content: String(reader.result).replace(/^[^,]*,?/, "") }); };
        reader.onerror = failed;
        reader.readAsDataURL(file);
      });
    })).then(function (read) {
      return post({ hello: hello(), frames: [Object.assign({}, entry.message, { files: read })] });
    }).then(function (answer) { entry.busy = false; answer.frames.forEach(hear); }).catch(function (status) {
      entry.busy = false;
      if (status === 413) return spoil(entry.id, W.big);
      if (status === 400 || status === 415) return spoil(entry.id, W.refused);
      setTimeout(function () { if (heavy[entry.id] && ready) postFiles(entry); }, 5000);
    });
  }

  function spoil(id, why) {
    drop(id);
    var item = items.get(id);
    if (item) { item.bad = why; item.pending = false; draw(item); }
    say(why, true);
  }

  /* ---- the connection: WebSocket, and posts where that doesn't come through ---- */
  var socket = null, ready = false, tries = 0, lost = 0, retry = 0, session = "", got = 0, polling = 0, polls = 0, introduced = "", mine = "", alive = 0, identity = data.identityToken || "";

  function hello() { return { type: "hello", visitor: recall("token"), identity: identity }; }
  function introduce() { var first = hello(); introduced = first.visitor; return first; }

  function connect() {
    if (socket || polling || retry) return;
    if (data.transport !== "poll" && window.WebSocket && (lost < 2 || tries % 5 === 4)) openSocket();
    else poll();
  }

  function openSocket() {
    var here = socket = new WebSocket(S.address.replace(/^http/, "ws"));
    var patience = setTimeout(function () { here.close(); }, 15000);
    here.onopen = function () { here.send(JSON.stringify(introduce())); };
    here.onmessage = function (event) {
      if (here !== socket) return;
      clearTimeout(patience);
      lost = 0;
      watch();
      hear(JSON.parse(event.data));
    };
    here.onclose = function (event) {
      clearTimeout(patience);
      if (here !== socket) return;
      socket = null;
      if (!ready) lost += 1;
      lose(event.code === 1013 ? W.busy : W.offline);
    };
  }

  /* A connection that is dead without a word is found out by asking. */
  function watch() {
    clearTimeout(alive);
    alive = setTimeout(function () {
      if (!socket) return;
      socket.send('{"type":"ping"}');
      var here = socket;
      alive = setTimeout(function () { here.close(); if (here === socket) here.onclose({}); }, 15000);
    }, 45000);
  }

  function post(body) {
    return fetch(S.address + (body.number === undefined ? "" : "/file"), {
      method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" }, credentials: "omit"
    }).then(function (response) {
      if (!response.ok) return Promise.reject(response.status);
      return body.number === undefined ? response.json() : response.blob();
    });
  }

  function poll() {
    var mine = polling = ++polls;
    var body = session ? { session: session, got: got, waits: true } : { hello: introduce(), waits: true };
    post(body).then(function (answer) {
      if (mine !== polling) return;
      session = answer.session;
      hearAll(answer);
      if (mine === polling) poll();
    }).catch(function (status) {
      if (mine !== polling) return;
      polling = 0;
      session = "";
      got = 0;
      lose(status === 429 || status === 503 ? W.busy : W.offline);
    });
  }

  /* Two posts may be answered at once: a frame is heard by its number, once. */
  function hearAll(answer) {
    var first = answer.last - answer.frames.length, here = session;
    answer.frames.forEach(function (frame, n) {
      if (here !== session || first + n + 1 <= got) return;
      got = first + n + 1;
      hear(frame);
    });
  }

  function send(frame) {
    if (socket && socket.readyState === 1) return socket.send(JSON.stringify(frame));
    if (!session) return;
    var here = session;
    post({ session: here, got: got, frames: [frame] }).then(function (answer) { if (here === session) hearAll(answer); })
      .catch(function (status) { if (frame.type === "message") hear({ type: "refused", id: frame.id, why: "later", retry_ms: 5000, status: status }); });
  }

  function lose(why) {
    ready = false;
    clearTimeout(alive);
    if (isOpen) say(why);
    tries += 1;
    var longest = isOpen && document.visibilityState === "visible" ? 8000 : 30000; // somebody waits for it
    retry = setTimeout(again, Math.min(longest, 1000 * Math.pow(1.7, Math.min(tries, 8))) * (0.5 + Math.random() / 2));
  }

  function again() { clearTimeout(retry); retry = 0; connect(); }

  function restart() {
    clearTimeout(retry);
    var old = socket;
    retry = 0; socket = null; polling = 0; session = ""; got = 0; ready = false; lost = 0;
    if (old) { old.onclose = null; old.close(); }
    list.replaceChildren();
    items.clear();
    before = mine = "";
    connect();
  }

  function hear(frame) {
    if (frame.type === "welcome") return welcome(frame);
    if (frame.type === "ack") return acknowledged(frame);
    if (frame.type === "refused") return refusedBy(frame);
    if (frame.type === "item") { put(frame.item); if (frame.item.ours) say(""); return report(); }
    if (frame.type === "earlier") return showEarlier(frame);
    if (frame.type === "typing") return typing();
    if (frame.type === "seen") {
      frame.ids.forEach(function (id) { var one = items.get(id); if (one) one.state = later_of(one.state, frame.read ? "read" : "delivered"); });
      recount();
    }
  }

  function welcome(frame) {
    var other = recall("token");
    if (other && other !== frame.visitor && other !== introduced) return restart(); // another page of ours was first
    if (!frame.isSure) keep("token", frame.visitor);
    if (!frame.isSure && frame.visitor !== introduced) { // new: pages opened at once agree on one before anything is said
      frame.isSure = true;
      var here = socket || session;
      setTimeout(function () { if (here === (socket || session)) welcome(frame); }, 300);
      return;
    }
    mine = frame.visitor;
    if (place && place !== frame.place) { list.replaceChildren(); items.clear(); }
    place = frame.place;
    log.setAttribute("aria-live", "off"); // what was said before is not read out
    frame.items.forEach(put);
    setTimeout(function () { log.removeAttribute("aria-live"); }, 500);
    before = before && items.size > frame.items.length ? before : frame.before;
    earlier.hidden = !before;
    ready = true;
    tries = 0;
    knowsEmail = frame.knows_email;
    say("");
    flushAll();
    report();
    if (frame.refused) tellPage("identity-refused", { reason: frame.refused });
    tellPage("ready", { signed: frame.signed });
  }

  function acknowledged(frame) {
    var item = items.get(frame.id);
    var isContact = kept().some(function (one) { return one.id === frame.id && one.message.type === "contact"; });
    settle(frame.id, frame.at);
    if (isContact) { keep("asked", "1"); ask.hidden = true; say(W.kept); }
    if (item) taken(item, frame.at);
  }

  function taken(item, at) {
    item.pending = false;
    item.bad = "";
    item.at = at;
    draw(item);
    arrange(item);
    awaitAnswer();
  }

  /* Nobody answers: ask for an address, once. */
  var asking = 0, knowsEmail = false;
  function awaitAnswer() {
    clearTimeout(asking);
    if (!S.ask_after_s || knowsEmail || recall("asked")) return;
    asking = setTimeout(function () {
      var newest = Array.from(items.values()).filter(function (one) { return !one.auto; }).sort(function (a, b) { return b.at - a.at; })[0];
      if (newest && newest.ours || recall("asked")) return;
      ask.hidden = false;
      say(W.ask);
    }, S.ask_after_s * 1000);
  }

  function refusedBy(frame) {
    var item = items.get(frame.id);
    if (frame.why === "wait" || frame.why === "later") {
      if (frame.why === "wait") say(W.wait);
      if (item) { item.bad = frame.why === "later" ? W.again : ""; draw(item); }
      setTimeout(function () {
        var entry = heavy[frame.id] || kept().filter(function (one) { return one.id === frame.id; })[0];
        if (entry && ready) flush(entry);
      }, Math.min(frame.retry_ms || 5000, 60000));
      return;
    }
    spoil(frame.id, W[frame.why] || W.refused);
    if (frame.why === "email") email.focus();
  }

  function showEarlier(frame) {
    var top = log.scrollHeight - log.scrollTop;
    frame.items.forEach(put);
    before = frame.before;
    earlier.hidden = !before;
    log.scrollTop = log.scrollHeight - top;
  }

  var typed = 0;
  function typing() {
    clearTimeout(typed);
    if (isOpen) say(W.typing);
    typed = setTimeout(function () { if (note.textContent === W.typing) say(""); }, 6000);
  }

  function fetchFile(item, number, name) {
    if (!item.id) return;
    post({ hello: hello(), id: item.id, number: number }).then(function (blob) {
      var a = make("a", { download: name || "file" });
      a.href = URL.createObjectURL(blob);
      a.click();
      setTimeout(function () { URL.revokeObjectURL(a.href); }, 60000);
    }).catch(function () { say(W.gone, true); });
  }

  /* ---- hands ---- */
  function show(isShown, isQuiet) {
    isOpen = isShown;
    if (isShown && retry) again();
    panel.hidden = !isShown;
    opener.setAttribute("aria-expanded", String(isShown));
    host.toggleAttribute("data-open", isShown);
    if (isShown) { connect(); log.scrollTop = log.scrollHeight; }
    if (!isQuiet) (isShown ? text : opener).focus();
    report();
  }

  function drawPicked() {
    picked.replaceChildren.apply(picked, files.map(function (file, n) {
      var button = make("button", { type: "button", "aria-label": W.remove + ": " + file.name }, "✕ " + file.name);
      button.addEventListener("click", function () { files.splice(n, 1); drawPicked(); attach.focus(); });
      return button;
    }));
    picked.hidden = !files.length;
  }

  opener.addEventListener("click", function () { show(!isOpen); });
  closer.addEventListener("click", function () { show(false); });
  panel.addEventListener("keydown", function (event) {
    if (event.key === "Escape") { event.stopPropagation(); show(false); }
  });
  text.addEventListener("keydown", function (event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); form.requestSubmit(); }
  });
  attach.addEventListener("click", function () { picker.click(); });
  picker.addEventListener("change", function () {
    files = files.concat(Array.from(picker.files));
    picker.value = "";
    if (files.length > S.max_files) { files = files.slice(0, S.max_files); say(W.files, true); }
    if (files.reduce(function (sum, one) { return sum + one.size; }, 0) > S.max_bytes) { files = []; say(W.big, true); }
    drawPicked();
    text.focus();
  });
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    var words = text.value.trim();
    if (!words && !files.length) return text.focus();
    write(words, files);
    text.value = "";
    files = [];
    drawPicked();
    text.focus();
  });
  earlier.addEventListener("click", function () { if (ready && before) send({ type: "earlier", before: before }); });
  later.addEventListener("click", function () { keep("asked", "1"); ask.hidden = true; say(""); text.focus(); });
  ask.addEventListener("submit", function (event) {
    event.preventDefault();
    hand({ type: "contact", id: newId(), email: email.value.trim() }, []);
  });
  document.addEventListener("visibilitychange", report);
  window.addEventListener("online", function () { tries = 0; if (retry) again(); });
  window.addEventListener("offline", function () { if (socket) socket.close(); });
  window.addEventListener("storage", function (event) {
    if (event.key !== prefix + "token" || !mine) return;
    setTimeout(function () { if (mine && recall("token") !== mine) restart(); }, 300); // another page forgot it, or drew a new one
  });

  window.channelhubChat = {
    open: function () { show(true); },
    close: function () { show(false); },
    /* Who is signed in on the site now; an empty token: nobody. */
    identify: function (token) { identity = token || ""; if (place || isOpen) restart(); else if (identity) connect(); },
    /* Nobody who uses this browser later sees anything of it. */
    forget: function () { identity = ""; place = ""; heavy = {}; kept().forEach(function (one) { drop(one.id); }); keep("token", ""); keep("asked", ""); own = {}; restart(); }
  };

  recount();
  function begin() {
    document.body.append(host);
    if ("open" in data) show(true, true);
    else if (recall("token") || identity) connect();
  }
  if (document.body) begin(); else document.addEventListener("DOMContentLoaded", begin);
})();
