// The counting page: files are dropped and kept here, stages stepped through, and a count is asked for without leaving the page.
const form = document.getElementById("papers");
const method = document.getElementById("method");
const file = document.getElementById("file");
const drop = document.querySelector(".drop");

/** Shows the settings of the method that is chosen, and no others. */
function fit() {
  let some = false;
  for (const fieldset of form.querySelectorAll("fieldset[data-method]")) {
    fieldset.hidden = fieldset.dataset.method !== method.value;
    some ||= !fieldset.hidden;
  }
  form.querySelector(".settings .none").hidden = some;
}

/** The right edge of the bars of each stage, in the units of the picture. */
function edges(svg) {
  const found = [];
  for (const title of svg.querySelectorAll("rect > title")) {
    const stage = /, stage (\d+): [^,]*$/.exec(title.textContent);
    if (!stage) continue;
    const bar = title.parentNode;
    found[stage[1]] = Math.max(found[stage[1]] ?? 0, Number(bar.getAttribute("x")) + Number(bar.getAttribute("width")));
  }
  return found;
}

/** Lets a reader go through the stages of a count one after another; the picture ends where they are. */
function step(section) {
  const stepper = section.querySelector(".stepper");
  const slider = stepper.querySelector("input");
  const stages = [...section.querySelectorAll(".stages > li")];
  if (!stages.length) return;
  const drawn = section.querySelector(".drawn");
  const unfinished = "unfinished" in drawn.dataset;
  drawn.hidden = false;
  const svg = drawn.querySelector("svg");
  const ends = svg ? edges(svg) : [];
  const veil = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  veil.setAttribute("class", "ground veil");
  // Names stand above the bars and reach beyond the first stages.
  const bars = svg?.querySelector("g");
  bars?.append(veil, ...bars.querySelectorAll(":scope > text:not([text-anchor])"));
  const [, , width, height] = (svg?.getAttribute("viewBox") ?? "0 0 0 0").split(" ").map(Number);

  function show(at) {
    const to = Math.min(Math.max(at, 1), stages.length);
    slider.value = to;
    stages.forEach((stage, number) => { stage.hidden = number !== to - 1; });
    stepper.querySelector(".previous").disabled = to === 1;
    stepper.querySelector(".next").disabled = to === stages.length;
    const said = `Stage ${to} of ${stages.length}`;
    stepper.querySelector("output").textContent = said;
    slider.setAttribute("aria-valuetext", said);
    const from = to === stages.length && !unfinished ? width : (ends[to] ?? width) + 1;
    for (const [name, value] of Object.entries({ x: from, y: 0, width: Math.max(width - from, 0), height })) veil.setAttribute(name, value);
  }

  stepper.hidden = false;
  section.classList.add("stepped");
  slider.addEventListener("input", () => show(Number(slider.value)));
  stepper.querySelector(".previous").addEventListener("click", () => show(Number(slider.value) - 1));
  stepper.querySelector(".next").addEventListener("click", () => show(Number(slider.value) + 1));
  section.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by || event.target.matches("input, select, textarea")) return;
    event.preventDefault();
    show(Number(slider.value) + by);
  });
  show(1);
}

function ready() {
  document.querySelectorAll("section.count").forEach(step);
  for (const hint of document.querySelectorAll(".still")) hint.hidden = true;
}

/** Puts the answer of the server in the place of what was there, without losing the files that were chosen. */
function put(text) {
  // The rules of the pictures come in a block of style, which the policy of this page does not know: a sheet needs no leave.
  let rules = "";
  const plain = text.replace(/<style>([^]*?)<\/style>/g, (_, found) => { rules += found; return ""; });
  const answer = new DOMParser().parseFromString(plain, "text/html");
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(rules);
  document.adoptedStyleSheets = [sheet];
  document.getElementById("result").replaceWith(document.adoptNode(answer.getElementById("result")));
  const details = answer.getElementById("lots").closest("details");
  document.getElementById("lots").closest("details").replaceWith(document.adoptNode(details));
  ready();
  const head = document.querySelector("#result [tabindex='-1'], #result .error");
  if (head) {
    head.tabIndex = -1;
    head.focus({ preventScroll: true });
    head.scrollIntoView({ block: "start" });
  }
}

form.addEventListener("submit", async (event) => {
  if (event.submitter?.hasAttribute("formaction")) return;
  event.preventDefault();
  const sent = new FormData(form);
  if (event.submitter?.name) sent.append(event.submitter.name, event.submitter.value);
  const result = document.getElementById("result");
  result.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.getAttribute("action"), { method: "POST", body: sent });
    const text = await answer.text();
    if (!answer.headers.get("content-type").startsWith("text/html")) throw new Error(JSON.parse(text).error);
    put(text);
  } catch (error) {
    const said = document.createElement("p");
    said.className = "error";
    said.setAttribute("role", "alert");
    said.textContent = error instanceof TypeError ? "The files could not be sent: choose them again if they changed, and see that the server runs." : error.message;
    result.replaceChildren(said);
    result.removeAttribute("aria-busy");
  }
});

/** Other papers have other lots, and are no example. */
function another() {
  form.querySelector("input[name=example]")?.remove();
  form.querySelector(".now")?.remove();
  document.getElementById("lots").value = "";
}

file.addEventListener("change", () => {
  another();
  if (file.files.length) form.requestSubmit();
});
drop.addEventListener("dragover", (event) => {
  event.preventDefault();
  drop.classList.add("over");
});
drop.addEventListener("dragleave", () => drop.classList.remove("over"));
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  if (!event.dataTransfer.files.length) return;
  file.files = event.dataTransfer.files;
  file.dispatchEvent(new Event("change"));
});
method.addEventListener("change", fit);
document.querySelector(".live").hidden = false;
fit();
ready();
