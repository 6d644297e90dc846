// A page by itself: what the workbench shows at once, with nobody to ask.
import { swung } from "./kernel.js";
import { bind, come, entered, fold, imply, load, painter, point } from "./live.js";

const form = document.getElementById("controls"), list = document.getElementById("list"), base = load();
const paint = painter(base), cannot = document.getElementById("cannot"), results = document.querySelector(".results");
let now = swung(base, entered(form), base.model);

function follow(rests) {
  const next = swung(base, entered(form), base.model);
  results.classList.toggle("stale", !next);
  cannot.hidden = Boolean(next);
  cannot.textContent = next ? "" : entered(form)
    ? "These shares cannot be together: they leave less than nothing for all others. Lower one; the last result stays beside this, dimmed."
    : "A share is a number from 0 to 100; the last result stays beside this, dimmed.";
  if (!next) return;
  now = next;
  paint(now);
  imply(form, come(base, now.now));
  if (rests) fill();
}

function fill() {
  if (!list.closest("details").open) return;
  const wanted = fold(document.getElementById("search").value.trim());
  list.replaceChildren(...base.names.flatMap((name, row) => {
    const [first, second] = [...now.votes[row]].sort((a, b) => b - a);
    const party = base.parties[now.winners[row]], was = base.parties[base.before[row]];
    const cells = [name, party.short, party === was ? "" : was.short, (100 * (first - Math.max(0, second)) / base.valid[row]).toFixed(1)];
    if (!fold([...cells, party.name, cells[2] && was.name].join(" ")).includes(wanted)) return [];
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
