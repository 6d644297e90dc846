// The page made live: a slider is followed at once, and the exact result comes from the server when it rests.
import { swung } from "./kernel.js";
import { bind, entered, imply, load, painter, point } from "./live.js";

const form = document.getElementById("controls"), results = document.getElementById("results");
const PAUSE = 350;  // milliseconds without a change before the server is asked
let base, paint, timer, asking, asked = 0;

function arrive() {
  base = load();
  paint = base && painter(base);
  const cells = results.querySelector("#hexagons")?.children ?? [];
  const body = results.querySelector("#table")?.tBodies[0];
  if (cells.length) {
    const rowOf = new Map([...cells].map((cell, at) => [at, Number(cell.dataset.row ?? at)]));
    const names = [...body.rows].map((row) => row.cells[0].textContent);
    point((at) => {
      const letter = document.getElementById("letters").children[at];
      return `${names[rowOf.get(at)]}: ${partyOf(letter)}`;
    });
  }
  results.querySelector(".noscript")?.remove();
  for (const link of results.querySelectorAll("#link")) link.value = new URL(link.value, location.href).href;
  sortable(results.querySelector("#table"));
}

function partyOf(letter) {
  const row = [...document.querySelectorAll("#seats tbody tr")].find((each) => each.querySelector(".mark").classList.contains(letter.classList[0]));
  return row ? row.querySelector(".long").textContent : letter.textContent;
}

function query() {
  const pairs = [...new FormData(form)].filter(([name, value]) => value !== "" && !(name === "votes" && value === "100"));
  return new URLSearchParams(pairs).toString();
}

function changed(rests) {
  const model = form.elements.swing.value;
  const now = base && swung(base, entered(form), model);
  if (now) {
    paint(now);
    imply(form, base, now.now);
  }
  results.setAttribute("aria-busy", "true");
  clearTimeout(timer);
  timer = setTimeout(ask, rests ? 0 : PAUSE);
}

// One request at a time counts: an answer to what is no longer asked is dropped.
async function ask(address = `/result?${query()}`, push = true) {
  const number = ++asked;
  asking?.abort();
  asking = new AbortController();
  results.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { signal: asking.signal });
    const text = await answer.text();
    if (number !== asked) return;
    show(text, answer.headers.get("x-address"), push);
  } catch (error) {
    if (error.name !== "AbortError" && number === asked) show('<p class="error" role="alert">The server does not answer; is it still running?</p>', null, false);
  }
  if (number === asked) results.removeAttribute("aria-busy");
}

function show(text, address, push) {
  const focused = document.activeElement?.id, search = document.getElementById("search")?.value;
  const open = new Set([...results.querySelectorAll("details[open] > summary")].map((each) => each.textContent));
  if (!address) {
    results.querySelector(":scope > .error")?.remove();
    results.insertAdjacentHTML("afterbegin", text);
    return;
  }
  results.innerHTML = text;
  for (const summary of results.querySelectorAll("details > summary")) if (open.has(summary.textContent)) summary.parentElement.open = true;
  arrive();
  if (base) {
    const now = swung(base, entered(form), form.elements.swing.value);
    if (now) imply(form, base, now.now);
  }
  if (search) { document.getElementById("search").value = search; filter(); }
  if (focused && results.querySelector(`[id="${CSS.escape(focused)}"]`)) document.getElementById(focused).focus();
  document.title = `${document.getElementById("headline").textContent} – Hustings`;
  if (push && address !== location.pathname + location.search) history.pushState(null, "", address);
  document.getElementById("status").textContent = document.getElementById("headline").textContent;
}

function filter() {
  const wanted = document.getElementById("search").value.trim().toLowerCase();
  let found = 0;
  for (const row of document.getElementById("table").tBodies[0].rows) {
    row.hidden = !row.textContent.toLowerCase().includes(wanted);
    found += !row.hidden;
  }
  document.getElementById("found").textContent = found;
}

function sortable(table) {
  if (!table) return;
  for (const [at, head] of [...table.tHead.rows[0].cells].entries()) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const value = (row) => (head.classList.contains("n") ? Number(row.cells[at].textContent || -1) : row.cells[at].textContent);
      const rows = [...table.tBodies[0].rows].map((row) => [value(row), row]);
      rows.sort(([a], [b]) => (typeof a === "number" ? a - b : a.localeCompare(b)) * (down ? -1 : 1));
      table.tBodies[0].append(...rows.map(([, row]) => row));
    });
  }
}

function together() {
  const chosen = [...results.querySelectorAll("#together input[type=checkbox]")].filter((box) => box.checked);
  const seats = chosen.reduce((sum, box) => sum + Number(box.dataset.seats), 0);
  const most = Number(document.getElementById("together").dataset.most), house = Number(document.querySelector("#house .seats").textContent);
  const said = seats >= most ? `a majority of ${2 * seats - house}` : `${most - seats} short of a majority`;
  document.getElementById("sum").textContent = chosen.length
    ? `${seats} of ${house} seats: ${said}` : `Choose parties to count them together; ${most} seats are a majority.`;
  const kept = form.querySelector("[name=coalition]") ?? Object.assign(document.createElement("input"), { type: "hidden", name: "coalition" });
  kept.value = chosen.map((box) => box.value).sort().join(",");
  form.append(kept);
  const address = new URL(location.href);
  if (kept.value) address.searchParams.set("coalition", kept.value); else address.searchParams.delete("coalition");
  history.replaceState(null, "", address);
  for (const link of results.querySelectorAll("#link")) link.value = address.href;
}

bind(form, changed);
form.addEventListener("change", (event) => {
  if (event.target.closest(".sliders")) return;
  // What brings other controls along needs the whole page.
  if ("reload" in event.target.dataset || event.target.name === "system") location.assign(`/?${query()}`);
  else changed(true);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  changed(true);
});
results.addEventListener("input", (event) => { if (event.target.id === "search") filter(); });
results.addEventListener("change", (event) => { if (event.target.closest("#together")) together(); });
results.addEventListener("click", (event) => { if (event.target.id === "link") event.target.select(); });
addEventListener("popstate", () => location.reload());
document.body.classList.add("live");
arrive();
