// Votes of an election and shares to come to in; votes and winners of every district out. The arithmetic of swings.py in floats:
// what it says at once, the server says again exactly. Shares are fractions, arrays of votes one row a district.

// Slope and offset of a district's share as a straight line of what it was, from what its area had and is to have.
const LINES = {
  "uniform-swing": (had, to) => had.map((share, at) => [1, to[at] - share]),
  "regional-swing": (had, to) => had.map((share, at) => [1, to[at] - share]),
  "proportional-swing": (had, to) => had.map((share, at) => [share > 0 ? to[at] / share : 1, 0]),
  piecewise: (had, to) => had.map((share, at) => {
    const slope = to[at] < share ? to[at] / share : share < 1 ? (1 - to[at]) / (1 - share) : 1;
    return [slope, to[at] < share ? 0 : 1 - slope];
  }),
};

// data: {parties: [{id, lump}], places: ["", nation, …], area: place of each district or -1, votes: [[column, votes, …], …]}.
export function prepare(data) {
  const width = data.parties.length;
  const votes = data.votes.map((pairs) => {
    const row = new Float64Array(width).fill(-1);  // -1: did not stand
    for (let at = 0; at < pairs.length; at += 2) row[pairs[at]] = pairs[at + 1];
    return row;
  });
  const valid = votes.map((row) => row.reduce((sum, number) => sum + Math.max(0, number), 0));
  // The whole is Great Britain: every place but Northern Ireland, and all of them where there is but one.
  const inside = (place, row) => place ? data.places[data.area[row]] === place : data.places[data.area[row]] !== "Northern Ireland";
  const rows = data.places.map((place) => votes.flatMap((_, row) => (inside(place, row) ? [row] : [])));
  const had = rows.map((there) => shares(votes, there, width));
  const cast = rows.map((there) => there.reduce((sum, row) => sum + valid[row], 0));
  const byId = data.parties.map((_, at) => at).sort((a, b) => (data.parties[a].id < data.parties[b].id ? -1 : 1));
  return { ...data, width, votes, valid, rows, had, cast, byId };
}

export function shares(votes, rows, width) {
  const sum = new Array(width).fill(0);
  let all = 0;
  for (const row of rows) for (let at = 0; at < width; at++) if (votes[row][at] > 0) { sum[at] += votes[row][at]; all += votes[row][at]; }
  return sum.map((number) => number / (all || 1));
}

// What each party is to have where some are named: the others share what these leave, in proportion; a lump keeps its share.
export function completed(parties, had, named) {
  const to = had.slice();
  for (const [id, share] of Object.entries(named)) {
    const at = parties.findIndex((party) => party.id === id);
    if (at < 0 || (!had[at] && share)) return null;
    to[at] = share;
  }
  const rest = parties.flatMap((party, at) => (party.id in named || party.lump ? [] : [at]));
  const before = rest.reduce((sum, at) => sum + had[at], 0);
  const left = 1 - to.reduce((sum, share, at) => sum + (rest.includes(at) ? 0 : share), 0);
  if (!before) return to;
  if (left < -1e-12) return null;
  for (const at of rest) to[at] = had[at] * Math.max(0, left) / before;
  return to;
}

// named: {place: {party: share}}. Returns {votes, winners, seats, now: shares of each place}, or null where the shares cannot be,
// or the model is one that only the server knows.
export function swung(base, named, model) {
  if (!named || !LINES[model]) return null;
  const { parties, width } = base;
  const whole = named[""] ?? {};
  const northern = base.places.indexOf("Northern Ireland");
  const apart = base.places.flatMap((place, at) => (at && at !== northern && Object.keys(named[place] ?? {}).length ? [at] : []));
  const to = base.had.map((had) => had.slice()), moves = base.places.map(() => false);
  for (const at of apart) {
    to[at] = completed(parties, base.had[at], named[base.places[at]]);
    if (!to[at]) return null;
    moves[at] = true;
  }
  if (Object.keys(whole).length) {
    const others = base.places.flatMap((_, at) => (at && at !== northern && !moves[at] ? [at] : []));
    const votes = (places, of) => parties.map((_, p) => places.reduce((sum, at) => sum + base.cast[at] * of[at][p], 0));
    const start = votes(others, base.had), taken = votes(apart, to), goal = { ...whole };
    // What the nations named say of a party holds in the whole too, unless the whole says more of it.
    if (apart.length && others.length) for (const [p, { id }] of parties.entries()) {
      const told = !start[p] || apart.some((at) => id in named[base.places[at]]);
      if (told) goal[id] ??= (start[p] + taken[p]) / base.cast[0];
    }
    to[0] = completed(parties, base.had[0], goal);
    if (!to[0] || (apart.length && model !== "uniform-swing")) return null;
    moves[0] = true;
    if (apart.length && others.length) {
      // What the nations named leave of the whole, the others come to, each by the same points.
      const cast = others.reduce((sum, at) => sum + base.cast[at], 0);
      const due = parties.map((_, p) => base.cast[0] * to[0][p] - taken[p]);
      if (due.some((number, p) => number < -1e-6 || (number > 1e-6 && !start[p]))) return null;
      const all = due.reduce((sum, number) => sum + number, 0);
      for (const at of others) {
        to[at] = to[at].map((share, p) => (share > 0 ? share + due[p] / all - start[p] / cast : 0));
        moves[at] = true;
      }
    }
  }
  if (northern > 0 && Object.keys(named["Northern Ireland"] ?? {}).length) {
    to[northern] = completed(parties, base.had[northern], named["Northern Ireland"]);
    if (!to[northern]) return null;
    moves[northern] = true;
  }
  const single = base.places.length === 1 || !apart.length;
  const lines = base.places.map((_, at) => (moves[at] ? LINES[model](base.had[at], to[at]) : null));
  const votes = base.votes.map((row, number) => {
    const area = base.area[number];
    const line = area < 0 ? null : area === northern && northern > 0 ? lines[northern] : single ? lines[0] : lines[area];
    return line ? moved(row, line, base.valid[number], base.byId, width) : row;
  });
  const winners = votes.map(winner), seats = new Array(width).fill(0);
  for (const column of winners) seats[column] += 1;
  return { votes, winners, seats, now: base.rows.map((rows) => shares(votes, rows, width)), total: shares(votes, votes.keys(), width) };
}

// A district's votes along its area's line, whole by largest remainders, level ones by the party's id.
function moved(row, line, valid, byId, width) {
  const out = new Float64Array(width).fill(-1);
  let sum = 0;
  for (let at = 0; at < width; at++) if (row[at] >= 0) {
    out[at] = Math.max(0, (row[at] / valid) * line[at][0] + line[at][1]);
    sum += out[at];
  }
  if (!sum) return row;
  let left = valid;
  const part = new Map();
  for (let at = 0; at < width; at++) if (row[at] >= 0) {
    const exact = (out[at] / sum) * valid, whole = Math.floor(exact + 1e-9);
    part.set(at, exact - whole);
    out[at] = whole;
    left -= whole;
  }
  const order = byId.filter((at) => part.has(at)).sort((a, b) => (Math.abs(part.get(a) - part.get(b)) < 1e-9 ? 0 : part.get(b) - part.get(a)));
  for (const at of order.slice(0, left)) out[at] += 1;
  return out;
}

function winner(row) {
  let best = 0;
  for (let at = 1; at < row.length; at++) if (row[at] > row[best]) best = at;
  return best;
}
