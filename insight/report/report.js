"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);

  // Figures: drawn when they come near the window, drawn anew in the colours of the page.
  const wide = matchMedia("(min-width: 1200px)");
  const night = matchMedia("(prefers-color-scheme: dark)");
  const plots = [...document.querySelectorAll(".plot")];
  const theme = () => root.dataset.theme || (night.matches ? "dark" : "light");

  // On a narrow screen names beside the marks would leave them no room: they go above; cells lose their numbers.
  function shortened(text) {
    const room = Math.floor(innerWidth / 9.5);
    const [tail] = /: [^:]*$/.exec(text) ?? [""];
    return text.length <= room ? text : `${text.slice(0, room - tail.length)}…${tail}`;
  }
  function fitted({ data: traces, layout }) {
    if (innerWidth > 640) return [traces, layout];
    const bare = traces.map((trace) => {
      if (trace.type === "heatmap") return { ...trace, texttemplate: "" };
      return trace.mode === "text" ? { ...trace, text: trace.text.map(shortened) } : trace;
    });
    if (layout.yaxis?.type !== "category" || bare.some((trace) => trace.type === "heatmap")) return [bare, layout];
    const names = [...new Set(traces.flatMap((trace) => trace.y))];
    const annotations = names.map((name) => (
      { text: name, y: name, x: 0, xref: "paper", xanchor: "left", yshift: 15, showarrow: false, font: { size: 12 } }
    ));
    const yaxis = { ...layout.yaxis, showticklabels: false };
    return [bare, { ...layout, yaxis, annotations, height: 110 + 44 * names.length }];
  }
  function draw(plot) {
    if (plot.dataset.drawn) return;
    plot.dataset.drawn = "yes";
    const [traces, layout] = fitted(data.figures[plot.id]);
    const { opens } = data.figures[plot.id];
    plot.style.minHeight = "0";
    plot.tabIndex = -1;
    Plotly.newPlot(plot, traces, { ...layout, dragmode: false, template: data.templates[theme()] }, data.config);
    plot.on("plotly_click", ({ points: [point] }) => {
      const key = [point.customdata, opens[point.pointIndex]].flat().find((value) => value in data.evidence);
      if (!key) return;
      plot.focus({ preventScroll: true });
      location.hash = key;
    });
  }
  const seen = new IntersectionObserver(
    (entries) => entries.filter((entry) => entry.isIntersecting).forEach((entry) => {
      seen.unobserve(entry.target);
      draw(entry.target);
    }),
    { rootMargin: "600px" },
  );
  plots.forEach((plot) => seen.observe(plot));

  // A slider walks through steps that were reckoned beforehand; the last trace marks where it stands.
  document.querySelectorAll(".slider").forEach((slider) => {
    const input = slider.querySelector("input");
    const plot = byId(input.dataset.plot);
    const show = () => {
      const { text, x, y } = data.sliders[plot.id][input.value];
      slider.querySelector("output").textContent = text;
      input.setAttribute("aria-valuetext", text);
      if (plot.dataset.drawn) Plotly.restyle(plot, { x: [[x]], y: [[y]] }, [plot.data.length - 1]);
    };
    slider.hidden = false;
    input.addEventListener("input", show);
    show();
  });

  function repaint() {
    button.textContent = theme() === "dark" ? "Light" : "Dark";
    button.setAttribute("aria-label", `Change to ${button.textContent.toLowerCase()} colours`);
    const template = data.templates[theme()];
    plots.filter((plot) => plot.dataset.drawn).forEach((plot) => Plotly.relayout(plot, { template }));
  }
  const button = byId("theme");
  button.hidden = false;
  button.addEventListener("click", () => {
    root.dataset.theme = theme() === "dark" ? "light" : "dark";
    repaint();
  });
  night.addEventListener("change", repaint);
  repaint();

  addEventListener("beforeprint", () => {
    root.dataset.printed = root.dataset.theme || "";
    root.dataset.theme = "light";
    plots.forEach(draw);
    repaint();
  });
  addEventListener("afterprint", () => {
    if (root.dataset.printed) root.dataset.theme = root.dataset.printed;
    else delete root.dataset.theme;
    repaint();
  });

  // Contents: open beside the page where there is room, a drawer where there is not.
  const contents = byId("contents");
  const fold = () => { contents.open = wide.matches; };
  wide.addEventListener("change", fold);
  fold();

  // Evidence: the address says what is open; Esc closes it and gives the focus back.
  const panel = byId("panel");
  let opener = null;

  function element(name, text, ...children) {
    const made = document.createElement(name);
    made.textContent = text;
    made.append(...children);
    return made;
  }
  function linkTo(key) {
    return [...document.querySelectorAll("a.opens")].find((link) => link.hash === `#${key}`);
  }
  function quote({ parts, source, reason }) {
    const words = element("p", "", ...parts.map(([text, marked]) => (marked ? element("mark", text) : text)));
    words.dir = "auto";
    return element("blockquote", "", words, element("footer", `${source} · ${reason}`));
  }
  function open(key) {
    const { claim, facts, groups } = data.evidence[key];
    byId("panel-claim").textContent = claim;
    byId("panel-facts").textContent = facts;
    byId("panel-quotes").replaceChildren(
      ...groups.flatMap(({ label, quotes }) => [element("h3", label), ...quotes.map(quote)]),
    );
    if (panel.hidden) {
      opener = document.activeElement === document.body ? linkTo(key) : document.activeElement;
    }
    panel.hidden = false;
    panel.scrollTop = 0;
    byId("panel-claim").focus({ preventScroll: true });
  }
  function close() {
    if (panel.hidden) return;
    panel.hidden = true;
    history.replaceState(null, "", location.pathname + location.search);
    opener?.focus({ preventScroll: true });
  }
  function follow() {
    const key = location.hash.slice(1);
    if (Object.hasOwn(data.evidence, key)) open(key);
    else panel.hidden = true;
  }
  addEventListener("hashchange", follow);
  addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
  byId("close").addEventListener("click", close);
  const asked = linkTo(location.hash.slice(1));
  asked?.closest("details")?.setAttribute("open", "");
  asked?.scrollIntoView({ block: "center" });
  follow();
})();
