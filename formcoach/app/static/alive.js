// Says so when the server is gone, and comes back with it.
const note = document.getElementById("lost");
let gone = false;

async function look() {
  try {
    const answer = await fetch("/healthz", { cache: "no-store" });
    if (!answer.ok) throw new Error("not well");
    if (gone) {
      gone = false;
      note.hidden = true;
      if (document.body.dataset.keep === undefined) location.reload();
    }
  } catch {
    gone = true;
    note.textContent = note.dataset.lost;
    note.hidden = false;
  }
  setTimeout(look, gone ? 1000 : 5000);
}
setTimeout(look, 5000);
