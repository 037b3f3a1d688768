/* The contact form, drawn where this script stands. It needs no other file and sets no style but what keeps
   the trap field out of sight; give `.channelhub-form` the looks of your site. */
(function () {
  "use strict";
  var settings = /*SETTINGS*/ {};
  var words = settings.words;
  var script = document.currentScript;

  /*PROOF*/

  function make(tag, attributes, text) {
    var element = document.createElement(tag);
    Object.keys(attributes || {}).forEach(function (name) {
      element.setAttribute(name, attributes[name]);
    });
    if (text) element.textContent = text;
    return element;
  }

  var faultOf = {};

  function idOf(name) { return "channelhub-" + name; }

  function labelled(field) { return field.label + (field.required ? " (" + words.required + ")" : ""); }

  function note(form, field) {
    if (field.link) form.append(make("a", { href: field.link, target: "_blank", rel: "noopener" }, words.read_more));
    if (field.help) form.append(make("small", { id: idOf(field.name) + "-help" }, field.help));
    faultOf[field.name] = make("strong", { id: idOf(field.name) + "-fault", class: "channelhub-fault", hidden: "" });
    form.append(faultOf[field.name]);
  }

  function attributesOf(field) {
    var about = idOf(field.name) + "-fault" + (field.help ? " " + idOf(field.name) + "-help" : "");
    var found = { id: idOf(field.name), name: field.name, "aria-describedby": about };
    if (field.required) found.required = "";
    return found;
  }

  function choices(form, field) {
    var group = make("fieldset", { "aria-describedby": idOf(field.name) + "-fault" });
    group.append(make("legend", {}, labelled(field)));
    field.options.forEach(function (option, place) {
      var label = make("label");
      var kind = field.kind === "radio" ? "radio" : "checkbox";
      var input = make("input", { type: kind, name: field.name, value: option[0] });
      if (!place) input.id = idOf(field.name);
      if (field.required && kind === "radio") input.required = true;
      label.append(input, " " + option[1]);
      group.append(label);
    });
    form.append(group);
    note(form, field);
  }

  function control(field, attributes) {
    if (field.kind === "textarea") {
      attributes.rows = "6";
      attributes.maxlength = field.max_chars;
      return make("textarea", attributes);
    }
    if (field.kind === "select") {
      var select = make("select", attributes);
      [["", words.choose]].concat(field.options).forEach(function (option) {
        select.append(make("option", { value: option[0] }, option[1]));
      });
      return select;
    }
    attributes.type = field.kind === "file" ? "file" : field.input_type;
    if (field.kind === "file") attributes.multiple = "";
    if (field.accept) attributes.accept = field.accept;
    if (field.autocomplete) attributes.autocomplete = field.autocomplete;
    if (field.kind !== "file" && field.kind !== "date") attributes.maxlength = field.max_chars;
    return make("input", attributes);
  }

  function draw(form, field) {
    if (field.kind === "hidden") return hidden(form, field.name, field.value);
    if (field.kind === "radio" || field.kind === "checkboxes") return choices(form, field);
    var attributes = attributesOf(field);
    if (field.kind === "checkbox" || field.kind === "consent") {
      attributes.type = "checkbox";
      attributes.value = "yes";
      var label = make("label");
      label.append(make("input", attributes), " " + labelled(field));
      form.append(label);
      return note(form, field);
    }
    form.append(make("label", { for: idOf(field.name) }, labelled(field)), control(field, attributes));
    note(form, field);
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
  settings.fields.forEach(function (field) {
    if (field.name !== "order_id" || !script.dataset.orderId) draw(form, field);
  });

  var trap = make("div", { "aria-hidden": "true" });
  trap.style.cssText = "position:absolute;left:-10000px;width:1px;height:1px;overflow:hidden";
  trap.append(make("input", { name: "website", type: "text", tabindex: "-1", autocomplete: "off" }));
  form.append(trap);
  if (settings.captcha) {
    form.append(make("div", { class: settings.captcha.css_class, "data-sitekey": settings.site_key }));
  }
  var button = make("button", { type: "submit" }, words.send);
  var status = make("p", { role: "status", tabindex: "-1" });
  form.append(button, status);

  /* One id per text, so that a second press after a lost answer is the same message. */
  var submission = newId();
  form.addEventListener("input", function () { submission = newId(); });

  var proof = "";
  function proved(then) {
    if (!settings.proof_bits || proof) return then();
    prove(settings.time_token, settings.proof_bits, function (found) { proof = found; then(); });
  }

  function show(errors) {
    var first = null;
    settings.fields.forEach(function (field) {
      var place = faultOf[field.name];
      var input = form.querySelector("#" + idOf(field.name));
      if (!place || !input) return;
      place.textContent = errors[field.name] || "";
      place.hidden = !errors[field.name];
      if (!errors[field.name]) return input.removeAttribute("aria-invalid");
      input.setAttribute("aria-invalid", "true");
      first = first || input;
    });
    if (first) first.focus();
    return first !== null;
  }

  function thank(answer) {
    form.replaceChildren(make("p", { role: "status", tabindex: "-1" }, answer.duplicate ? words.already : words.thanks));
    if (answer.status_url) form.append(make("a", { href: answer.status_url, target: "_blank", rel: "noopener" }, words.follow));
    form.firstChild.focus();
  }

  function refused(response) {
    button.disabled = false;
    status.textContent = { 413: words.too_big, 422: words.faults, 429: words.wait, 503: words.later }[response.status] || words.refused;
    if (response.status !== 422) return show({});
    return response.json().then(function (problem) {
      if (!show(problem.errors || {})) status.textContent = words.refused;
    });
  }

  function post() {
    var data = new FormData(form);
    data.set("submission_id", submission);
    if (proof) data.set("proof", proof);
    fetch(settings.action + "?lang=" + settings.language, { method: "POST", body: data, headers: { Accept: "application/json" } })
      .then(function (response) { return response.ok ? response.json().then(thank) : refused(response); })
      .catch(function () {
        button.disabled = false;
        status.textContent = words.later;
      });
  }

  form.addEventListener("submit", function (event) {
    event.preventDefault();
    var bytes = 0;
    form.querySelectorAll("input[type=file]").forEach(function (input) {
      Array.from(input.files).forEach(function (file) { bytes += file.size; });
    });
    if (bytes > settings.max_bytes) {
      status.textContent = words.too_big;
      return;
    }
    button.disabled = true;
    status.textContent = words.sending;
    proved(post);
  });

  script.after(form);
  if (settings.captcha) document.head.append(make("script", { src: settings.captcha.script, async: "" }));
})();
