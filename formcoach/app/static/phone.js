// The phone as the camera: pictures go only while a session wants them, one in flight, the newest.
const by = (id) => document.getElementById(id);
const words = by("main").dataset;
const camera = by("camera");
const MAX_PX = 960;
const LATE_MS = 3000;
let socket = null;
let stream = null;
let wake = null;
let on = false;
let wanted = false;
let wasWanted = false;
let inFlight = false;
let posting = false; // some phones open no socket where they warned of the page
let failed = 0;
let sentAt = 0;

function own() {
  try {
    const known = sessionStorage.getItem("phone");
    if (known) return known;
    const made = crypto.randomUUID();
    sessionStorage.setItem("phone", made);
    return made;
  } catch { return crypto.randomUUID(); }
}
const phone = own();

function say(text) {
  if (by("said").textContent !== text) by("said").textContent = text;
}

function connect() {
  let opened = false;
  const mine = new WebSocket(`wss://${location.host}/socket`);
  socket = mine;
  mine.onopen = () => { opened = true; failed = 0; mine.send(JSON.stringify({ type: "hello", phone })); };
  mine.onmessage = (event) => { if (on && socket === mine) hear(JSON.parse(event.data)); };
  mine.onclose = () => {
    inFlight = false;
    if (!on || socket !== mine) return;
    say(words.lost);
    failed += opened ? 0 : 1;
    if (failed > 1) posting = true; else setTimeout(connect, 1000);
  };
}

async function post(data) {
  try {
    const answer = await fetch("/picture", { method: "POST", headers: { "x-phone": phone }, body: data });
    if (answer.status === 403) { if (on) end(words.scanAgain); return; } // another start, another code
    const told = await answer.json();
    if (on) hear(told);
  } catch {
    inFlight = false;
    if (on) say(words.lost);
  }
}

const reached = () => posting || socket?.readyState === WebSocket.OPEN;

function hear(told) {
  if (told.type === "busy") { end(words.second); return; }
  inFlight = false;
  wanted = told.wanted;
  if (wasWanted && !wanted) { end(words.over); return; } // off when the session ends
  wasWanted = wanted;
  say(wanted ? words.now : words.ready);
}

function send(data) {
  if (!reached()) { inFlight = false; return; }
  sentAt = performance.now();
  inFlight = true;
  if (posting) void post(data); else socket.send(data);
}

// So the computer knows that the phone is there, and the phone whether its pictures are wanted.
setInterval(() => {
  if (!on || (inFlight && performance.now() - sentAt < LATE_MS)) return;
  if (!wanted || performance.now() - sentAt > 1000) send(JSON.stringify({ type: "here" }));
}, 1000);

const next = () => new Promise((go) => (camera.requestVideoFrameCallback ? camera.requestVideoFrameCallback(go) : setTimeout(go, 33)));

async function film(mine) {
  const box = document.createElement("canvas");
  while (on && stream === mine) {
    await next();
    if (!wanted || inFlight || !reached() || !camera.videoWidth) continue;
    const scale = Math.min(1, MAX_PX / Math.max(camera.videoWidth, camera.videoHeight));
    box.width = Math.round(camera.videoWidth * scale);
    box.height = Math.round(camera.videoHeight * scale);
    box.getContext("2d").drawImage(camera, 0, 0, box.width, box.height);
    inFlight = true;
    const data = await new Promise((made) => box.toBlob(made, "image/jpeg", 0.8));
    if (data) send(await data.arrayBuffer()); else inFlight = false;
  }
}

async function stayAwake() {
  try { wake = await navigator.wakeLock?.request("screen"); } catch { /* the screen may go dark then */ }
}

async function start() {
  try {
    if (!navigator.mediaDevices) throw new DOMException("", "NotFoundError");
    const video = { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 } };
    stream = await navigator.mediaDevices.getUserMedia({ audio: false, video });
  } catch (error) {
    say({ NotAllowedError: words.refused, NotReadableError: words.cameraBusy }[error.name] ?? words.noCamera);
    return;
  }
  const mine = stream;
  on = true;
  wanted = wasWanted = inFlight = posting = false;
  failed = 0;
  camera.srcObject = mine;
  camera.hidden = by("stop").hidden = false;
  by("start").hidden = true;
  for (const track of mine.getTracks()) track.onended = () => { if (stream === mine) end(words.off); };
  await camera.play();
  void stayAwake();
  connect();
  void film(mine);
}

function end(text) {
  on = wanted = wasWanted = false;
  if (text !== words.second && text !== words.scanAgain) send(JSON.stringify({ type: "over" }));
  socket = null;
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = null;
  void wake?.release();
  wake = null;
  camera.hidden = by("stop").hidden = true;
  by("start").hidden = false;
  say(text);
}

document.addEventListener("visibilitychange", () => { if (on && document.visibilityState === "visible") void stayAwake(); });
by("start").onclick = () => void start();
by("stop").onclick = () => end(words.off);

// --- film and send ---

by("film").onchange = () => {
  const file = by("film").files[0];
  if (!file) return;
  by("film").value = "";
  const told = (text) => { by("film-said").textContent = text; };
  if (file.size > Number(words.max)) { told(words.tooLarge); return; }
  if (file.size === 0) { told(words.notVideo); return; }
  const request = new XMLHttpRequest();
  request.open("POST", "/upload");
  request.setRequestHeader("x-file-name", encodeURIComponent(file.name));
  request.upload.onprogress = (event) => told(words.sending.replace("%P", Math.floor((100 * event.loaded) / event.total)));
  request.onload = () => {
    let text = words.failed;
    try { text = request.status === 200 ? words.sent : JSON.parse(request.responseText).error ?? text; } catch { /* the usual words stay */ }
    told(text);
  };
  request.onerror = () => told(words.failed);
  request.send(file);
};
