// The live session in the page: clean video, one limb and one arc on it, all else beside it.
import { fetched } from "/static/figure.js";

document.body.dataset.keep = "";
const by = (id) => document.getElementById(id);
const room = by("room");
const words = room.dataset;
const canvas = by("canvas");
const paint = canvas.getContext("2d");
const camera = by("camera");
const voice = by("voice");
let socket = null;
let running = false;
let source = null;
let stream = null;
let inFlight = null;
let sentAt = 0;
let muted = false;
let paused = false;
let degrees = false;
let wanted = null;
let turnedOut = false;
let refused = "";

function send(message) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

function press(key) {
  send({ type: "key", key });
}

function connect() {
  socket = new WebSocket(`ws${location.protocol === "https:" ? "s" : ""}://${location.host}/live/socket`);
  socket.binaryType = "arraybuffer";
  socket.onmessage = (event) => (typeof event.data === "string" ? hear(JSON.parse(event.data)) : picture(event.data));
  socket.onclose = () => { inFlight = null; if (!turnedOut) setTimeout(connect, 1000); };
}

// --- what the session tells ---

const hears = {
  state(told) {
    by("busy").hidden = true;
    if (told.running) { source = told.source; begun(); if (source === "browser") void open(); }
    else if (wanted) { send(wanted); wanted = null; }
    else if (running) over({ text: words.cutOff, report: null });
  },
  busy() { cover("busy"); },
  replaced() { turnedOut = true; end(); cover("busy"); },
  opening(told) { begun(); notice(told.text); },
  send(told) { source = told.source; if (source === "browser") void open(); },
  practising(told) {
    by("title").textContent = told.title;
    figure(told.posture);
    void fetched(by("demo"), told.figure);
    uncover();
    question(null);
  },
  frame(told) { uncover(); show(told, inFlight); inFlight = null; },
  sound(told) { voice.src = told.src; voice.muted = muted; voice.play().catch(() => {}); },
  hush() { voice.pause(); },
  volume(told) { voice.volume = Math.min(1, Math.max(0, told.gain)); },
  tell(told) { question(null); uncover(); by("cue").textContent = told.text; },
  resting(told) { question(null); rest(told); },
  question(told) { uncover(); question(told); },
  counting(told) { mark(told.value); },
  taken(told) { mark(told.value); by("question-heard").textContent = told.text; },
  taken_back() { mark(null); by("question-heard").textContent = ""; },
  answered(told) { by("question-heard").textContent = told.text; },
  camera(told) { if (told.gone) notice(told.text); else uncover(); },
  over,
  failed(told) { over(told); },
};

function hear(told) {
  hears[told.type]?.(told);
}

async function picture(data) {
  const length = new DataView(data).getUint32(0);
  const told = JSON.parse(new TextDecoder().decode(new Uint8Array(data, 4, length)));
  try {
    const bitmap = await createImageBitmap(new Blob([new Uint8Array(data, 4 + length)], { type: "image/jpeg" }));
    uncover();
    show(told, bitmap);
    bitmap.close();
  } catch { /* one broken picture; the next one comes */ }
  send({ type: "took" });
}

// --- the picture ---

function show(told, bitmap) {
  if (bitmap) {
    const width = bitmap.width, height = bitmap.height;
    if (canvas.width !== width || canvas.height !== height) { canvas.width = width; canvas.height = height; }
    paint.save();
    paint.translate(width, 0);
    paint.scale(-1, 1);
    paint.drawImage(bitmap, 0, 0);
    if (told.limb) draw(told, width);
    paint.restore();
  }
  canvas.dataset.frames = String(Number(canvas.dataset.frames ?? 0) + 1);
  canvas.dataset.lag = String(Math.round(performance.now() - sentAt));
  if (told.stage === "waiting") { by("cue").textContent = told.words; return; }
  if (told.stage !== "asking") beside(told);
}

function draw(told, width) {
  paint.lineCap = paint.lineJoin = "round";
  if (told.arc) {
    const { c, r, from, to } = told.arc;
    paint.beginPath();
    paint.arc(c[0] * width, c[1] * width, r * width, from, to);
    paint.lineWidth = width * 0.02;
    paint.strokeStyle = told.arc.in ? "rgb(74 222 128 / 0.95)" : "rgb(255 255 255 / 0.75)";
    paint.stroke();
  }
  for (const [thick, colour] of [[0.014, "rgb(13 20 19 / 0.55)"], [0.008, told.arc?.in ? "#4ade80" : "#ffffff"]]) {
    paint.beginPath();
    for (const [x, y] of told.limb) paint.lineTo(x * width, y * width);
    paint.lineWidth = width * thick;
    paint.strokeStyle = colour;
    paint.stroke();
  }
}

// --- beside it ---

function counted(number) {
  by("count").textContent = String(number);
  by("count").parentElement.dataset.digits = String(number).length;
}

function beside(told) {
  const resting = told.stage === "rest";
  const number = resting ? Math.ceil(told.rest) : told.isometric ? told.held : told.count;
  room.classList.toggle("resting", resting);
  counted(number);
  by("unit").textContent = resting || told.isometric ? words.seconds : "";
  by("side").textContent = resting ? "" : told.side ?? "";
  by("set").textContent = told.set;
  by("phase").textContent = resting ? words.rest : told.phase;
  if (told.words) by("cue").textContent = told.words;
  by("degrees").hidden = !(degrees && told.deg !== undefined);
  if (told.deg !== undefined) by("degrees").textContent = `${told.deg}°`;
  const share = resting ? told.rest / (told.rest_of || 1) : told.hold_of > 0 ? told.hold / told.hold_of : 0;
  by("held").style.visibility = share > 0 ? "visible" : "hidden";
  by("held").style.strokeDasharray = `${Math.min(1, Math.max(0, share))} 1`;
  marks(told.marks, told.target);
  place(told);
}

let marked = "";

function marks(done, target) {
  const text = `${done.join()}/${target}`;
  if (text === marked) return;
  marked = text;
  const all = Math.max(target ?? 0, done.length);
  by("marks").replaceChildren(...done.map((quality, i) => {
    const part = document.createElementNS("http://www.w3.org/2000/svg", "path");
    const [a, b] = [(2 * Math.PI * i) / all + 0.04, (2 * Math.PI * (i + 1)) / all - 0.04];
    const at = (angle) => `${60 + 42 * Math.cos(angle)} ${60 + 42 * Math.sin(angle)}`;
    part.setAttribute("d", `M${at(a)}A42 42 0 ${b - a > Math.PI ? 1 : 0} 1 ${at(b)}`);
    part.setAttribute("class", `mark-${quality}`);
    return part;
  }));
}

const FIGURES = {
  supine: "M48 92H116L142 56L166 92M60 92L86 74",
  prone: "M52 74L118 78L172 90M58 76L58 100L84 100",
  upright: "M100 30V70L94 112M100 70L108 112M100 38L112 62",
};
const HEADS = { supine: [34, 88], prone: [40, 64], upright: [100, 15] };

function figure(posture) {
  const make = (kind, more) => {
    const one = document.createElementNS("http://www.w3.org/2000/svg", kind);
    for (const [name, value] of Object.entries(more)) one.setAttribute(name, value);
    return one;
  };
  const [cx, cy] = HEADS[posture] ?? HEADS.upright;
  by("figure").replaceChildren(make("path", { d: FIGURES[posture] ?? FIGURES.upright }), make("circle", { cx, cy, r: 9 }));
}

function place(told) {
  const setting = told.stage === "position";
  by("demo").hidden = !setting;
  room.classList.toggle("placing", setting);
  by("place").hidden = !setting;
  if (!setting) return;
  by("place").classList.toggle("fits", told.fits);
  by("place-text").textContent = told.fits ? (told.ready ? words.fits : words.place) : told.change ?? words.place;
}

// --- covers, questions, rests ---

function cover(id) {
  for (const one of ["begin", "busy", "notice", "over"]) by(one).hidden = one !== id;
  by("cover").classList.remove("off");
}

function uncover() {
  if (by("over").hidden) by("cover").classList.add("off");
}

function notice(text) {
  by("notice").textContent = text;
  cover("notice");
}

function question(told) {
  by("question").hidden = told === null;
  room.classList.toggle("asking", told !== null);
  if (told === null) return;
  by("question-text").textContent = told.text;
  by("question-hint").textContent = told.hint;
  by("question-heard").textContent = "";
  const buttons = told.options.map((option) => {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: option.label });
    button.dataset.value = option.value;
    button.onclick = () => send({ type: "answer", value: option.value });
    return button;
  });
  const skip = Object.assign(document.createElement("button"), { type: "button", textContent: words.skip, className: "pass" });
  skip.onclick = () => send({ type: "answer", value: "" });
  by("options").replaceChildren(...buttons, skip);
  buttons[0]?.focus({ preventScroll: true });
}

function mark(value) {
  for (const button of by("options").children) button.classList.toggle("now", button.dataset.value === value);
}

let resting = 0;

function rest(told) {
  room.classList.add("resting");
  by("phase").textContent = told.text;
  by("unit").textContent = words.seconds;
  clearInterval(resting);
  const until = performance.now() + told.seconds * 1000;
  resting = setInterval(() => {
    const left = Math.max(0, Math.ceil((until - performance.now()) / 1000));
    counted(left);
    if (left === 0) clearInterval(resting);
  }, 250);
}

function begun() {
  running = true;
  document.body.classList.add("practising");
  by("controls").hidden = false;
}

function end() {
  running = false;
  document.body.classList.remove("practising");
  paused = false;
  by("controls").hidden = true;
  question(null);
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = null;
  if (document.fullscreenElement) void document.exitFullscreen();
}

function over(told) {
  end();
  if (refused) told = { ...told, text: refused }; // the session that ends for it says no more
  by("over-title").textContent = told.text ? "" : words.over;
  by("over-title").hidden = Boolean(told.text);
  by("over-text").textContent = told.text || told.verdict || "";
  by("to-report").hidden = !told.report;
  if (told.report) by("to-report").href = told.report;
  by("again").href = location.href;
  by("place").hidden = true;
  cover("over");
}

// --- this browser's camera: one frame in flight, the newest one ---

async function open() {
  if (stream) return;
  try {
    if (!navigator.mediaDevices) throw new DOMException("", "NotFoundError");
    stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { width: { ideal: 1280 }, height: { ideal: 720 } } });
  } catch (error) {
    const text = { NotAllowedError: words.refused, NotReadableError: words.cameraBusy }[error.name] ?? words.noCamera;
    refused = text;
    press("stop");
    over({ text, report: null });
    return;
  }
  camera.srcObject = stream;
  await camera.play();
  const box = new OffscreenCanvas(16, 16);
  const draw = box.getContext("2d");
  while (stream && running) {
    await new Promise((next) => (camera.requestVideoFrameCallback ? camera.requestVideoFrameCallback(next) : setTimeout(next, 33)));
    const late = performance.now() - sentAt > 400;
    if ((inFlight && !late) || socket?.readyState !== WebSocket.OPEN || !camera.videoWidth) continue;
    const scale = Math.min(1, 960 / camera.videoWidth);
    box.width = Math.round(camera.videoWidth * scale);
    box.height = Math.round(camera.videoHeight * scale);
    draw.drawImage(camera, 0, 0, box.width, box.height);
    sentAt = performance.now();
    const data = await box.convertToBlob({ type: "image/jpeg", quality: 0.8 });
    inFlight = box.transferToImageBitmap ? await createImageBitmap(data) : null;
    if (socket?.readyState === WebSocket.OPEN) socket.send(await data.arrayBuffer());
  }
}

// --- buttons and keys ---

by("begin").onsubmit = (event) => {
  event.preventDefault();
  turnedOut = false;
  refused = "";
  source = new FormData(event.target).get("source");
  notice(words.starting);
  voice.play().catch(() => {}); // a touch of the person's, so that sounds may follow
  const told = { type: "begin", source, exercise: words.exercise, level: words.level, reps: words.reps, sets: words.sets };
  if (socket?.readyState === WebSocket.OPEN) send(told);
  else wanted = told;
};
by("take").onclick = () => {
  if (turnedOut) { location.reload(); return; }
  send({ type: "take" });
  cover("begin");
};

const actions = {
  pause() {
    paused = !paused;
    by("pause").lastElementChild.textContent = paused ? words.resume : words.pause;
    press("pause");
  },
  mute() {
    muted = !muted;
    voice.muted = muted;
    by("mute").lastElementChild.textContent = muted ? words.unmute : words.mute;
  },
  next() { press("next"); },
  stop() { press("stop"); },
  full() { if (document.fullscreenElement) void document.exitFullscreen(); else void room.requestFullscreen(); },
  "show-degrees"() { degrees = !degrees; by("show-degrees").setAttribute("aria-pressed", String(degrees)); },
};
for (const [id, act] of Object.entries(actions)) by(id).onclick = act;

const KEYS = { " ": "pause", m: "mute", n: "next", q: "stop", f: "full", d: "show-degrees" };

function answered(key) {
  const options = [...by("options").children];
  if (by("question").hidden) return false;
  const letters = { y: "yes", j: "yes", n: "no" };
  const value = options.find((one) => one.dataset.value === (letters[key] ?? key))?.dataset.value;
  if (value === undefined) return false;
  send({ type: "answer", value });
  return true;
}

addEventListener("keydown", (event) => {
  if (!running || event.ctrlKey || event.metaKey || event.altKey) return;
  const key = event.key.toLowerCase();
  if (answered(key)) { event.preventDefault(); return; }
  const typing = event.target instanceof HTMLElement && event.target.closest("button, a, input");
  if (typing && (key === " " || key === "enter")) return;
  const action = actions[KEYS[key]];
  if (action) { event.preventDefault(); action(); }
});

connect();
