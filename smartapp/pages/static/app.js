// Copy and print. Without this file every page can still be read, and its text selected.
(function () {
  "use strict";

  function say(button, words) {
    var status = document.getElementById("said");
    if (status) status.textContent = words;
    button.focus();
  }

  function copy(button) {
    var field = document.getElementById(button.dataset.copy);
    var select = function () {
      var details = field.closest("details");
      if (details) details.open = true;
      field.focus();
      field.select();
      say(button, "Not copied: this browser does not allow it here. The text is selected; copy it by keyboard.");
      field.focus();
    };
    if (!navigator.clipboard) return select();
    navigator.clipboard.writeText(field.value).then(function () {
      say(button, "Copied.");
    }, select);
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-copy], [data-print]");
    if (!button) return;
    if (button.dataset.copy) copy(button);
    else window.print();
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
