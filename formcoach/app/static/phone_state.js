// The computer's page about the phone: how it stands with it, once a second.
document.body.dataset.keep = "";
const shown = document.getElementById("state");

async function look() {
  try {
    const answer = await fetch("/phone/state", { cache: "no-store" });
    const { state } = await answer.json();
    if (!state) { location.reload(); return; }
    if (shown.textContent !== shown.dataset[state]) shown.textContent = shown.dataset[state];
  } catch { /* the note below says that the server is gone */ }
  setTimeout(look, 1000);
}
if (shown) void look();
