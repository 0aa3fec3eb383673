// The page comes alive: figures first, then the rows; without either it still reads.
const contents = byId("contents");
const fold = () => { contents.open = wide.matches; };
wide.addEventListener("change", fold);
fold();
// Parts of the appendix are made when they are opened.
all("details.late").forEach((part) => part.addEventListener("toggle", () => {
  if (!part.open || part.dataset.made || !data) return;
  part.dataset.made = "yes";
  const shown = data.shown[part.dataset.shown];
  if (!shown) {
    part.append(...tableOf(data.tables[part.dataset.table], part.dataset.table));
    return;
  }
  const figure = element("figure");
  figure.dataset.shown = shown.id;
  const title = element("span", shown.title); // in sight it is the line that was opened
  title.className = "unseen";
  const caption = element("figcaption", "", title);
  const subtitle = element("span", shown.subtitle);
  subtitle.className = "quiet";
  caption.append(subtitle);
  const place = element("div");
  place.className = shown.plot ? "plot" : "rows";
  if (shown.plot) {
    place.id = shown.id;
    place.setAttribute("role", "img");
    place.setAttribute("aria-label", shown.title);
  }
  const details = element("details", "", element("summary", "Details"));
  details.className = "more";
  figure.append(caption, place, details);
  part.append(figure);
  watch(part);
}));
addEventListener("hashchange", follow);
addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
byId("close").addEventListener("click", close);
// Inside a notebook the page has no address of its own: a link would open the notebook instead.
if (location.protocol === "about:") {
  addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (!link) return;
    event.preventDefault();
    location.hash = link.getAttribute("href");
  });
}
async function start() {
  if (!("DecompressionStream" in window)) return;
  data = JSON.parse(await unpack("data"));
  startFigures();
  rows = await openRows(byId("rows").textContent);
  if (rows.messages) {
    startFilters();
    refresh();
  }
  follow();
  root.dataset.ready = "yes";
}
start();
