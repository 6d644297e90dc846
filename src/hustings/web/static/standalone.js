// A page by itself: what the workbench shows at once, with nobody to ask.
import { swung } from "./kernel.js";
import { bind, entered, imply, load, painter, point } from "./live.js";

const form = document.getElementById("controls"), list = document.getElementById("list"), base = load();
const paint = painter(base);
let now = swung(base, entered(form), base.model);

function follow(rests) {
  const next = swung(base, entered(form), base.model);
  if (!next) return;
  now = next;
  paint(now);
  imply(form, base, now.now);
  if (rests) fill();
}

function fill() {
  if (!list.closest("details").open) return;
  const wanted = document.getElementById("search").value.trim().toLowerCase();
  list.replaceChildren(...base.names.flatMap((name, row) => {
    const [first, second] = [...now.votes[row]].sort((a, b) => b - a);
    const party = base.parties[now.winners[row]], was = base.parties[base.before[row]];
    const cells = [name, party.short, party === was ? "" : was.short, (100 * (first - Math.max(0, second)) / base.valid[row]).toFixed(1)];
    if (!cells.join(" ").toLowerCase().includes(wanted)) return [];
    const line = document.createElement("tr");
    line.append(...cells.map((text, at) => Object.assign(document.createElement(at ? "td" : "th"), { textContent: text, className: at === 3 ? "n" : "" })));
    line.firstChild.scope = "row";
    return [line];
  }));
}

bind(form, follow);
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("reset", () => setTimeout(() => follow(true)));
list.closest("details").addEventListener("toggle", fill);
document.getElementById("search").addEventListener("input", fill);
point((row) => `${base.names[row]}: ${base.parties[now.winners[row]].name}`);
