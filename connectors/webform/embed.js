/* The contact form, drawn where this script stands. It needs no other file and sets no style but what keeps
   the trap field out of sight; give `.channelhub-form` the looks of your site. */
(function () {
  "use strict";
  var settings = /*SETTINGS*/ {};
  var words = settings.words;
  var script = document.currentScript;

  function make(tag, attributes, text) {
    var element = document.createElement(tag);
    Object.keys(attributes || {}).forEach(function (name) {
      element.setAttribute(name, attributes[name]);
    });
    if (text) element.textContent = text;
    return element;
  }

  function field(form, name, tag, attributes) {
    var id = "channelhub-" + name;
    var label = make("label", { for: id }, words[name]);
    attributes.id = id;
    attributes.name = name;
    form.append(label, make(tag, attributes));
  }

  function newId() {
    if (window.crypto && crypto.randomUUID) return crypto.randomUUID();
    var bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, function (b) { return b.toString(16).padStart(2, "0"); }).join("");
  }

  function hidden(form, name, value) {
    form.append(make("input", { type: "hidden", name: name, value: value }));
  }

  var form = make("form", { class: "channelhub-form", method: "post", action: settings.action, enctype: "multipart/form-data", lang: settings.language });
  hidden(form, "t", settings.time_token);
  hidden(form, "locale", settings.language);
  hidden(form, "page_url", location.href.slice(0, 2000));
  if (script.dataset.identityToken) hidden(form, "identity_token", script.dataset.identityToken);
  if (script.dataset.orderId) hidden(form, "order_id", script.dataset.orderId);
  field(form, "name", "input", { type: "text", autocomplete: "name" });
  field(form, "email", "input", { type: "email", autocomplete: "email" });
  field(form, "phone", "input", { type: "tel", autocomplete: "tel" });
  field(form, "message", "textarea", { required: "", rows: "6" });
  if (settings.has_files) field(form, "files", "input", { type: "file", multiple: "" });

  var trap = make("div", { "aria-hidden": "true" });
  trap.style.cssText = "position:absolute;left:-10000px;width:1px;height:1px;overflow:hidden";
  trap.append(make("input", { name: "website", type: "text", tabindex: "-1", autocomplete: "off" }));
  var button = make("button", { type: "submit" }, words.send);
  var status = make("p", { role: "status" });
  form.append(trap, button, status);

  /* One id per text, so that a second press after a lost answer is the same message. */
  var submission = newId();
  form.addEventListener("input", function () { submission = newId(); });

  form.addEventListener("submit", function (event) {
    event.preventDefault();
    button.disabled = true;
    status.textContent = words.sending;
    var data = new FormData(form);
    data.set("submission_id", submission);
    fetch(settings.action, { method: "POST", body: data, headers: { Accept: "application/json" } })
      .then(function (response) {
        if (response.ok) {
          form.replaceChildren(make("p", { role: "status" }, words.thanks));
          return;
        }
        button.disabled = false;
        status.textContent = { 413: words.too_big, 422: words.missing, 429: words.wait, 503: words.later }[response.status] || words.refused;
      })
      .catch(function () {
        button.disabled = false;
        status.textContent = words.later;
      });
  });

  script.after(form);
})();
