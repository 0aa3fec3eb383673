// Figures: plotly is unpacked when the first comes near the window; each is drawn when it comes near.
let data = null;
let plotly = null;
const wide = matchMedia("(min-width: 1200px)");
const night = matchMedia("(prefers-color-scheme: dark)");
const theme = () => root.dataset.theme || (night.matches ? "dark" : "light");

function withPlotly() {
  plotly ??= unpack("plotly").then((text) => {
    const script = document.createElement("script");
    script.textContent = text;
    document.body.append(script);
    return globalThis.Plotly;
  });
  return plotly;
}

// On a narrow screen names beside the marks would leave them no space: they go above; cells lose their numbers.
function shortened(text) {
  const space = Math.floor(innerWidth / 9.5);
  const [tail] = /: [^:]*$/.exec(text) ?? [""];
  return text.length <= space ? text : `${text.slice(0, space - tail.length)}…${tail}`;
}
// Panels side by side are below each other there.
function stacked(traces, layout) {
  const panels = (layout.annotations ?? []).length;
  const laid = { ...layout, height: 130 * panels, margin: { ...layout.margin, l: 44, r: 36, t: 8 } };
  laid.annotations = layout.annotations.map((title, row) => (
    { ...title, x: 0, xanchor: "left", y: 1 - row / panels - 0.04 / panels, yanchor: "top" }
  ));
  laid.annotations.forEach((_, row) => {
    const number = row ? row + 1 : "";
    laid[`xaxis${number}`] = { ...layout[`xaxis${number}`], domain: [0, 1], nticks: 4 };
    laid[`yaxis${number}`] = { ...layout[`yaxis${number}`], domain: [1 - (row + 0.8) / panels, 1 - (row + 0.22) / panels] };
  });
  return [traces, laid];
}
// A title longer than its axis is broken into lines; of many named ticks every other one stays.
function broken(text, pixels) {
  const space = Math.floor(pixels / 7.5);
  return text.replace(/(\d) %/g, "$1\u00a0%").split(" ").reduce(([line, ...above], word) => (
    line && line.length + word.length >= space ? [word, line, ...above] : [[line, word].filter(Boolean).join(" "), ...above]
  ), [""]).reverse().join("<br>");
}
function titled(layout, names = []) {
  const margin = { ...layout.margin, r: Math.max(36, layout.margin?.r ?? 0) };
  const beside = Math.max(60, ...names.map((name) => 7 * name.length));
  const across = innerWidth - 32 - beside - margin.r;
  const down = (layout.height ?? 450) - 90 - (margin.t ?? 48);
  const axes = Object.entries(layout).filter(([name]) => /^[xy]axis/.test(name)).map(([name, axis]) => {
    const [low, high] = axis.domain ?? [0, 1];
    const space = (name.startsWith("x") ? across : down) * (high - low);
    const named = name.startsWith("x") && axis.ticktext && axis.tickvals.length > 5;
    const every = named && { tickvals: axis.tickvals.filter((_, n) => n % 2 === 0), ticktext: axis.ticktext.filter((_, n) => n % 2 === 0) };
    const few = name.startsWith("x") && !axis.tickvals && { nticks: margin.r > 60 ? 3 : 4 };
    const title = axis.title?.text && { title: { ...axis.title, text: broken(axis.title.text, space) } };
    return [name, { ...axis, ...every, ...few, ...title }];
  });
  return { ...layout, margin, ...Object.fromEntries(axes) };
}
const below = { orientation: "h", x: 0, xanchor: "left", y: 1, yanchor: "bottom", len: 1, thickness: 10, title: { side: "top" } };
function fitted({ data: traces, layout }) {
  if (innerWidth > 640) return [traces, layout];
  if (layout.xaxis2 && layout.annotations?.length > 1) return stacked(traces, layout);
  const bare = traces.map((trace) => {
    if (trace.type === "heatmap") {
      const title = { ...trace.colorbar?.title, ...below.title };
      return { ...trace, texttemplate: "", colorbar: { ...trace.colorbar, ...below, title } };
    }
    return trace.mode === "text" ? { ...trace, text: trace.text.map(shortened) } : trace;
  });
  const { type, tickvals, ticktext } = layout.yaxis ?? {};
  const cells = bare.find((trace) => trace.type === "heatmap");
  if (cells || !(type === "category" || ticktext)) return [bare, titled(layout, (cells?.y ?? []).map(String))];
  const marks = traces.filter((trace) => trace.mode !== "text");
  const names = ticktext ?? [...new Set(marks.flatMap((trace) => trace.y))];
  const pairs = layout.scattermode !== "group" && marks.some(({ y }) => Array.isArray(y) && y.some((place) => place % 1));
  const step = layout.scattermode === "group" ? 44 + 16 * (marks.length - 1) : 44 + 14 * pairs;
  const annotations = names.map((text, row) => (
    { text, y: tickvals?.[row] ?? text, x: 0, xref: "paper", xanchor: "left", yshift: step / 2 - 7, showarrow: false, font: { size: 12 } }
  ));
  const yaxis = { ...layout.yaxis, showticklabels: false };
  const scattergap = 44 / (step + 16);
  return [bare, titled({ ...layout, yaxis, annotations, scattergap, height: 110 + step * names.length })];
}

// What a figure draws: its own numbers, or under filters those that the rows give.
const LEADS = "leads"; // of a trace whose marks carry what they open
const shownOf = (plot) => data.shown[plot.id];
function drawingOf(plot) {
  const shown = shownOf(plot);
  if (shown.live && view && (filtered() || !shown.plot)) return liveDrawing(shown.live, view);
  return shown.plot;
}
const keyOf = (plot, point) => {
  const { opens } = shownOf(plot);
  const rows = drawingOf(plot)?.layout?.yaxis?.ticktext; // a row is a number, named at its tick
  const own = [point.customdata ?? []].flat()[0];
  if (point.data?.meta === LEADS) return own;
  const found = [rows?.[point.y], point.y, point.x, point.data?.name, ...[point.customdata ?? []].flat()];
  // A figure writes the size of a group behind its name.
  const label = found.map((one) => String(one).replace(/ \(n = [\d,]+\)$/, "")).find((one) => opens[one] ?? opens[one.slice(0, 10)]);
  return label ? opens[label] ?? opens[label.slice(0, 10)] : opens["*"];
};
async function draw(plot) {
  plot.dataset.drawn = "yes";
  const drawing = drawingOf(plot);
  const figure = plot.closest("figure");
  plot.hidden = !drawing;
  if (!drawing) return;
  const Plotly = await withPlotly();
  const [traces, layout] = fitted(drawing);
  plot.style.minHeight = "0";
  await Plotly.react(plot, traces, { ...layout, height: layout.height ?? 380, dragmode: false, template: data.templates[theme()] }, data.config);
  figure.dataset.ready = "yes";
  plot.removeAllListeners("plotly_click");
  plot.on("plotly_click", ({ points: [point] }) => {
    const key = keyOf(plot, point);
    if (!key) return;
    plot.focus({ preventScroll: true });
    location.hash = key;
  });
  if (!plot.dataset.walked) walk(plot, Plotly);
  plot.dataset.walked = "yes";
  walkable(plot);
}
// A figure that left the window gives its elements back, and keeps its place; who walks it with keys keeps it.
function clear(plot) {
  if (!plot.dataset.drawn || !plot.calcdata || plot === document.activeElement || matchMedia("print").matches) return;
  plot.style.minHeight = `${plot.offsetHeight}px`;
  globalThis.Plotly.purge(plot);
  delete plot.dataset.drawn;
}

// A figure whose marks lead to people's words is walked with the arrow keys; Enter opens the mark.
const marksOf = new WeakMap();
function walkable(plot) {
  const label = (axis, value) => {
    if (axis?.type === "category") return axis._categories[value];
    return axis?.type === "date" && Number.isFinite(value) ? new Date(value).toISOString() : value;
  };
  const marks = plot.calcdata.flatMap((points) => {
    const { trace } = points[0];
    if (trace.mode === "text" || trace.type === "heatmap" || trace.hoverinfo === "skip") return [];
    return points.map((one, pointNumber) => {
      const [x, y] = [label(plot._fullLayout[`xaxis${trace.xaxis.slice(1)}`], one.x), label(plot._fullLayout[`yaxis${trace.yaxis.slice(1)}`], one.y)];
      const key = keyOf(plot, { x, y, data: trace, customdata: trace.customdata?.[pointNumber] });
      return { curveNumber: trace.index, pointNumber, key, name: drawingOf(plot)?.layout?.yaxis?.ticktext?.[y] ?? (typeof y === "string" ? y : String(x).slice(0, 10)) };
    }).filter(({ key }) => key);
  });
  marksOf.set(plot, marks);
  plot.tabIndex = marks.length ? 0 : -1;
  plot.setAttribute("role", marks.length ? "group" : "img");
  if (marks.length) plot.setAttribute("aria-describedby", "walk");
}
function walk(plot, Plotly) {
  let at = -1;
  plot.addEventListener("keydown", (event) => {
    if (!plot.calcdata) return; // not drawn again yet
    const marks = marksOf.get(plot);
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (step && marks.length) {
      event.preventDefault();
      at = (at + step + marks.length) % marks.length;
      Plotly.Fx.hover(plot, [marks[at]]);
      announce(marks[at].name);
    } else if (event.key === "Enter" && at >= 0) location.hash = marks[at].key;
  });
  plot.addEventListener("blur", () => { if (plot.calcdata) Plotly.Fx.unhover(plot); });
}
const near = new IntersectionObserver(
  (entries) => entries.forEach(({ isIntersecting, target }) => {
    if (!isIntersecting) clear(target);
    else if (!target.dataset.drawn) draw(target);
  }),
  { rootMargin: "600px" },
);
function watch(within = document) {
  all("figure", within).forEach((figure) => {
    const plot = figure.querySelector(".plot");
    const shown = data.shown[figure.dataset.shown];
    if (!plot) figure.querySelector(".rows").replaceChildren(...tableOf(shown.table, shown.title));
    else {
      const drawing = drawingOf(plot); // its place is kept before it is drawn, so that nothing below it moves
      if (drawing) plot.style.minHeight = `${fitted(drawing)[1].height ?? 380}px`;
      near.observe(plot);
    }
    const details = figure.querySelector("details.more");
    details.addEventListener("toggle", () => fillDetails(figure, details, shown));
    if (details.open) fillDetails(figure, details, shown);
  });
}
// Definition, numbers and files of a figure, made when they are asked for.
function fillDetails(figure, details, shown) {
  if (!details.open) return;
  const plot = figure.querySelector(".plot");
  const live = plot && shown.live && filtered() ? liveTable(shown.live, view) : null;
  const tools = element("p", "", copier(() => [shown.title, shown.subtitle, shown.definition, shownFilters()].filter(Boolean).join("\n")));
  tools.className = "tools";
  if (plot) tools.append(
    button("PNG", () => picture(plot, "png"), `PNG of the figure: ${shown.title}`),
    button("SVG", () => picture(plot, "svg"), `SVG of the figure: ${shown.title}`),
  );
  const table = plot ? tableOf(live ?? shown.table, shown.title) : [];
  details.replaceChildren(details.querySelector("summary"), element("p", shown.definition), tools, ...table);
}
const escaped = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;");
async function picture(plot, format) {
  const Plotly = await withPlotly();
  const { data: traces, layout } = drawingOf(plot);
  const shown = shownOf(plot);
  const paper = getComputedStyle(root).getPropertyValue("--paper").trim();
  const height = (layout.height ?? 450) + 60;
  const lines = broken(escaped(filtered() && shown.live ? TITLES[shown.live] : shown.title), 950);
  const under = [shown.live ? shownFilters() : "", shown.subtitle, "insight"].filter(Boolean).map(escaped).join(" · ");
  const title = { text: `${lines}<br><sup>${under}</sup>`, x: 0.01, xanchor: "left", y: 0.98, yanchor: "top" };
  const margin = { ...layout.margin, t: Math.max(90, (layout.margin?.t ?? 0) + 70) };
  const laid = { ...layout, width: 1100, height, title, margin, paper_bgcolor: paper, template: data.templates[theme()] };
  const address = await Plotly.toImage({ data: traces, layout: laid }, { format, width: 1100, height, scale: format === "png" ? 2 : 1 });
  save(`${plot.id}.${format}`, address);
}

function repaint() {
  const painter = byId("theme");
  painter.textContent = theme() === "dark" ? "Light" : "Dark";
  painter.setAttribute("aria-label", `Change to ${painter.textContent.toLowerCase()} colours`);
  const template = data.templates[theme()];
  all(".plot[data-drawn]").filter(({ calcdata }) => calcdata).forEach((plot) => globalThis.Plotly.relayout(plot, { template }));
}
function startFigures() {
  byId("theme").hidden = false;
  byId("theme").addEventListener("click", () => {
    root.dataset.theme = theme() === "dark" ? "light" : "dark";
    repaint();
  });
  night.addEventListener("change", repaint);
  addEventListener("beforeprint", () => {
    root.dataset.printed = root.dataset.theme || "";
    root.dataset.theme = "light";
    if (globalThis.Plotly) all("figure .plot:not([data-drawn])").forEach(draw);
    repaint();
  });
  addEventListener("afterprint", () => {
    if (root.dataset.printed) root.dataset.theme = root.dataset.printed;
    else delete root.dataset.theme;
    repaint();
    all("figure .plot").forEach((plot) => { near.unobserve(plot); near.observe(plot); }); // drawn for the print alone
  });
  watch();
  repaint();
}
