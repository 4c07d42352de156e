// Links the film (or the moving figure) with the plots, the rows and the faults of each set.
(() => {
  "use strict";
  const strings = JSON.parse(document.getElementById("strings").textContent);
  const SPEEDS = [1, 0.5, 0.25];
  const STEP_S = 0.5;
  const players = [];

  const bytesOf = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

  // A clock over a video. Its times are those of the recording, as everywhere in the page.
  const filmClock = (video, onTick) => {
    const first = Number(video.dataset.first);
    if (video.dataset.film) {
      const film = document.getElementById(video.dataset.film).textContent;
      video.src = URL.createObjectURL(new Blob([bytesOf(film)], { type: "video/mp4" }));
    }
    video.addEventListener("error", () => {
      const missing = video.parentElement.querySelector(".missing");
      if (missing) missing.hidden = false;
    });
    let wanted = null;
    const loop = () => {
      onTick();
      if (!video.paused && !video.ended) requestAnimationFrame(loop);
    };
    video.addEventListener("play", loop);
    for (const name of ["pause", "seeked", "timeupdate"]) video.addEventListener(name, onTick);
    video.addEventListener("loadedmetadata", () => {
      if (wanted !== null) video.currentTime = wanted;
      onTick();
    });
    return {
      get now() { return first + video.currentTime; },
      get still() { return video.paused; },
      seek(t) {
        wanted = Math.max(0, t - first);
        video.currentTime = wanted;
        onTick();
      },
      play() { video.play().catch(() => {}); },
      pause() { video.pause(); },
      speed(rate) { video.playbackRate = rate; },
    };
  };

  // A clock over the moving figure: the time runs, and the body is drawn where it was.
  const figureClock = (box, from, to, onTick) => {
    const motion = JSON.parse(document.getElementById(box.dataset.motion).textContent);
    const lines = [...box.querySelectorAll("line")];
    const head = box.querySelector("circle");
    let now = from, still = true, rate = 1, last = 0;
    const show = () => {
      const { t, p } = motion;
      let after = t.findIndex((at) => at >= now);
      if (after < 0) after = t.length - 1;
      const before = Math.max(0, after - 1);
      const gap = t[after] - t[before];
      const share = gap > 0 && gap < 1 ? clamp((now - t[before]) / gap, 0, 1) : 1;
      const place = (i) => p[before][i] + share * (p[after][i] - p[before][i]);
      for (const line of lines) {
        const a = 2 * Number(line.dataset.a), b = 2 * Number(line.dataset.b);
        line.setAttribute("x1", place(a));
        line.setAttribute("y1", place(a + 1));
        line.setAttribute("x2", place(b));
        line.setAttribute("y2", place(b + 1));
      }
      const middle = 2 * Number(head.dataset.a);
      head.setAttribute("cx", place(middle));
      head.setAttribute("cy", place(middle + 1));
      head.setAttribute("r", place(middle + 2));
      onTick();
    };
    const loop = (at) => {
      if (still) return;
      now += (Math.min(100, at - last) / 1000) * rate;
      last = at;
      if (now >= to) { now = to; still = true; }
      show();
      requestAnimationFrame(loop);
    };
    return {
      get now() { return now; },
      get still() { return still; },
      seek(t) { now = clamp(t, from, to); show(); },
      play() {
        if (now >= to) now = from;
        still = false;
        last = performance.now();
        requestAnimationFrame(loop);
        onTick();
      },
      pause() { still = true; onTick(); },
      speed(value) { rate = value; },
    };
  };

  const timeAt = (svg, clientX) => {
    const { x0, x1, width, t0, t1 } = svg.dataset;
    const box = svg.getBoundingClientRect();
    const x = ((clientX - box.left) / box.width) * Number(width);
    const share = clamp((x - Number(x0)) / (Number(x1) - Number(x0)), 0, 1);
    return Number(t0) + share * (Number(t1) - Number(t0));
  };

  const written = (t) => {
    const minutes = Math.floor(t / 60), seconds = (t - 60 * minutes).toFixed(1);
    const text = minutes ? `${minutes}:${seconds.padStart(4, "0")}` : `${seconds} s`;
    return text.replace(".", strings.point);
  };

  const start = (sheet) => {
    const watch = sheet.querySelector(".watch");
    const player = watch && watch.querySelector(".player");
    if (!player) return;
    const from = Number(watch.dataset.from), to = Number(watch.dataset.to);
    const video = player.querySelector("video");
    const plots = [...sheet.querySelectorAll("svg.plot")];
    const rows = [...sheet.querySelectorAll("tr[data-seek]")];
    const reps = [...new Set(
      [...sheet.querySelectorAll("svg.plot [data-seek].bar")].map((bar) => Number(bar.dataset.seek)),
    )].sort((a, b) => a - b);
    const button = (name) => player.querySelector(`[data-do="${name}"]`);
    const slider = player.querySelector("input"), output = player.querySelector("output");
    let speed = 0;

    const tick = () => {
      const now = clock.now;
      for (const plot of plots) {
        const { x0, x1, t0, t1 } = plot.dataset;
        const share = (now - Number(t0)) / (Number(t1) - Number(t0));
        const head = plot.querySelector(".playhead");
        head.classList.toggle("on", share >= -0.001 && share <= 1.001);
        const x = (Number(x0) + clamp(share, 0, 1) * (Number(x1) - Number(x0))).toFixed(2);
        head.setAttribute("x1", x);
        head.setAttribute("x2", x);
      }
      for (const row of rows) {
        const inside = now >= Number(row.dataset.seek) && now < Number(row.dataset.until);
        row.classList.toggle("now", inside);
      }
      if (document.activeElement !== slider || !clock.still) slider.value = String(now);
      slider.setAttribute("aria-valuetext", written(now));
      output.textContent = written(now);
      player.classList.toggle("running", !clock.still);
      const words = clock.still ? strings.play : strings.pause;
      const play = button("play");
      if (play.title !== words) { play.title = words; play.setAttribute("aria-label", words); }
    };
    let clock = { now: from, still: true };
    clock = video
      ? filmClock(video, tick)
      : figureClock(player.querySelector(".moving"), from, to, tick);

    const toggle = () => (clock.still ? clock.play() : clock.pause());
    const step = (by) => clock.seek(clamp(clock.now + by, from, to));
    const slow = () => {
      speed = (speed + 1) % SPEEDS.length;
      clock.speed(SPEEDS[speed]);
      const one = button("slow");
      one.setAttribute("aria-pressed", String(speed > 0));
      one.firstChild.textContent = speed === 2 ? "¼× " : "½× ";
    };
    const jump = (way) => {
      const now = clock.now;
      const next = way > 0
        ? reps.find((t) => t > now + 0.05)
        : reps.findLast((t) => t < now - 0.4);
      clock.seek(next === undefined ? (way > 0 ? to : from) : next);
    };
    button("play").addEventListener("click", toggle);
    button("slow").addEventListener("click", slow);
    button("previous").addEventListener("click", () => jump(-1));
    button("next").addEventListener("click", () => jump(1));
    slider.addEventListener("input", () => clock.seek(Number(slider.value)));

    sheet.addEventListener("click", (event) => {
      if (event.target.closest(".controls, video")) return;
      const goal = event.target.closest("[data-seek]");
      const plot = event.target.closest("svg.plot");
      if (goal) clock.seek(Number(goal.dataset.seek));
      else if (plot) clock.seek(timeAt(plot, event.clientX));
      else return;
      current = api;
      const box = player.getBoundingClientRect();
      if (box.bottom < 80 || box.top > innerHeight - 80) {
        const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
        player.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
      }
    });
    player.addEventListener("pointerdown", () => { current = api; });

    const api = { toggle, step, slow };
    players.push(api);
    for (const one of player.querySelectorAll(".controls, .keys")) one.hidden = false;
    clock.seek(reps.length ? reps[0] : from);
  };

  let current = null;
  document.documentElement.classList.add("js");
  for (const sheet of document.querySelectorAll(".sheet")) start(sheet);
  current = players[0] || null;
  if (!current) document.documentElement.classList.remove("js");

  document.addEventListener("keydown", (event) => {
    if (!current || event.ctrlKey || event.altKey || event.metaKey) return;
    const on = event.target.closest ? event.target.closest("button, input, video, a") : null;
    const key = event.key.toLowerCase();
    if (key === "s") current.slow();
    else if (key === " " && !on) current.toggle();
    else if (key === "arrowleft" && !(on && on.matches("input, video"))) current.step(-STEP_S);
    else if (key === "arrowright" && !(on && on.matches("input, video"))) current.step(STEP_S);
    else return;
    event.preventDefault();
  });
})();
