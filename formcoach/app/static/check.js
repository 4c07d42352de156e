// The set-up's look at the camera, and its sentence to be heard.
const said = document.getElementById("said");
document.getElementById("play")?.addEventListener("click", () => document.getElementById("sentence").play());
document.getElementById("try-camera")?.addEventListener("click", async () => {
  const words = said.dataset;
  let text = words.none;
  try {
    if (!navigator.mediaDevices) throw new DOMException("", "NotFoundError");
    const look = document.getElementById("look");
    look.srcObject = await navigator.mediaDevices.getUserMedia({ audio: false, video: true });
    look.hidden = false;
    await look.play();
    text = words.good;
  } catch (error) {
    text = { NotAllowedError: words.refused, NotReadableError: words.busy }[error.name] ?? words.none;
  }
  said.textContent = text;
  said.hidden = false;
});
