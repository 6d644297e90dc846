// Sliders in, the map, the house and the seats recoloured at once out. Nothing is drawn anew: marks change their classes.
import { prepare, swung } from "./kernel.js";

const per_cent = (share) => (100 * share).toFixed(1);
const signed = (number, places = 0) => {
  const text = Math.abs(number).toFixed(places);
  return Number(text) === 0 ? "" : (number > 0 ? "+" : "−") + text;
};
const $ = (id) => document.getElementById(id);

export function headline(parties, seats, house) {
  const order = seats.map((_, at) => at).sort((a, b) => seats[b] - seats[a]);
  const most = Math.floor(house / 2) + 1, first = order[0];
  if (seats[first] >= most) return `${parties[first].name} majority of ${2 * seats[first] - house}`;
  const level = order.filter((at) => seats[at] === seats[first]);
  if (level.length > 1) return `No majority: ${level.map((at) => parties[at].name).join(", ")} level on ${seats[first]} seats`;
  return `No majority: ${parties[first].name} largest, ${most - seats[first]} short`;
}

// A text without case and accents, as it is searched for.
export const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

// What the number fields hold: {place: {party: share}}; an empty one is implied. Null where one holds what is no share.
export function entered(form) {
  const named = {};
  for (const field of form.querySelectorAll("[data-place] input[type=number]")) {
    if (!field.validity.valid) return null;
    const place = field.closest("[data-place]").dataset.place.replace(/\.$/, "");
    if (field.value !== "") (named[place] ??= {})[field.dataset.party] = Number((field.valueAsNumber / 100).toFixed(8));
  }
  return named;
}

// A slider and its number say the same. A slider stops where the others that are held leave nothing more.
export function bind(form, changed) {
  for (const range of form.querySelectorAll("input[type=range]")) {
    const number = range.parentElement.querySelector("input[type=number]");
    range.hidden = false;
    range.addEventListener("input", () => {
      const others = [...range.closest("[data-place]").querySelectorAll("input[type=number]")].filter((other) => other !== number);
      const room = 100 - others.reduce((sum, other) => sum + (other.valueAsNumber || 0), 0);
      if (range.valueAsNumber > room) range.value = Math.max(0, Math.floor(room * 10 + 1e-6) / 10);
      number.value = range.value;
      changed(false);
    });
    range.addEventListener("change", () => changed(true));
    number.addEventListener("input", () => { if (number.value !== "") range.value = number.value; changed(false); });
    number.addEventListener("change", () => changed(true));
  }
}

// Shares that places come to, {place: {party: share}}, from what `swung` gives.
export const come = (base, now) => Object.fromEntries(base.places.map((place, at) => [
  place && `${place}.`, Object.fromEntries(base.parties.map((party, column) => [party.id, now[at][column]])),
]));

// Show what is implied where nothing was entered, and what is reached where that is not what was entered.
export function imply(form, shares) {
  for (const block of form.querySelectorAll("[data-place]")) {
    let rest = 1;
    for (const number of block.querySelectorAll("input[type=number]")) {
      const share = shares[block.dataset.place]?.[number.dataset.party] ?? 0, line = number.parentElement;
      rest -= share;
      number.placeholder = per_cent(share);
      if (number.value === "") line.querySelector("input[type=range]").value = per_cent(share);
      const missed = number.value !== "" && Math.abs(number.valueAsNumber - 100 * share) >= 0.05;
      line.querySelector("[data-reached]").textContent = missed ? `comes to ${per_cent(share)}` : "";
    }
    block.querySelector("[data-rest]").textContent = per_cent(Math.max(0, rest));
  }
}

// A painter of the result that stands on the page now: a function of what `swung` gives.
export function painter(base) {
  const hexagons = $("hexagons").children, letters = $("letters").children, dots = $("dots").children;
  const rows = new Map([...$("seats").tBodies[0].rows].map((row) => [row.dataset.party, row]));
  const shown = new Int16Array(hexagons.length).fill(-1);
  const were = new Array(base.parties.length).fill(0);
  for (const column of base.before) were[column] += 1;
  const had = swung(base, {}, "uniform-swing").total;
  return ({ votes, winners, seats, total }) => {
    const changed = base.changed || votes.some((row, number) => row !== base.votes[number]);
    $("whether").textContent = changed ? "If the votes changed as entered" : "As it was";
    for (let row = 0; row < winners.length; row++) {
      if (shown[row] === winners[row]) continue;
      shown[row] = winners[row];
      const party = base.parties[winners[row]];
      hexagons[row].setAttribute("class", party.cls);
      letters[row].setAttribute("class", party.cls);
      letters[row].textContent = party.letter;
    }
    let dot = 0;
    for (const at of base.order) for (let seat = 0; seat < seats[at]; seat++, dot++) {
      if (dots[dot].getAttribute("class") !== base.parties[at].cls) dots[dot].setAttribute("class", base.parties[at].cls);
    }
    for (const [at, party] of base.parties.entries()) {
      const row = rows.get(party.id);
      if (!row) continue;
      row.querySelector(".share").textContent = `${per_cent(total[at])}%`;
      row.querySelector(".moved").textContent = signed(100 * (total[at] - had[at]), 1);
      row.querySelector(".won").textContent = seats[at] || "–";
      row.querySelector(".gain").textContent = signed(seats[at] - were[at]);
    }
    $("headline").textContent = headline(base.parties, seats, winners.length);
  };
}

// Pointing at a hexagon says which district it is and who wins it.
export function point(rowOf) {
  const map = $("map"), said = $("pointed"), rest = said.textContent;
  map.addEventListener("pointerover", (event) => {
    const at = [...$("hexagons").children].indexOf(event.target.closest("use"));
    said.textContent = at < 0 ? rest : rowOf(at);
  });
  map.addEventListener("pointerleave", () => { said.textContent = rest; });
}

export function load() {
  const data = $("live");
  return data && $("hexagons").childElementCount === JSON.parse(data.textContent).votes.length ? prepare(JSON.parse(data.textContent)) : null;
}
