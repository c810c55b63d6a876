/* Running totals of a score sheet: added up here while one types, set right by the server's answer when it is saved.
   Points are counted in whole hundredths, so that nothing is lost to binary fractions. */
const sheet = document.querySelector("[data-sheet]");
const box = document.querySelector("[data-totals]");
const words = (hundredths) => String(hundredths / 100);

function add() {
  const parts = new Map();
  let total = 0, scored = 0;
  for (const input of sheet.querySelectorAll("[data-mark]")) {
    if (input.value === "" || !input.checkValidity()) continue;
    const points = Math.round(Number(input.value) * 100);
    parts.set(input.dataset.part, (parts.get(input.dataset.part) || 0) + points);
    total += points;
    scored += 1;
  }
  for (const output of box.querySelectorAll("[data-dimension]")) output.value = words(parts.get(output.dataset.dimension) || 0);
  box.querySelector("[data-total]").value = words(total);
  box.querySelector("[data-scored]").value = scored;
}

if (sheet && box) {
  sheet.addEventListener("input", add);
  document.addEventListener("saved", ({ detail }) => {
    if (detail.total === undefined) return;
    for (const output of box.querySelectorAll("[data-dimension]")) output.value = detail.dimensions[output.dataset.dimension];
    box.querySelector("[data-total]").value = detail.total;
    box.querySelector("[data-scored]").value = detail.scored;
  });
  add();
}
