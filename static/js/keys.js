/* "/" goes to the search box. In a form with data-grid, Enter and the up and down arrows go from mark to mark. */
document.addEventListener("keydown", (event) => {
  const here = event.target;
  const typing = here.matches("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !typing) {
    const search = document.querySelector("[data-search]");
    if (search) { event.preventDefault(); search.focus(); }
    return;
  }
  const grid = here.closest("[data-grid]");
  if (!grid || !here.matches("[data-mark]") || event.altKey || event.ctrlKey || event.metaKey) return;
  const step = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const marks = [...grid.querySelectorAll("[data-mark]")];
  const next = marks[marks.indexOf(here) + (event.shiftKey && event.key === "Enter" ? -1 : step)];
  event.preventDefault();
  if (next) { next.focus(); if (next.select) next.select(); }
});
