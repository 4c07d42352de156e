// Videos: dropped or chosen, copied one after the other, and how far each one is.
document.body.dataset.keep = "";
const drop = document.getElementById("drop");
const input = document.getElementById("files");
const list = document.getElementById("jobs");
const said = document.getElementById("said");
const words = drop.dataset;
const copies = new Map();
let chain = Promise.resolve();
let drawn = "";

function say(text) {
  const line = document.createElement("p");
  line.className = "panel warn";
  line.textContent = text;
  said.replaceChildren(line);
}

function send(file, key) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const exercise = encodeURIComponent(document.getElementById("exercise").value);
    request.open("POST", `/video/upload?exercise=${exercise}`);
    request.setRequestHeader("x-file-name", encodeURIComponent(file.name));
    request.upload.onprogress = (event) => {
      copies.set(key, { name: file.name, percent: Math.floor((100 * event.loaded) / event.total) });
      draw(latest);
    };
    request.onload = () => {
      if (request.status !== 200) {
        let text = words.failed;
        try { text = JSON.parse(request.responseText).error; } catch { /* the usual words stay */ }
        say(`${file.name}: ${text}`);
      }
      resolve();
    };
    request.onerror = () => { say(`${file.name}: ${words.failed}`); resolve(); };
    request.send(file);
  });
}

function add(files) {
  said.replaceChildren();
  for (const file of files) {
    const kind = file.name.split(".").pop().toLowerCase();
    if (file.size > Number(words.max)) { say(`${file.name}: ${words.tooLarge}`); continue; }
    if (!words.kinds.split(" ").includes(kind) || file.size === 0) { say(`${file.name}: ${words.notVideo}`); continue; }
    const key = {};
    copies.set(key, { name: file.name, percent: 0 });
    chain = chain.then(() => send(file, key)).then(() => { copies.delete(key); return look(); });
  }
  draw(latest);
}

let latest = [];

function element(kind, text, more = {}) {
  const one = document.createElement(kind);
  if (text) one.textContent = text;
  return Object.assign(one, more);
}

function item(job) {
  const one = element("li", "", { className: "panel job" });
  one.append(element("h3", job.name), element("p", job.words));
  if (job.state === "running" || job.state === "copying") {
    const bar = element("progress", "", { max: 1, value: job.share });
    bar.setAttribute("aria-label", job.name);
    one.append(bar);
  }
  if (job.why) one.append(element("p", job.why, { className: "small" }));
  const row = element("div", "", { className: "row" });
  if (job.report) row.append(element("a", list.dataset.report, { href: job.report, className: "button" }));
  if (job.id) {
    const over = job.state === "done" || job.state === "failed";
    const button = element("button", over ? list.dataset.remove : list.dataset.cancel, { type: "button", className: "quiet" });
    button.setAttribute("aria-label", `${button.textContent}: ${job.name}`);
    button.dataset.key = job.id;
    button.onclick = async () => { await fetch(`/video/${job.id}/remove`, { method: "POST" }); await look(); };
    row.append(button);
  }
  one.append(row);
  return one;
}

function draw(jobs) {
  latest = jobs;
  const copying = [...copies.values()].map((copy) => ({
    name: copy.name, state: "copying", share: copy.percent / 100, words: words.uploading.replace("%P", copy.percent),
  }));
  const all = [...copying, ...jobs];
  const text = JSON.stringify(all);
  if (text === drawn) return;
  drawn = text;
  const focused = document.activeElement?.dataset?.key;
  list.replaceChildren(...all.map(item));
  if (focused) list.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  document.getElementById("none").hidden = all.length > 0;
  document.getElementById("goes-on").hidden = !jobs.some((job) => job.state === "running" || job.state === "waiting");
}

async function look() {
  try {
    const answer = await fetch("/video/list");
    if (answer.ok) draw(await answer.json());
  } catch { /* the note below says that the server is gone */ }
}

input.onchange = () => { add(input.files); input.value = ""; };
for (const kind of ["dragenter", "dragover"]) {
  drop.addEventListener(kind, (event) => { event.preventDefault(); drop.classList.add("over"); });
}
drop.addEventListener("dragleave", () => drop.classList.remove("over"));
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  add(event.dataTransfer.files);
});
for (const kind of ["dragover", "drop"]) window.addEventListener(kind, (event) => event.preventDefault());
await look();
setInterval(look, 1000);
