// What is counted again from the rows: the table of problems, replies, ratings, volume, groups side by side.
const wantOf = (want) => data.wants[want] ?? want;
const STEP = 34;
const leadsTo = (name, found) => ({ meta: LEADS, customdata: found.map(({ value }) => String(new URLSearchParams([[name, value]]))) });

function dots(found, name) {
  const y = found.map(({ label }) => wantOf(label));
  const share = found.map((row) => row.share);
  return {
    data: [{
      type: "scatter", mode: "markers", x: share, y, marker: { size: 10 },
      error_x: { type: "data", symmetric: false, array: found.map((row) => row.high - row.share), arrayminus: found.map((row) => row.share - row.low), thickness: 1.5, width: 0 },
      hovertemplate: found.map((row) => `%{y}: ${percent(row.share)} (${percent(row.low)} to ${percent(row.high)}), n = ${count(row.n)}<extra></extra>`),
      ...leadsTo(name, found),
    }],
    layout: {
      xaxis: { title: { text: "Answered within a day" }, tickformat: ".0%", rangemode: "tozero" },
      yaxis: { type: "category", autorange: "reversed", automargin: true },
      height: 110 + STEP * found.length, margin: { t: 8, r: 40 }, showlegend: false,
    },
  };
}
// Mean ratings with their intervals: by period from left to right, by group in rows.
function stars(found, name, across) {
  const [along, over] = across ? ["x", "y"] : ["y", "x"];
  const scale = { title: { text: "Stars" }, range: [0.9, 5.1] };
  return {
    data: [{
      type: "scatter", mode: across ? "lines+markers" : "markers", marker: { size: across ? 8 : 10, opacity: found.map(({ complete = true }) => (complete ? 1 : 0.4)) },
      [along]: found.map((row) => (across ? row.value : row.label)), [over]: found.map((row) => 1 + 4 * row.mean),
      [`error_${over}`]: { type: "data", symmetric: false, array: found.map((row) => 4 * (row.high - row.mean)), arrayminus: found.map((row) => 4 * (row.mean - row.low)), thickness: 1.5, width: 0 },
      hovertemplate: found.map((row) => `${across ? "%{x|%b %Y}" : "%{y}"}: ${inStars(row.mean)} stars (${inStars(row.low)} to ${inStars(row.high)}), n = ${count(row.n)}${row.complete === false ? ", not complete" : ""}<extra></extra>`),
      ...leadsTo(name, found),
    }],
    layout: across
      ? { xaxis: { type: "date" }, yaxis: scale, height: 320, margin: { t: 8 }, showlegend: false }
      : { xaxis: scale, yaxis: { type: "category", autorange: "reversed", automargin: true }, height: 110 + STEP * found.length, margin: { t: 8, r: 40 }, showlegend: false },
  };
}
const enough = ({ n_people }) => !few(n_people);
const bothEnds = (found) => (found.length <= FIRST ? found : [...found.slice(0, FIRST / 2), ...found.slice(-FIRST / 2)]);
const rated = (shown, name) => shown.ratings(name).filter(enough).sort((a, b) => a.mean - b.mean);
// Months that the archive does not cover whole are faded.
function byMonth(shown) {
  const complete = new Map(shown.volume("month").map((row) => [row.start, row.complete]));
  return shown.ratings("month").map((row) => ({ ...row, complete: complete.get(row.value) }));
}
const LIVE = {
  want: { rows: (shown) => shown.answered(24, "want", { all: true }).filter(({ value }) => ["help", "complaint", "idea"].includes(value)).filter(enough), draw: (found) => dots(found, "want") },
  channel: { rows: (shown) => shown.answered(24, "channel").filter(enough), draw: (found) => dots(found, "channel") },
  waits: {
    rows: (shown) => shown.waitCurve(),
    draw: (found) => ({
      data: [{ type: "scatter", mode: "lines", x: found.map((row) => row.wait_hours / 24), y: found.map((row) => row.unanswered), line: { shape: "hv" }, hovertemplate: "%{x:.1f} days: %{y:.0%} without an answer<extra></extra>", meta: LEADS, customdata: found.map(() => "waiting=yes") }],
      layout: { xaxis: { title: { text: "Days since the message" }, range: [0, 14] }, yaxis: { title: { text: "Without an answer" }, tickformat: ".0%", range: [0, 1.02] }, height: 380, margin: { t: 8 }, showlegend: false },
    }),
  },
  volume: {
    rows: (shown) => shown.volume(bins.length ? unitOf() : "month"),
    draw: (found) => ({
      data: [{ type: "bar", x: found.map((row) => row.start), y: found.map((row) => row.people), marker: { opacity: found.map((row) => (row.complete ? 0.85 : 0.4)) }, hovertemplate: "From %{x|%d %b %Y}: %{y} people<extra></extra>", meta: LEADS, customdata: found.map(({ start, end }) => `dates=${start}..${end}`) }],
      layout: { xaxis: { type: "date" }, yaxis: { title: { text: "People" }, rangemode: "tozero" }, height: 320, margin: { t: 8 }, showlegend: false },
    }),
  },
  ratings: { rows: byMonth, draw: (found) => stars(found, "month", true) },
  "topic-ratings": { rows: (shown) => bothEnds(rated(shown, "topic")), draw: (found) => stars(found, "topic") },
  "reply-ratings": { rows: (shown) => rated(shown, "reply"), draw: (found) => stars(found, "reply") },
};
const unitOf = () => { const days = (Date.parse(rows.last) - Date.parse(rows.first)) / 86400000; return days > 400 ? "month" : days > 60 ? "week" : "day"; };
function liveDrawing(name, shown) {
  const found = LIVE[name].rows(shown);
  return found.length ? LIVE[name].draw(found) : null;
}
function liveTable(name, shown) {
  const found = LIVE[name].rows(shown);
  if (name === "waits") return { head: [["Waited", true], ["Without an answer", true]], rows: found.map((row) => [waited(row.wait_hours), percent(row.unanswered)]) };
  if (name === "volume") return { head: [["From", false], ["People", true], ["Messages", true]], rows: found.map((row) => [ofDay(row.start), count(row.people), count(row.messages)]) };
  if (name.endsWith("ratings")) return { head: [[name === "ratings" ? "From" : "Group", false], ["Ratings", true], ["Stars", true]], rows: found.map((row) => [row.label, count(row.n), inStars(row.mean)]) };
  return { head: [["Group", false], ["Waits", true], ["Answered", true], ["Share", true], ["From", true], ["To", true]], rows: found.map((row) => [wantOf(row.label), count(row.n), count(row.answered), percent(row.share), percent(row.low), percent(row.high)]) };
}

// The table of problems: sorted by any column; the first twelve are in sight.
const FIRST = 12;
const order = { by: "people", down: true, all: false };
const general = (row) => (row.general ? 1 : 0);
const mean = (values) => values.reduce((total, one) => total + one, 0) / (values.length || 1);
function risen({ trend }) { // the second half of a spark against the first
  const shares = trend.map(({ share }) => share ?? 0), half = shares.length >> 1;
  return mean(shares.slice(half)) - mean(shares.slice(0, half));
}
const COLUMNS = {
  name: { title: "Problem", value: (row) => nameOf(row.need, row.name).toLowerCase() },
  people: { title: "People", number: true, value: (row) => row.people ?? -1 },
  share: { title: "Share", number: true, value: (row) => row.share ?? -1 },
  trend: { title: "Trend", value: risen },
  stars: { title: "Stars lost", number: true, value: (row) => (row.impact === null ? -Infinity : -row.impact) },
  answered: { title: "Answered in a day", number: true, value: (row) => row.answered?.share ?? -1 },
};
function problemRow(row, most) {
  const name = nameOf(row.need, row.name);
  const link = element("a", name);
  link.className = "opens";
  link.href = `#need=${row.need}`;
  const head = element("th", "", link);
  head.scope = "row";
  const bar = element("span");
  bar.className = "bar";
  bar.style.width = `${(70 * (row.people ?? 0)) / most}px`;
  const number = (text, hint = "") => { const made = element("td", text); made.className = "number"; if (hint) made.title = hint; return made; };
  const who = number("");
  who.append(bar, row.people === null ? "–" : count(row.people));
  const lost = row.impact !== null && row.impact < 0 && !few(row.n_rated) ? (4 * -row.impact).toFixed(1) : "";
  return element("tr", "", head, who,
    number(row.share === null || few(row.people) ? "" : percent(row.share), row.share === null || few(row.people) ? "" : interval(row.low, row.high)),
    element("td", "", sparkOf(row.trend.map(({ share }) => share), name)),
    number(lost, lost && row.impact_low !== null ? `95\u00a0% interval ${(4 * -row.impact_high).toFixed(1)} to ${(4 * -row.impact_low).toFixed(1)} stars` : ""),
    number(row.answered ? percent(row.answered.share) : "", row.answered ? `${interval(row.answered.low, row.answered.high)}, n = ${count(row.answered.n)}` : ""));
}
// Sparks by month or week; of the whole file those that the page was written with.
const coarse = () => ((Date.parse(rows.last) - Date.parse(rows.first)) / 86400000 > 120 ? "month" : "week");
function needsShown() {
  const written = new Map(filtered() ? [] : data.problems.map(({ need, spark }) => [need, spark.map((share) => ({ share }))]));
  return view.needs({ unit: coarse() }).filter((row) => row.people !== null && row.people > 0)
    .map((row) => ({ ...row, trend: written.get(row.need) ?? row.trend, answered: row.answered && !few(row.answered.n_people) ? row.answered : null }));
}
function refreshProblems() {
  const table = byId("problems-table");
  if (!table) return;
  const found = needsShown();
  const { value } = COLUMNS[order.by];
  const sign = order.down ? -1 : 1;
  const less = (a, b) => (value(a) < value(b) ? -1 : value(a) > value(b) ? 1 : 0);
  const place = new Map(data.problems.map(({ need }, at) => [need, at])); // those of one size stay as in the memo
  found.sort((a, b) => general(a) - general(b) || sign * less(a, b) || place.get(a.need) - place.get(b.need));
  const most = Math.max(1, ...found.map((row) => row.people));
  const heads = Object.entries(COLUMNS).map(([key, { title, number }]) => {
    const made = element("th", "", button(title, () => { order.down = order.by === key ? !order.down : key !== "name"; order.by = key; refreshProblems(); }));
    made.scope = "col";
    if (number) made.className = "number";
    if (order.by === key) made.setAttribute("aria-sort", order.down ? "descending" : "ascending");
    return made;
  });
  const lines = [element("tr", "", ...heads), ...found.map((row) => problemRow(row, most))];
  const empty = (at) => lines.slice(1).every(({ cells }) => !cells[at].textContent && !cells[at].firstElementChild);
  heads.map((_, at) => at).filter(empty).reverse().forEach((at) => lines.forEach((line) => line.cells[at].remove()));
  table.querySelector("thead").replaceChildren(lines[0]);
  table.querySelector("tbody").replaceChildren(...lines.slice(1, order.all ? undefined : FIRST + 1));
  const named = found.filter((row) => !row.general).length; // general dissatisfaction is a row at the end, no problem
  const csv = () => saveRows([Object.values(COLUMNS).map(({ title }) => title), ...found.map((row) => [nameOf(row.need, row.name), row.people, row.share ?? "", row.trend.map(({ share }) => share ?? "").join(" "), row.impact === null ? "" : -4 * row.impact, row.answered?.share ?? ""])], "problems");
  byId("problems-tools").replaceChildren(
    ...(found.length > FIRST ? [button(order.all ? "Show fewer" : `Show all ${count(named)}`, () => { order.all = !order.all; refreshProblems(); })] : []),
    button("CSV", csv, "CSV of the problems"),
    ...(renamed.size ? [button("Download needs.toml", () => saveText("needs.toml", needsFile(), "text/plain"))] : []),
    ...comparer(),
  );
  if (!found.length) byId("problems-tools").append("No problem of enough people in what is shown.");
}

// Groups side by side: the share of each group's people who mention a problem.
let compared = "";
function comparer() {
  const listed = rows.dimensions.filter(({ name, values }) => values.length > 1 && values.length <= 12 && !["need", "part", "signal"].includes(name));
  if (!listed.length) return [];
  const select = element("select");
  select.append(new Option("nothing", ""), ...listed.map(({ name, label }) => new Option(label, name)));
  select.value = compared;
  select.addEventListener("change", () => { compared = select.value; showCompared(); });
  return [labelled("Compare by", select, "compare-by")];
}
function showCompared() {
  byId("compared")?.remove();
  if (!compared) return;
  const groups = view.compare(compared).slice(0, 6);
  const first = needsShown().filter((row) => !row.general).sort((a, b) => b.people - a.people).slice(0, FIRST);
  const share = (group, need) => (few(group.people) ? null : group.needs.find((row) => row.value === need.need)?.share ?? null);
  const head = [["Problem", false], ...groups.map(({ label, people: n }) => [`${label} (${count(n)})`, true])];
  const known = first.filter((need) => groups.some((group) => share(group, need) !== null));
  const box = element("div", "", ...(known.length ? tableOf({
    head, rows: known.map((need) => [nameOf(need.need, need.name), ...groups.map((group) => percent(share(group, need)))]),
    opens: known.map((need) => `need=${need.need}`),
  }, `Problems by ${nameOfDimension(compared)}`) : [element("p", "Too few people in each group to compare them.")]));
  box.id = "compared";
  byId("problems-tools").after(box);
}
// Sentences of the whole file give way to those of what is shown, and come back with it.
const TITLES = { want: "Answered within a day, by what people want", channel: "Answered within a day, by channel", waits: "How long people wait for a reply", volume: "People who wrote", ratings: "Stars by month", "topic-ratings": "Stars by topic", "reply-ratings": "Stars by reply" };
const SENTENCES = {
  problems: () => {
    const [first, next] = needsShown().filter((row) => !row.general).sort((a, b) => b.people - a.people);
    if (!first) return ["No problem of enough people is in what is shown", ""];
    const name = (row) => `“${nameOf(row.need, row.name)}”`;
    if (next && first.low <= next.high) return [`The most common problems shown are ${name(first)} and ${name(next)}`, `${count(first.people)} and ${people(next.people)}.`];
    return [`The most common problem shown is ${name(first)}`, `${people(first.people)}.`];
  },
  replies: () => {
    const [whole] = view.answered(24).filter(enough), waiting = view.waiting().length;
    return whole ? [`${percent(whole.share)} of those shown get a reply within a day`, waiting ? `${count(waiting)} messages wait for a reply.` : ""] : ["Too few waits in what is shown", ""];
  },
};
function reword(id) {
  const part = byId(id);
  if (!part) return;
  const lines = [part.querySelector("h2"), part.querySelector(".lead")].filter(Boolean);
  lines.forEach((line) => { line.before_ ??= [...line.childNodes]; });
  const now = filtered() ? SENTENCES[id]() : null;
  lines.forEach((line, at) => line.replaceChildren(...(now ? [now[at]] : line.before_)));
}
function refresh() {
  Object.keys(SENTENCES).forEach(reword);
  refreshProblems();
  showCompared();
  all("figure").forEach((figure) => {
    const shown = data.shown[figure.dataset.shown], plot = figure.querySelector(".plot");
    const [title, subtitle] = figure.querySelector("figcaption").childNodes;
    title.textContent = filtered() && shown.live ? TITLES[shown.live] : shown.title;
    const of = filtered() ? (shown.live ? shownFilters() : "Whole file") : "";
    subtitle.textContent = [of, shown.subtitle].filter(Boolean).join(" · ");
    if (!plot || !shown.live) return;
    if (plot.dataset.drawn) draw(plot);
    const details = figure.querySelector("details.more");
    if (details.open) fillDetails(figure, details, shown);
  });
}
