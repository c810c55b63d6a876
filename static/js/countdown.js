/* Keeps the words of a countdown that the server wrote; says so when the time is over. */
function words(milliseconds) {
  const all = Math.max(Math.floor(milliseconds / 60000), 0);
  const days = Math.floor(all / 1440), hours = Math.floor((all % 1440) / 60), minutes = all % 60;
  if (days) return `${days}天${hours}小时`;
  return hours ? `${hours}小时${minutes}分` : `${minutes}分`;
}
/* The reader's clock may be wrong: time is counted from what the server wrote, by the seconds that pass here. */
for (const box of document.querySelectorAll("[data-countdown]")) {
  /* A page that is kept for many readers carries no clock; then it is the reader's own. */
  const skew = box.dataset.now ? Date.parse(box.dataset.now) - Date.now() : 0;
  const end = Date.parse(box.dataset.countdown);
  const left = box.querySelector("[data-left]");
  const tick = () => {
    const rest = end - (Date.now() + skew);
    left.textContent = rest > 0 ? (left.dataset.before || "") + words(rest) : box.dataset.over;
    if (rest > 0) setTimeout(tick, Math.min(rest + 500, 30000));
  };
  tick();
}
