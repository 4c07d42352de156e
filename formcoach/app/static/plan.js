// A plan's file is sent as it is; what is wrong with it is said beside the button.
const input = document.getElementById("file");
const drop = document.getElementById("drop");
const said = document.getElementById("said");

async function send(file) {
  if (!file) return;
  said.textContent = "";
  try {
    const answer = await fetch("/plan/import", { method: "POST", headers: { "x-file-name": encodeURIComponent(file.name) }, body: file });
    if (answer.ok) { location.reload(); return; }
    said.textContent = (await answer.json()).error;
  } catch { said.textContent = drop.dataset.failed; }
}

input.onchange = () => { void send(input.files[0]); input.value = ""; };
for (const kind of ["dragenter", "dragover"]) drop.addEventListener(kind, (event) => { event.preventDefault(); drop.classList.add("over"); });
drop.addEventListener("dragleave", () => drop.classList.remove("over"));
drop.addEventListener("drop", (event) => { event.preventDefault(); drop.classList.remove("over"); void send(event.dataTransfer.files[0]); });
for (const kind of ["dragover", "drop"]) window.addEventListener(kind, (event) => event.preventDefault());
