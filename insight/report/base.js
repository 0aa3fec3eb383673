// What all parts of the page use: elements, unpacking, files to take away.
const root = document.documentElement;
const byId = (id) => document.getElementById(id);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];

function element(name, text = "", ...children) {
  const made = document.createElement(name);
  made.textContent = text;
  made.append(...children);
  return made;
}
function button(text, act, label = text) {
  const made = element("button", text);
  made.type = "button";
  if (label !== text) made.setAttribute("aria-label", label);
  made.addEventListener("click", act);
  return made;
}
// A control under its name.
function labelled(text, control, id) {
  control.id = id;
  const label = element("label", text);
  label.htmlFor = id;
  const made = element("div", "", label, control);
  made.className = "choice";
  return made;
}
const announce = (text) => { byId("announce").textContent = text; };
const plain = (text) => text.replace(/\u2060/g, "").trim();

async function unpack(id) {
  const bytes = Uint8Array.from(atob(byId(id).textContent), (letter) => letter.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
}

// Numbers, as the page writes them.
const count = (number) => (number === null ? "–" : number.toLocaleString("en"));
const people = (n) => (n === null ? "too few people to show" : `${count(n)} ${n === 1 ? "person" : "people"}`);
function percent(share) {
  if (share === null || Number.isNaN(share)) return "–";
  const value = 100 * share;
  return `${value > 0 && value < 9.95 ? value.toFixed(1) : value.toFixed(0)}\u00a0%`;
}
const interval = (low, high) => `95\u00a0% interval ${percent(low)} to ${percent(high)}`;
const inStars = (rating) => (1 + 4 * rating).toFixed(1);
const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const isDay = (text) => /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));
const monthOf = (day) => MONTHS[Number(day.slice(5, 7)) - 1];
const ofDay = (day) => `${Number(day.slice(8, 10))} ${monthOf(day).slice(0, 3)} ${day.slice(0, 4)}`;
function periodName(unit, day) {
  if (unit === "month") return `${monthOf(day)} ${day.slice(0, 4)}`;
  if (unit === "quarter") return `Quarter ${Math.ceil(Number(day.slice(5, 7)) / 3)} of ${day.slice(0, 4)}`;
  return unit === "week" ? `The week of ${ofDay(day)}` : ofDay(day);
}
const few = (people) => people < 10; // a share of so few is not printed
const atLeast = ({ exact }) => (exact ? "" : " or a few more");
function waited(hours) {
  if (hours < 1.5) return `${Math.round(60 * hours)} min`;
  return hours < 48 ? `${hours.toFixed(1)} h` : `${(hours / 24).toFixed(1).replace(/\.0$/, "")} days`;
}

// To take away: text, tables as CSV, files.
async function copy(text) {
  try {
    await navigator.clipboard.writeText(plain(text));
  } catch {
    const area = element("textarea", plain(text));
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  announce("Copied.");
}
function copier(text, name = "Copy", label = "Copy this finding as text") {
  return button(name, (event) => {
    const pressed = event.currentTarget;
    copy(text()).then(() => { pressed.textContent = "Copied"; });
    setTimeout(() => { pressed.textContent = name; }, 2000);
  }, label);
}
function save(name, address) {
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
}
function saveText(name, text, type) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  save(name, address);
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}
// A cell that a spreadsheet would run gets an apostrophe; a plain negative number is no formula.
function cell(text) {
  const words = plain(String(text ?? "")).replace(/\r\n?|[\x85\u2028\u2029]/g, "\n");
  const runs = /^[\s\u200b]*[=+\-@＝＋－＠]/.test(words) && !/^[-+]?[\d.,]+\s?%?$/.test(words);
  return `"${(runs ? `'${words}` : words).replaceAll('"', '""')}"`;
}
function saveRows(rows, name) {
  const file = name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "").slice(0, 60) || "table";
  saveText(`${file}.csv`, `\ufeff${rows.map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`, "text/csv");
}

// A table of strings; {head: [[name, is a number]], rows, opens, left_out}.
function tableOf({ head, rows, opens = [], left_out = 0 }, name) {
  const top = element("tr", "", ...head.map(([text, number]) => {
    const made = element("th", text);
    made.scope = "col";
    if (number) made.className = "number";
    return made;
  }));
  const body = rows.map((row, at) => element("tr", "", ...row.map((text, place) => {
    const made = element("td");
    if (head[place][1]) made.className = "number";
    if (place === 0 && opens[at]) {
      const link = element("a", text);
      link.className = "opens";
      link.href = `#${opens[at]}`;
      made.append(link);
    } else made.textContent = text;
    return made;
  })));
  const box = element("div", "", element("table", "", element("thead", "", top), element("tbody", "", ...body)));
  box.className = rows.length > 30 ? "scroll tall" : "scroll";
  box.tabIndex = 0;
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", name);
  const rest = left_out ? [element("p", `and ${count(left_out)} more.`)] : [];
  const tools = element("p", "", button("CSV", () => saveRows([head.map(([text]) => text), ...rows], name), `CSV of the table: ${name}`));
  tools.className = "tools";
  return [box, ...rest, tools];
}
function sparkOf(values, name) {
  const known = values.filter((value) => value !== null);
  if (known.length < 3) return "";
  const top = Math.max(...known) || 1;
  const points = values.map((value, at) => `${((at * 84) / (values.length - 1)).toFixed(1)},${(19 - (18 * (value ?? 0)) / top).toFixed(1)}`);
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "polyline");
  line.setAttribute("points", points.join(" "));
  svg.append(line);
  Object.entries({ class: "spark", viewBox: "0 0 84 20", width: 84, height: 20, role: "img", "aria-label": `Trend of ${name}` })
    .forEach(([key, value]) => svg.setAttribute(key, value));
  return svg;
}
