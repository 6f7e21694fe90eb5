// Niceties only: every page works without this file.
"use strict";

// The patient list narrows while typing; without scripts the form does it.
const field = document.querySelector("#q");
const count = document.querySelector("[data-filter-count]");

function narrow() {
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const group of document.querySelectorAll("[data-filter-group]")) {
    let inGroup = 0;
    for (const row of group.querySelectorAll("[data-filter-row]")) {
      const said = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => said.includes(word));
      inGroup += row.hidden ? 0 : 1;
    }
    group.hidden = inGroup === 0;
    shown += inGroup;
  }
  count.textContent = `${shown} of ${count.dataset.total} patients`;
}

// Only when the whole list is on the page: a list narrowed by the server stays as it is.
if (field && !field.value) {
  field.addEventListener("input", narrow);
}

// A link to a folded part opens it.
function unfold() {
  const target = document.querySelector(location.hash ? `#${CSS.escape(location.hash.slice(1))}` : null);
  if (target instanceof HTMLDetailsElement) {
    target.open = true;
  }
}

window.addEventListener("hashchange", unfold);
if (location.hash) {
  unfold();
}
