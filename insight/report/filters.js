// Filters: what is shown, in the address (?channel=X&from=2026-01-01), with undo.
let rows = null;
let view = null;
let filters = {};
const past = [];
const filtered = () => Object.keys(filters).length > 0;
const labelOf = (name, value) => rows.dimensions.find((one) => one.name === name)?.values.find((one) => one.value === value)?.label ?? value;
const nameOfDimension = (name) => rows.dimensions.find((one) => one.name === name)?.label ?? name;

function shownFilters() {
  if (!rows || !filtered()) return "";
  const { from, to, text, ...chosen } = filters;
  const when = from || to ? `${from ? ofDay(from) : "start"} to ${to ? ofDay(to) : "end"}` : "";
  const lists = Object.entries(chosen).map(([name, values]) => `${nameOfDimension(name)}: ${values.map((value) => labelOf(name, value)).join(", ")}`);
  return [...lists, when, text ? `“${text}”` : ""].filter(Boolean).join(" · ");
}
function address(hash) {
  const query = filtered() ? `?${formatState(filters)}` : "";
  try {
    history.replaceState(null, "", `${location.pathname}${query}${hash}`);
  } catch { location.hash = hash; }
}
function apply(next, { remember = true } = {}) {
  const kept = Object.fromEntries(Object.entries(next).filter(([, value]) => (Array.isArray(value) ? value.length : value)));
  if (formatState(kept) === formatState(filters) && view) return;
  if (remember && view) past.push(filters);
  filters = kept;
  view = rows.view(filters);
  root.toggleAttribute("data-filtered", filtered());
  address(location.hash);
  say();
  showChoices();
  refresh();
  if (!byId("panel").hidden && listed) follow();
}
function say() {
  const size = view.people === null ? `Fewer than ${rows.minPeople} people: not shown` : `${people(view.people)}, ${count(view.messages)} messages${atLeast(view)} shown`;
  const missed = view.not_searched ? `; the words of ${count(view.not_searched)} are not on this page` : "";
  byId("count").textContent = [size + missed, shownFilters()].filter(Boolean).join(" · ");
  byId("undo").hidden = !past.length;
  byId("clear").hidden = !filtered();
}

// The controls follow the filters, whatever changed them.
const controls = new Map();
const SHOWN = ["brand", "channel", "rating", "topic", "need", "want", "reply", "tagged"];
function dimensionControls() {
  const listed = rows.dimensions.filter(({ name, values }) => values.length > 1 && !["part", "signal", "welcome"].includes(name));
  listed.sort((a, b) => (SHOWN.indexOf(a.name) + 99 * !SHOWN.includes(a.name)) - (SHOWN.indexOf(b.name) + 99 * !SHOWN.includes(b.name)));
  byId("dimensions").replaceChildren(...listed.map(({ name, label, values }) => {
    const select = element("select");
    select.append(new Option("all", ""), ...values.map((one) => new Option(one.label, one.value)));
    select.addEventListener("change", () => apply({ ...filters, [name]: select.value ? [select.value] : [] }));
    controls.set(name, select);
    return labelled(label, select, `by-${name}`);
  }));
}
const day = (text, days) => text && new Date(Date.parse(`${text}T00:00:00Z`) + days * 86400000).toISOString().slice(0, 10);
function presets() {
  const select = byId("preset");
  const last = rows.last;
  const lasts = (Date.parse(last) - Date.parse(rows.first)) / 86400000 + 1;
  const spans = { 30: "last 30 days", 90: "last 90 days", 365: "last 12 months" };
  const shorter = Object.entries(spans).filter(([days]) => Number(days) < lasts);
  for (const [value, text] of [["all", "all dates"], ...shorter, ["own", "chosen dates"]]) select.append(new Option(text, value));
  select.querySelector('[value="own"]').disabled = true;
  select.addEventListener("change", () => {
    const { from, to, ...rest } = filters;
    apply(select.value === "all" ? rest : { ...rest, from: day(last, 1 - Number(select.value)), to: last });
  });
}
// A brush on the volume line: drag over it, or move its two ends with the keys.
let bins = [];
const SVG = "http://www.w3.org/2000/svg";
function brush() {
  const whole = rows.view({});
  const n = (Date.parse(rows.last) - Date.parse(rows.first)) / 86400000;
  bins = whole.volume(n > 400 ? "month" : n > 60 ? "week" : "day");
  if (bins.length < 2) return;
  const top = Math.max(...bins.map(({ messages }) => messages ?? 0)) || 1;
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${bins.length} 36`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  bins.forEach(({ messages }, at) => {
    const bar = document.createElementNS(SVG, "rect");
    const height = (34 * (messages ?? 0)) / top + 1;
    Object.entries({ x: at + 0.05, y: 36 - height, width: 0.9, height }).forEach(([key, value]) => bar.setAttribute(key, value));
    svg.append(bar);
  });
  const end = (label, at) => {
    const input = element("input");
    Object.assign(input, { type: "range", min: 0, max: bins.length - 1, value: at });
    input.setAttribute("aria-label", label);
    input.addEventListener("change", () => choose(Number(from.value), Number(to.value)));
    return input;
  };
  const from = end("From", 0), to = end("To", bins.length - 1);
  const choose = (a, b) => {
    const [first, last] = [Math.min(a, b), Math.max(a, b)];
    const { from: _, to: __, ...rest } = filters;
    apply(first === 0 && last === bins.length - 1 ? rest : { ...rest, from: bins[first].start, to: bins[last].end });
  };
  let held = null;
  const place = (event) => Math.max(0, Math.min(bins.length - 1, Math.floor(((event.clientX - svg.getBoundingClientRect().left) / svg.clientWidth) * bins.length)));
  svg.addEventListener("pointerdown", (event) => { held = place(event); svg.setPointerCapture(event.pointerId); });
  svg.addEventListener("pointerup", (event) => { if (held !== null) choose(held, place(event)); held = null; });
  const ends = element("div", "", from, to);
  ends.className = "ends";
  byId("brush").append(svg, ends);
}
function showChoices() {
  controls.forEach((select, name) => { select.value = filters[name]?.length === 1 ? filters[name][0] : ""; });
  byId("words").value = filters.text ?? "";
  const last = rows.last;
  const spans = ["30", "90", "365"].filter((days) => filters.from === day(last, 1 - Number(days)) && filters.to === last);
  byId("preset").value = spans[0] ?? (filters.from || filters.to ? "own" : "all");
  const inside = ({ start, end }) => (!filters.from || end >= filters.from) && (!filters.to || start <= filters.to);
  all("#brush rect").forEach((bar, at) => bar.classList.toggle("in", inside(bins[at])));
  const ends = all("#brush input"), chosen = bins.map((bin, at) => (inside(bin) ? at : -1)).filter((at) => at >= 0);
  if (ends.length && chosen.length) { ends[0].value = chosen[0]; ends[1].value = chosen.at(-1); }
}
function startFilters() {
  filters = {};
  view = rows.view({});
  if (rows.first && rows.last) {
    presets();
    brush();
  } else document.querySelector(".when").hidden = true;
  dimensionControls();
  const wanted = parseState(location.search.slice(1));
  const known = Object.fromEntries(Object.entries(wanted).filter(([name, value]) => (["from", "to"].includes(name) ? isDay(value) : name === "text" || rows.has(name))));
  byId("bar").hidden = false;
  byId("bar").addEventListener("submit", (event) => { event.preventDefault(); location.hash = "messages=all"; });
  let pause = 0;
  byId("words").addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(() => apply({ ...filters, text: byId("words").value.trim() }), 300);
  });
  byId("undo").addEventListener("click", () => { const before = past.pop(); if (before) apply(before, { remember: false }); });
  byId("clear").addEventListener("click", () => apply({}));
  byId("link").replaceWith(copier(() => location.href, "Copy link", "Copy a link to what is shown"));
  const read = button("Read", () => { location.hash = "messages=all"; }, "Read the messages shown");
  byId("unfold").before(read);
  byId("unfold").addEventListener("click", () => {
    byId("choices").hidden = !byId("choices").hidden;
    byId("unfold").setAttribute("aria-expanded", String(!byId("choices").hidden));
  });
  say();
  showChoices();
  if (Object.keys(known).length) apply(known, { remember: false });
}
