"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  function element(name, text, ...children) {
    const made = document.createElement(name);
    made.textContent = text;
    made.append(...children);
    return made;
  }
  function button(text, act, label = text) {
    const made = element("button", text);
    made.type = "button";
    made.setAttribute("aria-label", label);
    made.addEventListener("click", act);
    return made;
  }

  // What is shown: the whole file or one slice of it. A slice is unpacked when it is asked for.
  const places = all("[data-part]");
  const whole = {
    html: Object.fromEntries(places.map((place) => [place.dataset.part, place.innerHTML])),
    figures: data.figures,
    evidence: data.evidence,
  };
  const packed = all("script.slice");
  const unpacked = new Map();
  let now = whole;
  let slice = null;

  async function unpack(number) {
    if (!unpacked.has(number)) {
      const bytes = Uint8Array.from(atob(packed[number].textContent), (letter) => letter.charCodeAt(0));
      const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
      unpacked.set(number, JSON.parse(await new Response(stream).text()));
    }
    return unpacked.get(number);
  }
  async function show(name) {
    const number = data.slices.findIndex((cut) => cut.name === name);
    slice = data.slices[number] ?? null;
    const part = slice ? await unpack(number) : whole;
    if (part === now) return;
    now = part;
    all("[data-part] .plot[data-drawn]").forEach((plot) => Plotly.purge(plot));
    places.forEach((place) => { place.innerHTML = now.html[place.dataset.part]; });
    byId("showing").hidden = !slice;
    byId("showing-words").textContent = slice ? `Shown: ${slice.label}. ${slice.size}.` : "";
    watch();
    mark();
  }

  // Figures: drawn when they come near the window, drawn anew in the colours of the page.
  const wide = matchMedia("(min-width: 1200px)");
  const night = matchMedia("(prefers-color-scheme: dark)");
  const theme = () => root.dataset.theme || (night.matches ? "dark" : "light");
  let plots = [];

  // On a narrow screen names beside the marks would leave them no room: they go above; cells lose their numbers.
  function shortened(text) {
    const room = Math.floor(innerWidth / 9.5);
    const [tail] = /: [^:]*$/.exec(text) ?? [""];
    return text.length <= room ? text : `${text.slice(0, room - tail.length)}…${tail}`;
  }
  // Panels side by side stand below each other there.
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
    const room = Math.floor(pixels / 7.5);
    return text.replace(/(\d) %/g, "$1\u00a0%").split(" ").reduce(([line, ...above], word) => (
      line && line.length + word.length >= room ? [word, line, ...above] : [[line, word].filter(Boolean).join(" "), ...above]
    ), [""]).reverse().join("<br>");
  }
  function titled(layout, names = []) {
    const margin = { ...layout.margin, r: Math.max(36, layout.margin?.r ?? 0) };
    const beside = Math.max(60, ...names.map((name) => 7 * name.length));
    const across = innerWidth - 32 - beside - margin.r;
    const down = (layout.height ?? 450) - 90 - (margin.t ?? 48);
    const axes = Object.entries(layout).filter(([name]) => /^[xy]axis/.test(name)).map(([name, axis]) => {
      const [low, high] = axis.domain ?? [0, 1];
      const room = (name.startsWith("x") ? across : down) * (high - low);
      const named = name.startsWith("x") && axis.ticktext && axis.tickvals.length > 5;
      const every = named && { tickvals: axis.tickvals.filter((_, n) => n % 2 === 0), ticktext: axis.ticktext.filter((_, n) => n % 2 === 0) };
      const few = name.startsWith("x") && !axis.tickvals && { nticks: margin.r > 60 ? 3 : 4 };
      const title = axis.title?.text && { title: { ...axis.title, text: broken(axis.title.text, room) } };
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
  const entryOf = (key) => (Object.hasOwn(now.evidence, key) ? now.evidence[key] : null);
  const keyOf = (plot, point, index) => (
    [point, figureOf(plot).opens[index]].flat().find((value) => entryOf(value ?? ""))
  );
  const figureOf = (plot) => now.figures[plot.id];
  function draw(plot) {
    if (plot.dataset.drawn) return;
    plot.dataset.drawn = "yes";
    const [traces, layout] = fitted(figureOf(plot));
    plot.style.minHeight = "0";
    Plotly.newPlot(plot, traces, { ...layout, dragmode: false, template: data.templates[theme()] }, data.config);
    plot.on("plotly_click", ({ points: [point] }) => {
      const key = keyOf(plot, point.customdata, point.pointIndex);
      if (!key) return;
      plot.focus({ preventScroll: true });
      location.hash = key;
    });
    walkable(plot);
    plot.closest("figure").querySelector(".slider input")?.dispatchEvent(new Event("input"));
  }

  // A figure whose marks lead to people's words is walked with the arrow keys; Enter opens the mark.
  function walkable(plot) {
    const { opens } = figureOf(plot);
    const marks = plot.data.flatMap(({ mode, type, customdata }, curveNumber) => (
      mode === "text" || type === "heatmap" ? [] : Array.from(customdata ?? opens, (_, pointNumber) => (
        { curveNumber, pointNumber, key: keyOf(plot, customdata?.[pointNumber], pointNumber) }
      )).filter(({ key }) => key)
    ));
    plot.tabIndex = marks.length ? 0 : -1;
    if (!marks.length) return;
    plot.setAttribute("role", "group");
    plot.setAttribute("aria-describedby", "walk");
    let at = -1;
    plot.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
      if (step) {
        event.preventDefault();
        at = (at + step + marks.length) % marks.length;
        Plotly.Fx.hover(plot, [marks[at]]);
        byId("said").textContent = entryOf(marks[at].key).claim;
      } else if (event.key === "Enter" && at >= 0) location.hash = marks[at].key;
    });
    plot.addEventListener("blur", () => Plotly.Fx.unhover(plot));
  }
  const seen = new IntersectionObserver(
    (entries) => entries.filter((entry) => entry.isIntersecting).forEach((entry) => {
      seen.unobserve(entry.target);
      draw(entry.target);
    }),
    { rootMargin: "600px" },
  );
  // A slider walks through steps that were reckoned beforehand; the last trace marks where it stands.
  function slide(slider) {
    const input = slider.querySelector("input");
    const plot = byId(input.dataset.plot);
    const step = () => {
      const { text, x, y } = figureOf(plot).steps[input.value];
      slider.querySelector("output").textContent = text;
      input.setAttribute("aria-valuetext", text);
      if (plot.dataset.drawn) Plotly.restyle(plot, { x: [[x]], y: [[y]] }, [plot.data.length - 1]);
    };
    slider.hidden = false;
    input.addEventListener("input", step);
    step();
  }

  function watch() {
    seen.disconnect();
    plots = all(".plot");
    plots.forEach((plot) => {
      if (!plot.closest("figure").querySelector(".tools")) plot.closest("figure").append(tools(plot));
      if (!plot.dataset.drawn) seen.observe(plot);
    });
    all(".slider[hidden]").forEach(slide);
    all(".answers > li").forEach((answer) => answer.querySelector(".to").append(copier(() => [
      all("h2, p:not(.to), .answers ol li", answer).map((line) => line.textContent).join("\n"),
    ])));
    all("details.wide > .scroll:not(:has(+ button))").forEach((table) => {
      const name = table.closest("details").querySelector("summary").textContent;
      table.after(button("CSV", () => saveTable(table, name), `CSV of the table: ${name}`));
    });
  }

  function repaint() {
    painter.textContent = theme() === "dark" ? "Light" : "Dark";
    painter.setAttribute("aria-label", `Change to ${painter.textContent.toLowerCase()} colours`);
    const template = data.templates[theme()];
    plots.filter((plot) => plot.dataset.drawn).forEach((plot) => Plotly.relayout(plot, { template }));
  }
  const painter = byId("theme");
  painter.hidden = false;
  painter.addEventListener("click", () => {
    root.dataset.theme = theme() === "dark" ? "light" : "dark";
    repaint();
  });
  night.addEventListener("change", repaint);

  addEventListener("beforeprint", () => {
    root.dataset.printed = root.dataset.theme || "";
    root.dataset.theme = "light";
    plots.forEach(draw);
    all("figure details:last-of-type").forEach((definition) => { definition.open = true; });
    repaint();
  });
  addEventListener("afterprint", () => {
    if (root.dataset.printed) root.dataset.theme = root.dataset.printed;
    else delete root.dataset.theme;
    repaint();
  });

  // To take away: a finding as text, a table as CSV, a figure as picture.
  const plain = (text) => text.replace(/\u2060/g, "").trim();
  function source() {
    const part = slice ? ` Shown: ${slice.label}. ${slice.size}.` : "";
    return `From “${document.title}”: ${document.querySelector(".honesty").textContent}${part}`;
  }
  async function copy(lines) {
    const text = plain([...lines, source()].filter(Boolean).join("\n"));
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = element("textarea", text);
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    byId("said").textContent = "Copied.";
  }
  function copier(lines) {
    return button("Copy", (event) => {
      const pressed = event.currentTarget;
      copy(lines()).then(() => { pressed.textContent = "Copied"; });
      setTimeout(() => { pressed.textContent = "Copy"; }, 2000);
    }, "Copy this finding as text");
  }
  function save(name, address) {
    const link = document.createElement("a");
    link.href = address;
    link.download = name;
    link.click();
  }
  // A cell that a spreadsheet would run gets an apostrophe; a plain negative number is no formula.
  function cell(text) {
    const words = plain(text).replace(/\r\n?|[\x85\u2028\u2029]/g, "\n");
    const runs = /^[\s\u200b]*[=+\-@＝＋－＠]/.test(words) && !/^[-+]?[\d.,]+\s?%?$/.test(words);
    return `"${(runs ? `'${words}` : words).replaceAll('"', '""')}"`;
  }
  function saveRows(rows, name) {
    const text = rows.map((row) => row.map(cell).join(",")).join("\r\n");
    const address = URL.createObjectURL(new Blob([`\ufeff${text}\r\n`], { type: "text/csv" }));
    const file = name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "");
    save(`${file.slice(0, 60) || "table"}.csv`, address);
    setTimeout(() => URL.revokeObjectURL(address), 10000);
  }
  const saveTable = (table, name) => saveRows(
    all("tr", table).map((row) => all("th, td", row).map((box) => box.textContent)),
    slice ? `${name} ${slice.name}` : name,
  );
  async function picture(plot, format) {
    const { data: traces, layout } = figureOf(plot);
    const question = plot.closest("figure").querySelector("figcaption").textContent;
    const paper = getComputedStyle(root).getPropertyValue("--paper").trim();
    const size = { width: 1100, height: layout.height ?? 450 };
    const title = { text: slice ? `${question} (${slice.label})` : question };
    const margin = { ...layout.margin, t: Math.max(60, layout.margin?.t ?? 0) };
    const drawn = { ...layout, ...size, title, margin, paper_bgcolor: paper, template: data.templates[theme()] };
    const address = await Plotly.toImage({ data: traces, layout: drawn }, { format, ...size, scale: format === "png" ? 2 : 1 });
    save(`${plot.id}${slice ? `-${slice.name}` : ""}.${format}`, address);
  }
  function tools(plot) {
    const figure = plot.closest("figure");
    const question = figure.querySelector("figcaption").textContent;
    const made = element("div", "", copier(() => [
      question, plot.getAttribute("aria-label"), figure.querySelector("details:last-of-type p")?.textContent,
    ]));
    made.className = "tools";
    made.append(
      button("CSV", () => saveTable(figure.querySelector("table"), plot.id), `CSV of the table: ${question}`),
      button("PNG", () => picture(plot, "png"), `PNG of the figure: ${question}`),
      button("SVG", () => picture(plot, "svg"), `SVG of the figure: ${question}`),
    );
    return made;
  }

  // Contents: open beside the page where there is room, a drawer where there is not.
  const contents = byId("contents");
  const fold = () => { contents.open = wide.matches; };
  wide.addEventListener("change", fold);
  fold();

  // Evidence: the address says what is open; Esc closes it and gives the focus back.
  const panel = byId("panel");
  const field = byId("words");
  let opener = null;

  const linkTo = (key) => all("a.opens").find((link) => link.hash === `#${key}`);
  // Words that are looked for are marked on top of those that made a rule choose the quote.
  function marked(text, match, sought) {
    if (!sought) return [match ? element("mark", text) : text];
    return text.split(sought).map((piece, place) => (place % 2 || match ? element("mark", piece) : piece));
  }
  function quote([number, reason], sought) {
    const [parts, from, note] = data.quotes[number];
    const words = element("p", "", ...parts.flatMap(([text, match]) => marked(text, sought ? 0 : match, sought)));
    words.dir = "auto";
    const footer = element("footer", [from, reason].filter(Boolean).join(" · "));
    if (note) footer.append(element("p", `Note: ${note}`));
    return element("blockquote", "", words, footer);
  }
  function fill(claim, facts, tooling, children) {
    byId("panel-claim").textContent = claim;
    byId("panel-facts").textContent = facts;
    byId("panel-tools").replaceChildren(...tooling);
    byId("panel-quotes").replaceChildren(...children);
    if (panel.hidden) {
      const key = location.hash.slice(1);
      opener = document.activeElement === document.body ? linkTo(key) : document.activeElement;
    }
    panel.hidden = false;
    panel.scrollTop = 0;
  }
  function open(key) {
    const entry = entryOf(key);
    if (!entry) {
      fill(whole.evidence[key].claim.split(": ")[0], "Too few people in what is shown to tell of it.", [], []);
    } else {
      const { claim, facts, groups, rest = [], n_left = 0 } = entry;
      const chosen = groups.flatMap(({ label, quotes }) => [element("h3", label), ...quotes.map((one) => quote(one))]);
      const more = element("details", "", element("summary", `${rest.length} more, nearest to the centre first`));
      more.addEventListener("toggle", () => {
        if (more.childElementCount === 1) more.append(...rest.map((number) => quote([number, ""])));
      });
      const left = element("p", n_left ? `${n_left.toLocaleString("en")} more are not on this page.` : "");
      left.className = "quiet";
      const numbered = [
        ...groups.flatMap(({ label, quotes }) => quotes.map(([number]) => [label, number])),
        ...rest.map((number) => ["More, nearest to the centre first", number]),
      ];
      const rows = () => [["chosen as", "words", "from", "note"], ...numbered.map(([label, number]) => {
        const [parts, from, note = ""] = data.quotes[number];
        return [label, parts.map(([text]) => text).join(""), from, note];
      })];
      fill(claim, facts, [
        copier(() => [claim, facts]),
        button(`CSV of ${numbered.length}`, () => saveRows(rows(), key), `CSV of these ${numbered.length} messages`),
      ], [...chosen, ...(rest.length ? [more] : []), left]);
    }
    byId("panel-claim").focus({ preventScroll: true });
  }
  function close() {
    if (panel.hidden) return;
    panel.hidden = true;
    address("");
    opener?.focus({ preventScroll: true });
  }
  function follow() {
    const key = location.hash.slice(1);
    if (Object.hasOwn(whole.evidence, key) || Object.hasOwn(now.evidence, key)) open(key);
    else panel.hidden = true;
  }
  addEventListener("hashchange", follow);
  addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
  byId("close").addEventListener("click", close);

  // Search: all words that the page holds of what is shown, each with the need or topic that it is on.
  const MOST = 50;
  function search() {
    const asked = field.value.trim();
    if (asked.length < 2) {
      if (!panel.hidden && opener === field) close();
      return;
    }
    const sought = new RegExp(`(${asked.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")})`, "iu");
    const keys = new Map();
    Object.entries(now.evidence).forEach(([key, { groups, rest = [] }]) => {
      [...groups.flatMap(({ quotes }) => quotes.map(([number]) => number)), ...rest].forEach((number) => {
        const words = data.quotes[number][0].map(([text]) => text).join("");
        keys.set(words, keys.get(words) ?? [number, key]);
      });
    });
    const found = [...keys].filter(([words]) => sought.test(words)).map(([, hit]) => hit);
    const shown = found.slice(0, MOST).map(([number, key]) => {
      const link = element("a", now.evidence[key].claim.split(/: | · /)[0]);
      link.href = `#${key}`;
      const hit = quote([number, ""], sought);
      hit.querySelector("footer").append(" · ", link);
      return hit;
    });
    const left = found.length > MOST ? ` The first ${MOST} are shown.` : "";
    fill(`“${asked}”: ${found.length} of ${keys.size} messages on this page`, `${left}`, [], shown);
    byId("said").textContent = `${found.length} found`;
  }
  let pause = 0;
  field.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(search, 200);
  });
  byId("slices").addEventListener("submit", (event) => {
    event.preventDefault();
    search();
    if (!panel.hidden) byId("panel-claim").focus({ preventScroll: true });
  });

  // The address carries the slice before the mark: ?show=wild#need-7.
  function address(hash) {
    const query = slice ? `?show=${encodeURIComponent(slice.name)}` : "";
    try {
      history.replaceState(null, "", `${location.pathname}${query}${hash}`);
    } catch { location.hash = hash; }
  }
  // Shown inside a notebook the page has no address of its own: a link would open the notebook instead.
  if (location.protocol === "about:") {
    addEventListener("click", (event) => {
      const link = event.target.closest("a[href^='#']");
      if (!link) return;
      event.preventDefault();
      location.hash = link.getAttribute("href");
    });
  }
  const choice = byId("show");
  const subjectOf = (key) => entryOf(key)?.claim.split(": ")[0];
  async function choose(name) {
    const key = location.hash.slice(1);
    const before = subjectOf(key);
    await show(name);
    if (choice) choice.value = slice?.name ?? "";
    address(location.hash);
    if (!panel.hidden) {
      if (opener === field && field.value) search();
      else if (before && entryOf(key) && subjectOf(key) !== before) close(); // another burst of the same number
      else follow();
    }
  }
  const mark = () => root.toggleAttribute("data-sliced", Boolean(slice));
  if (choice && !("DecompressionStream" in window)) choice.closest("form").replaceChildren(field);
  byId("slices").hidden = false;
  choice?.addEventListener("change", () => choose(choice.value));
  byId("show-all").addEventListener("click", () => choose("").then(() => choice.focus()));

  repaint();
  watch();
  const begin = () => {
    const asked = linkTo(location.hash.slice(1));
    asked?.closest("details")?.setAttribute("open", "");
    asked?.scrollIntoView({ block: "center" });
    follow();
  };
  const wanted = new URLSearchParams(location.search).get("show");
  if (wanted && choice && data.slices.some((cut) => cut.name === wanted)) choose(wanted).then(begin);
  else begin();
})();
