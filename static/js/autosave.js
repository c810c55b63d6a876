/* A form with data-autosave is sent to that address a second after the last change. What could not be saved is kept in
   this browser tab and put back when the page opens again. The server answers JSON: {message, version} or {code, message};
   `tokens` are new values of hidden fields, by which it knows later what was shown here. */
const WAIT = 1000;

function keep(form, key) {
  const pairs = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken" && name !== "once" && name !== "version");
  try { sessionStorage.setItem(key, JSON.stringify(pairs)); } catch { /* storage is full or forbidden: the page still holds it */ }
}

function putBack(form, key) {
  const kept = sessionStorage.getItem(key);
  if (!kept) return false;
  const values = new Map();
  for (const [name, value] of JSON.parse(kept)) values.set(name, [...(values.get(name) || []), value]);
  for (const input of form.elements) {
    if (!input.name || input.type === "hidden" || input.type === "file") continue;
    const wanted = values.get(input.name) || [];
    if (input.type === "checkbox" || input.type === "radio") input.checked = wanted.includes(input.value);
    else if (wanted.length) input.value = wanted[0];
  }
  return true;
}

for (const form of document.querySelectorAll("form[data-autosave]")) {
  const key = `draft:${form.dataset.autosave}`;
  const state = form.querySelector("[data-save-state]");
  let timer = 0, running = false, again = false, stopped = false;

  const say = (text, failed = false) => {
    state.textContent = text;
    state.classList.toggle("failed", failed);
  };

  async function save() {
    if (stopped) return;
    if (running) { again = true; return; }
    running = true;
    say("正在保存…");
    const body = new FormData(form);
    for (const input of form.querySelectorAll("input[type=file]")) body.delete(input.name);
    try {
      const response = await fetch(form.dataset.autosave, { method: "POST", body, headers: { Accept: "application/json", "X-Autosave": "1" } });
      if (!(response.headers.get("Content-Type") || "").includes("json")) throw new Error("not our answer");
      const answer = await response.json();
      for (const [name, token] of Object.entries(answer.tokens || {})) if (form.elements[name]) form.elements[name].value = token;
      if (response.ok) {
        if (answer.version !== undefined && form.elements.version) form.elements.version.value = answer.version;
        sessionStorage.removeItem(key);
        form.dispatchEvent(new CustomEvent("saved", { bubbles: true, detail: answer }));
        const now = new Date();
        say(`已保存 ${now.getHours()}:${String(now.getMinutes()).padStart(2, "0")}`);
      } else {
        keep(form, key);
        stopped = response.status === 409;
        say(`保存失败：${answer.message}`, true);
      }
    } catch {
      keep(form, key);
      say("保存失败：网络不通或登录已失效。您填写的内容保留在本页，恢复后会再次保存。", true);
      timer = setTimeout(save, 15000);
    }
    running = false;
    if (again) { again = false; save(); }
  }

  const soon = () => { clearTimeout(timer); timer = setTimeout(save, WAIT); };
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  form.addEventListener("submit", () => { clearTimeout(timer); stopped = true; sessionStorage.removeItem(key); });
  document.addEventListener("visibilitychange", () => { if (document.hidden && timer) { clearTimeout(timer); timer = 0; save(); } });
  if (putBack(form, key)) { say("已恢复上次没有存上的内容。", true); soon(); }
}
