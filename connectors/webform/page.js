/* The hosted page works without this. It only does the proof of work before sending, and says beforehand that
   files are too large, so that nothing typed is lost. */
(function () {
  "use strict";
  var form = document.querySelector("form[data-proof-bits]");
  if (!form) return;
  var settings = form.dataset;
  var bits = Number(settings.proofBits);
  var proof = form.querySelector("input[name=proof]");
  var state = "waiting";

  function work(then) {
    if (!bits || proof.value) return then();
    state = "working";
    prove(form.querySelector("input[name=t]").value, bits, function (found) {
      proof.value = found;
      state = "done";
      then();
    });
  }

  form.addEventListener("input", function () { if (state === "waiting") work(function () {}); }, { once: true });
  form.addEventListener("submit", function (event) {
    var bytes = 0;
    form.querySelectorAll("input[type=file]").forEach(function (input) {
      Array.from(input.files).forEach(function (file) { bytes += file.size; });
    });
    if (bytes > Number(settings.maxBytes)) {
      event.preventDefault();
      var status = document.getElementById("status");
      status.textContent = settings.tooBig;
      return status.focus();
    }
    if (bits && !proof.value) {
      event.preventDefault();
      if (state === "sending") return;
      var send = setInterval(function () {
        if (!proof.value) return;
        clearInterval(send);
        HTMLFormElement.prototype.submit.call(form); // a field may be called submit
      }, 20);
      if (state === "waiting") work(function () {});
      state = "sending";
    }
  });
})();
