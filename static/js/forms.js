/* Error summary takes the focus; texts count their characters; a form is sent once; uploads show how far they are. */
function prepare(root) {
  const summary = root.querySelector("[data-focus]");
  if (summary && !summary.closest(".demo")) summary.focus();
  for (const counter of root.querySelectorAll("[data-counter]")) {
    const area = document.getElementById(counter.dataset.counter);
    if (!area || !area.maxLength || area.maxLength < 0) continue;
    const say = () => { counter.textContent = `已写 ${area.value.length} 字，最多 ${area.maxLength} 字`; };
    area.addEventListener("input", say);
    say();
  }
  for (const total of root.querySelectorAll("[data-total-of]")) {
    const areas = total.dataset.totalOf.split(" ").map((id) => document.getElementById(id));
    const say = () => {
      const sum = areas.reduce((signs, area) => signs + [...area.value.replace(/\s/g, "")].length, 0);
      const { least, most } = total.dataset;
      const verdict = sum < least ? `，还差 ${least - sum} 字` : sum > most ? `，超出 ${sum - most} 字` : "，可以提交";
      total.querySelector("[data-sum]").textContent = sum;
      total.querySelector("[data-verdict]").textContent = verdict;
    };
    for (const area of areas) area.addEventListener("input", say);
    say();
  }
}
prepare(document);
document.addEventListener("htmx:afterSettle", (event) => prepare(event.target));

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.dataset.autosave) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "1";
  setTimeout(() => delete form.dataset.sent, 4000);
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("[data-sent]")) delete form.dataset.sent;
});

document.addEventListener("htmx:xhr:progress", (event) => {
  const bar = event.target.querySelector("progress.upload");
  if (!bar || !event.detail.lengthComputable) return;
  bar.hidden = false;
  bar.value = (100 * event.detail.loaded) / event.detail.total;
});
document.addEventListener("htmx:sendError", (event) => {
  const bar = event.target.querySelector("progress.upload");
  if (bar) bar.insertAdjacentHTML("afterend", '<p class="overdue" role="alert">网络中断，文件没有传完。请检查网络后重新提交，已填写的内容仍在本页。</p>');
});
