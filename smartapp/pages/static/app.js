// Copy and print. Without this file every page can still be read, and its text selected.
(function () {
  "use strict";

  function say(button, words) {
    var status = document.getElementById("said");
    if (status) status.textContent = words;
    button.focus();
  }

  // Inside an EHR's frame the clipboard may be closed to the modern way, and open to the old one.
  function mayWrite() {
    var policy = document.featurePolicy;
    return navigator.clipboard && (!policy || policy.allowsFeature("clipboard-write"));
  }

  function copyTheOldWay(button, field) {
    var details = field.closest("details");
    var wasOpen = !details || details.open;
    if (details) details.open = true;
    field.focus();
    field.select();
    if (document.execCommand("copy")) {
      if (details) details.open = wasOpen;
      say(button, "Copied.");
      return;
    }
    say(button, "Not copied: this browser does not allow it here. The text is selected; copy it by keyboard.");
    field.focus();
  }

  function copy(button) {
    var field = document.getElementById(button.dataset.copy);
    if (!mayWrite()) return copyTheOldWay(button, field);
    navigator.clipboard.writeText(field.value).then(
      function () { say(button, "Copied."); },
      function () { copyTheOldWay(button, field); }
    );
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-copy], [data-print]");
    if (!button) return;
    if (button.dataset.copy) copy(button);
    else window.print();
  });

  // An answer that is no page of this chart (its session is over, say) is shown whole, not swapped in.
  document.addEventListener("htmx:before:response", function (event) {
    var asked = event.detail.ctx;
    if (asked.response.status < 400) return;
    event.preventDefault();
    location.assign(asked.sourceElement.href);
  });

  // A link to a resource moves the focus there too, not only the view.
  function follow() {
    var target = location.hash && document.getElementById(location.hash.slice(1));
    if (target) target.focus();
  }
  window.addEventListener("hashchange", follow);

  document.querySelectorAll("[data-needs-script]").forEach(function (element) {
    element.hidden = false;
  });
  follow();
})();
