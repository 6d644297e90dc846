// The page made live: a slider is followed at once, and the exact result comes from the server when it rests.
import { swung } from "./kernel.js";
import { bind, come, entered, fold, imply, load, painter, point } from "./live.js";

const form = document.getElementById("controls"), results = document.getElementById("results");
const PAUSE = 350;  // milliseconds without a change before the server is asked
let base, paint, timer, asking, asked = 0;
let good = results.querySelector(".result")?.outerHTML ?? "";  // the last result that there was

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
  const link = results.querySelector("#link");
  if (link) link.value = location.origin + results.querySelector(".result").dataset.address;
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
  results.classList.toggle("followed", Boolean(now));
  if (now) {
    paint(now);
    imply(form, come(base, now.now));
    chips(now.seats);
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
  if (address) good = text;
  const stays = good && '<p class="hint">What stands below, dimmed, is the last result that there was; it is not of what you entered.</p>';
  results.innerHTML = address ? text : text + stays + good;
  results.classList.toggle("stale", !address);
  if (!address) for (const said of form.querySelectorAll("[data-reached]")) said.textContent = "";
  for (const summary of results.querySelectorAll("details > summary")) if (open.has(summary.textContent)) summary.parentElement.open = true;
  if (!address && !good) return;
  arrive();
  const now = address && base && swung(base, entered(form), form.elements.swing.value);
  if (now) imply(form, come(base, now.now));
  else if (address) imply(form, JSON.parse(document.getElementById("reached").textContent));
  if (search) { document.getElementById("search").value = search; filter(); }
  if (focused && results.querySelector(`[id="${CSS.escape(focused)}"]`)) document.getElementById(focused).focus();
  if (!address) return;
  document.title = `${document.getElementById("headline").textContent} – Hustings`;
  if (push && address !== location.pathname + location.search) history.pushState(null, "", address);
  document.getElementById("status").textContent = document.getElementById("headline").textContent;
}

function filter() {
  const wanted = fold(document.getElementById("search").value.trim());
  const names = new Map([...results.querySelectorAll("#seats tbody th")].map((head) => [
    head.querySelector(".mark").classList[1], head.querySelector(".long").textContent,
  ]));
  let found = 0;
  for (const row of document.getElementById("table").tBodies[0].rows) {
    const parties = [...row.querySelectorAll("[class^=p]")].map((party) => names.get(party.className));
    row.hidden = !fold([...row.cells].map((cell) => cell.textContent).concat(parties).join(" ")).includes(wanted);
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

// The seats of the parties to click, while a slider moves.
function chips(seats) {
  for (const box of results.querySelectorAll("#together input[type=checkbox]")) {
    box.dataset.seats = seats[base.parties.findIndex((party) => party.id === box.value)] ?? 0;
    box.parentElement.querySelector("b").textContent = box.dataset.seats;
  }
  sum();
}

function sum() {
  const chosen = [...results.querySelectorAll("#together input[type=checkbox]")].filter((box) => box.checked);
  const seats = chosen.reduce((sum, box) => sum + Number(box.dataset.seats), 0);
  const most = Number(document.getElementById("together").dataset.most), house = Number(document.querySelector("#house .seats").textContent);
  const said = seats >= most ? `a majority of ${2 * seats - house}` : `${most - seats} short of a majority`;
  document.getElementById("sum").textContent = chosen.length
    ? `${seats} of ${house} seats: ${said}` : `Choose parties to count them together; ${most} seats are a majority.`;
  return chosen;
}

function together() {
  const chosen = sum();
  const kept = form.querySelector("[name=coalition]") ?? Object.assign(document.createElement("input"), { type: "hidden", name: "coalition" });
  kept.value = chosen.map((box) => box.value).sort().join(",");
  form.append(kept);
  const address = new URL(location.href);
  if (kept.value) address.searchParams.set("coalition", kept.value); else address.searchParams.delete("coalition");
  history.replaceState(null, "", address);
  for (const link of results.querySelectorAll("#link")) link.value = address.href;
}

// What brings other controls along needs the whole page; the reader stays where they were on it.
function go() {
  waiting = null;
  results.classList.remove("followed");
  results.setAttribute("aria-busy", "true");
  sessionStorage.setItem("kept", JSON.stringify([document.activeElement.id, form.scrollTop, scrollY]));
  location.assign(`/?${query()}`);
}

function back() {
  const [id, panel, down] = JSON.parse(sessionStorage.getItem("kept") ?? "[]");
  sessionStorage.removeItem("kept");
  if (id === undefined) return;
  // A setting goes by the name of its system with all its settings, which has just changed.
  const [, system, key] = /^set\.([\w-]+).*\.(\w+)$/.exec(id) ?? [];
  const there = document.getElementById(id) ?? [...form.elements].find((each) => system && each.id.startsWith(`set.${system}`) && each.id.endsWith(`.${key}`));
  for (let up = there?.closest("details"); up; up = up.parentElement.closest("details")) up.open = true;
  (there ?? document.getElementById("add")).focus({ preventScroll: true });
  form.scrollTop = panel;
  scrollTo(0, down);
}

// A list that is gone through by keys says at each step that it changed: Enter, or leaving it, says that this is meant.
let keyed = null, waiting = null;
form.addEventListener("pointerdown", () => { keyed = null; });
form.addEventListener("keydown", (event) => {
  if (!event.target.matches("select[data-reload]")) return;
  keyed = event.target;
  if (event.key !== "Enter" || !waiting) return;
  event.preventDefault();
  go();
});
form.addEventListener("focusout", (event) => { if (waiting === event.target) setTimeout(() => waiting && go()); });

bind(form, changed);
form.addEventListener("change", (event) => {
  const { target } = event, { pact } = form.elements;
  if (target.closest(".sliders")) return;
  if (pact && target.name === "partner") pact.value = "";
  if (target === pact) for (const box of form.querySelectorAll("[name=partner]")) box.checked = false;
  if (target.name === "system" && !form.querySelector("[name=system]:checked")) {
    target.checked = true;
    document.getElementById("last").hidden = false;
  } else if ("reload" in target.dataset || target.name === "system") {
    if (target === keyed) waiting = target; else go();
  } else changed(true);
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
const address = results.querySelector(".result")?.dataset.address;
if (address && address !== location.pathname + location.search) history.replaceState(null, "", address);
arrive();
back();
