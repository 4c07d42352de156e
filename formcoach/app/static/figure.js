// Moving figures: each with a button that stops it; at rest from the start for who wants little motion.
const still = matchMedia("(prefers-reduced-motion: reduce)");

export function tend(holder) {
  const svg = holder.querySelector("svg");
  if (!svg || !svg.querySelector("animate")) return;
  const { pause, play } = holder.dataset;
  const button = Object.assign(document.createElement("button"), { type: "button", className: "quiet stop-figure" });
  const show = () => { button.textContent = svg.animationsPaused() ? play : pause; };
  const rest = () => {
    if (still.matches) { svg.setCurrentTime(Number(svg.dataset.far ?? 0)); svg.pauseAnimations(); } else svg.unpauseAnimations();
    show();
  };
  button.onclick = () => {
    if (svg.animationsPaused()) svg.unpauseAnimations(); else svg.pauseAnimations();
    show();
  };
  still.addEventListener("change", rest);
  holder.append(button);
  rest();
}

export async function fetched(holder, address) {
  holder.replaceChildren();
  if (!address) return;
  try {
    const answer = await fetch(address);
    if (!answer.ok) return;
    const drawn = new DOMParser().parseFromString(await answer.text(), "image/svg+xml").documentElement;
    holder.replaceChildren(document.importNode(drawn, true));
    tend(holder);
  } catch { /* without the figure the words remain */ }
}

for (const holder of document.querySelectorAll(".figure")) tend(holder);
