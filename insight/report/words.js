// Words: what is behind a number, in a panel that the address opens: #need=need-1, #topic=3, #waiting=yes.
const PAGE = 50, CUT = 420;
let opener = null;
let listed = null; // what the panel lists: {claim, facts, list(options) -> {total, items}, key}
const asked = { sort: "newest", search: "", part: null, offset: 0 };

function cutAround(text, start, end) {
  if (text.length <= CUT) return [0, text.length];
  const from = Math.max(0, Math.min(start - 120, text.length - CUT));
  const begin = from === 0 ? 0 : text.indexOf(" ", from) + 1 || from;
  return [begin, Math.max(Math.min(text.length, begin + CUT), Math.min(end, begin + 2 * CUT))];
}
function sought(text) {
  const words = asked.search.trim().split(/\s+/).filter(Boolean);
  if (!words.length) return [text];
  const pattern = new RegExp(`(${words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|")})`, "iu");
  return text.split(pattern).map((piece, place) => (place % 2 ? element("mark", piece) : piece));
}
function pieces({ text, start, end }) {
  const [from, to] = cutAround(text, start ?? 0, end ?? 0);
  const head = from ? "…" : "", tail = to < text.length ? "…" : "";
  if (start === undefined || asked.search || end <= start) return [head, ...sought(text.slice(from, to)), tail];
  return [head, text.slice(from, start), element("mark", text.slice(start, Math.min(end, to))), text.slice(Math.min(end, to), to), tail];
}
// A pseudonym in a text says nothing to a reader; what is saved keeps it.
const nameless = (text) => text.replace(/@u[0-9a-f]{16}\b/g, "@someone");
function readable(piece) {
  if (typeof piece === "string") return nameless(piece);
  piece.textContent = nameless(piece.textContent);
  return piece;
}
function quote(item) {
  const words = element("p");
  if (item.text === null) words.textContent = "(its words are not on this page)";
  else words.append(...pieces(item).map(readable));
  words.dir = "auto";
  const rated = item.rating === null ? null : `${inStars(item.rating)} stars`;
  const from = [item.day ? ofDay(item.day) : "no date", item.channel, rated, item.waited_hours !== undefined ? `has waited ${waited(item.waited_hours)}` : null, item.id];
  return element("blockquote", "", words, element("footer", from.filter(Boolean).join(" · ")));
}
const csvHead = () => ["date", "channel", "rating", "sentence", "message", ...(rows.internal ? ["id"] : [])];
const csvRow = (item) => [
  item.time ?? item.day ?? "", item.channel ?? "", item.rating === null ? "" : inStars(item.rating),
  item.text !== null && item.start !== undefined ? item.text.slice(item.start, item.end) : "", item.text ?? "",
  ...(rows.internal ? [item.id] : []),
];

// What a key of the address lists, within the filters of the page.
function subject(hash) {
  const pairs = [...new URLSearchParams(hash)];
  if (!rows || !pairs.length || !pairs.slice(1).every(([name, value]) => valueOf(name, value))) return null;
  const [[name, value], ...more] = pairs;
  if (name === "waiting") {
    const open = value === "recent" ? view.waiting().filter((item) => item.day >= day(rows.data.as_of, 1 - data.recent)) : view.waiting();
    const list = ({ search, offset, limit }) => {
      const words = search.toLowerCase().split(/\s+/).filter(Boolean);
      const found = open.filter(({ text }) => words.every((word) => (text ?? "").toLowerCase().includes(word)));
      return { total: found.length, items: found.slice(offset, offset + limit) };
    };
    return { claim: "Waiting for a reply", facts: `${count(open.length)} messages, the longest wait first.`, list, fixed: true };
  }
  if (name === "messages") {
    return { claim: "Messages", facts: shownFilters(), list: (options) => view.messagesOf(null, null, options) };
  }
  if (name === "dates") {
    const [from, to] = value.split("..");
    if (!isDay(from) || !isDay(to ?? "")) return null;
    const within = rows.view({ ...filters, from, to });
    return { claim: from === to ? ofDay(from) : `${ofDay(from)} to ${ofDay(to)}`, facts: sizeOf(within), list: (options) => within.messagesOf(null, null, options) };
  }
  const found = valueOf(name, value);
  if (!found) return null;
  if (name === "need") {
    const need = view.needs({ unit: coarse() }).find((one) => one.need === value);
    return {
      need: value, claim: nameOf(value, found.label), parts: (need?.parts ?? []).filter((part) => part.people !== null),
      facts: need?.people == null ? "Too few people in what is shown." : `${people(need.people)}${atLeast(need)}${need.share === null || few(need.people) ? "" : `, ${percent(need.share)} of ${count(need.n)}`}.`,
      detail: need?.share == null || few(need.people) ? "" : interval(need.low, need.high),
      list: (options) => view.sentences(value, { ...options, part: asked.part }),
    };
  }
  const within = more.reduce((narrowed, pair) => narrowed.and(...pair), view).and(name, value);
  const named = { topic: `Messages in the topic “${found.label}”`, want: `People who ${wantOf(value)}`, welcome: `First messages ${value}`, joined: `People who first wrote in ${periodName(rows.data.period, value)}` };
  if (found.start !== undefined) named[name] ??= periodName(name, value);
  const claim = [named[name] ?? plainStart(found.label), ...more.map((pair) => valueOf(...pair).label)].join(", ");
  return { claim, facts: sizeOf(within), list: (options) => within.messagesOf(null, null, options) };
}
const valueOf = (name, value) => (rows.has(name) ? rows.dimension(name).values.find((one) => one.value === value) : null);
const plainStart = (text) => text.charAt(0).toUpperCase() + text.slice(1);
const sizeOf = (within) => (within.people === null ? "Too few people to show." : `${people(within.people)}, ${count(within.messages)} messages${atLeast(within)}.`);

function more() {
  const { items } = listed.list({ ...asked, offset: asked.offset, limit: PAGE });
  asked.offset += items.length;
  const { total } = listed;
  const rest = byId("panel-rest");
  rest.before(...items.map(quote));
  rest.replaceChildren();
  if (items.length === PAGE && total > asked.offset) rest.append(button(`Show ${count(Math.min(PAGE, total - asked.offset))} more`, more));
}
function list() {
  asked.offset = 0;
  const rest = element("p");
  rest.id = "panel-rest";
  const { total, exact = true } = listed.list({ ...asked, offset: 0, limit: 1 });
  listed.total = total ?? 0;
  const size = element("p", total === null ? "Too few people in what is shown." : `${count(total)} ${asked.search ? "found" : listed.need ? "sentences" : "messages"}${atLeast({ exact })}`);
  size.className = "quiet";
  byId("panel-quotes").replaceChildren(size, rest);
  if (total) more();
  if (asked.search) announce(size.textContent);
}
function searchTools() {
  const field = element("input");
  Object.assign(field, { type: "search", value: "", placeholder: "Search within", maxLength: 80 });
  field.setAttribute("aria-label", "Search within");
  let pause = 0;
  field.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(() => { asked.search = field.value; list(); }, 150);
  });
  const sort = element("select");
  sort.setAttribute("aria-label", "Order");
  for (const [value, text] of [["newest", "newest first"], ["oldest", "oldest first"], ["rating", "lowest rating first"]]) sort.append(new Option(text, value));
  sort.value = asked.sort;
  sort.addEventListener("change", () => { asked.sort = sort.value; list(); });
  return listed.fixed ? [field] : [field, sort];
}
function partList({ parts = [] }) {
  if (!parts.length) return [];
  const choose = (part, text) => {
    const made = button(text, () => {
      asked.part = part;
      all("#panel-parts button").forEach((one) => one.setAttribute("aria-pressed", String(one === made)));
      list();
    });
    made.setAttribute("aria-pressed", String(asked.part === part));
    return element("li", "", made);
  };
  return [element("ul", "", choose(null, "All of it"), ...parts.map((part) => choose(part.part, `${part.name}: ${people(part.people)}`)))];
}
function open(hash) {
  const next = subject(hash);
  if (!next) return false;
  if (byId("panel").hidden) opener = document.activeElement === document.body ? all("a.opens").find((link) => link.hash === `#${hash}`) : document.activeElement;
  Object.assign(asked, { search: "", part: null, offset: 0 });
  listed = { ...next, key: hash };
  byId("panel-claim").textContent = next.claim;
  byId("panel-facts").textContent = next.facts;
  byId("panel-facts").title = next.detail ?? "";
  const csv = () => saveRows([csvHead(), ...listed.list({ ...asked, offset: 0, limit: Infinity }).items.map(csvRow)], next.claim);
  byId("panel-tools").replaceChildren(
    copier(() => [next.claim, next.facts, next.detail, shownFilters()].filter(Boolean).join("\n")),
    button("CSV", csv, `CSV of all: ${next.claim}`),
    ...(next.need ? renamer(next) : []),
  );
  byId("panel-parts").replaceChildren(...partList(next));
  byId("panel-search").replaceChildren(...searchTools());
  byId("panel").hidden = false;
  byId("panel").scrollTop = 0;
  list();
  byId("panel-claim").focus({ preventScroll: true });
  return true;
}
function close() {
  if (byId("panel").hidden) return;
  byId("panel").hidden = true;
  address("");
  opener?.focus({ preventScroll: true });
}
function follow() {
  const key = location.hash.slice(1);
  const fold = key && !key.includes("=") && byId(key)?.closest("details");
  if (fold) fold.open = true;
  if (!key.includes("=") || !open(key)) byId("panel").hidden = true;
}

// Names that people give to problems: a file for the next run.
const renamed = new Map();
const nameOf = (need, label) => renamed.get(need) ?? label;
function renamer({ need, claim }) {
  const field = element("input");
  Object.assign(field, { value: claim, maxLength: 80 });
  field.setAttribute("aria-label", "New name; the name of another problem merges the two");
  field.setAttribute("list", "need-names");
  const names = element("datalist");
  names.id = "need-names";
  names.append(...rows.dimensions.find((one) => one.name === "need").values.map(({ value, label }) => new Option(nameOf(value, label))));
  const form = element("span", "", field, names, button("Keep", () => {
    const name = field.value.trim();
    if (!name) return;
    renamed.set(need, name);
    byId("panel-claim").textContent = name;
    form.hidden = true;
    refreshProblems();
    announce("Renamed. Download needs.toml for the next run.");
  }));
  form.hidden = true;
  return [button("Rename or merge", () => { form.hidden = !form.hidden; if (!form.hidden) field.focus(); }), form];
}
function needsFile() {
  const labels = new Map(rows.dimensions.find((one) => one.name === "need").values.map(({ value, label }) => [value, label]));
  const given = { ...data.names };
  for (const [need, name] of renamed) {
    const old = labels.get(need);
    const known = Object.keys(given).filter((found) => given[found] === old);
    for (const found of known.length ? known : [old]) given[found] = name;
  }
  const lines = Object.keys(given).sort().map((found) => `${JSON.stringify(found)} = ${JSON.stringify(given[found])}`);
  return `# Names of problems. Put this file into insight-edits; problems of one name become one.\n[names]\n${lines.join("\n")}\n`;
}
