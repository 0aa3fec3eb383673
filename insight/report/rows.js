"use strict";
/* The rows of the page, filtered and counted in the browser.

   const rows = await openRows(payload);              payload: Rows.packed (base64 of deflate-raw) or its JSON
   const view = rows.view({ channel: ["Reddit"], from: "2026-01-01", text: "wifi" });

   Payload: n, n_people, min_people, internal, tz, first, last, as_of, grain, unit (seconds of a wait), and
   columns {type: u1|u2|u4, data: base64, little-endian}, rows by person, then day:
     of_person (rows of each person), day (0 undated, else days from `first` + 1), worded, own,
     rating {values, codes}, waits {gap, wait, watched, answered, due} (gap: rows since the wait before),
     sentences {signals, gap, start, end, signal, echo, need, part} (places in UTF-16 of the message's text),
     dimensions [{name, label, values: [[value, label]], codes} or, where a message has several,
     {..., counts, codes}]; a code is 0 for none, else the place in values + 1; texts {has, list, n_left_out,
     n_cut, n_empty}; internally also id and time (seconds since 1970).
   Rows: dimensions, people, messages, minPeople, internal, first, last, asOf, texts; view(filters) -> View.
   Filters: from, to (days, inclusive), text (all words), and a list of values for any dimension.
   View: people, messages, exact (see below), ignored (values not known), not_searched (texts left out)
     by(dimension) -> [{value, label, people, messages, n, share, low, high, exact}]; also by day, week, month,
       quarter or joined (the period of a person's first message); a dimension that files may lack has no
       values, any other name is an error
     needs() -> [{..., trend, rating, n_rated, rating_rest, impact, answered, parts}], shares of `n` people
     volume(unit) -> [{start, end, people, messages, complete, exact}]
     ratings(dimension) -> [{value, label, n, n_people, mean, low, high}]: means of people's means, 0 to 1
     answered(hours, dimension, {all}) -> [{value, label, n, n_people, answered, share, low, high, n_open}]
     waitCurve({all}) -> [{wait_hours, n_at_risk, unanswered, low, high}]; waiting() -> [message]
     sentences(need, {part, sort, search, offset, limit}) -> {total, items: [message with start, end, signal]}
     messagesOf(dimension, value, {sort, search, offset, limit}) -> {total, items: [message]}
     compare(dimension) -> [{value, label, people, needs: by("need") within the value}]
   Groups of fewer than minPeople people are null, none included. Of the others only the whole, and groups of
   the whole by one value, are counted to the last digit, where no two of them differ by fewer people. All
   other counts are floored to a multiple of minPeople (`exact` is false: read "at least"), their shares are
   those of the middle of what they may be, with an interval that covers all of it, and means are rounded. */
const { openRows, parseState, formatState } = (() => {
  const ARRAYS = { u1: Uint8Array, u2: Uint16Array, u4: Uint32Array };
  const Z = 1.959963984540054, DAY = 86400000, ROUNDING = 1e-9;
  const DERIVED = new Set(["topic", "signal", "need", "part"]);
  const PEOPLE = new Set(["n_people", "n_rated"]), COUNTS = new Set(["n", "answered", "n_open", "n_at_risk"]);
  const OFTEN = new Set([
    "channel", "rating", "topic", "want", "tagged", "lang", "kind", "brand", "signal", "need", "part",
    "reply", "welcome",
  ]); // dimensions that a file may lack: then they have no values
  const TYPED = new Set(["from", "to", "text"]);
  const READ = { name: "", values: ["read"] }; // not a filter: the messages whose words were read
  const PERIODS = ["day", "week", "month", "quarter"];
  const JOINED = "joined"; // the period of a person's first message

  // --- reading ---------------------------------------------------------------------------------------------
  function bytesOf(text) {
    const raw = atob(text), bytes = new Uint8Array(raw.length);
    for (let at = 0; at < raw.length; at++) bytes[at] = raw.charCodeAt(at);
    return bytes;
  }
  const column = (packed) => new ARRAYS[packed.type](bytesOf(packed.data).buffer);
  function summed(gaps) {
    const places = new Uint32Array(gaps.length);
    for (let at = 0, sum = 0; at < gaps.length; at++) places[at] = sum += gaps[at];
    return places;
  }
  function startsOf(counts) {
    const starts = new Uint32Array(counts.length + 1);
    for (let at = 0; at < counts.length; at++) starts[at + 1] = starts[at] + counts[at];
    return starts;
  }
  async function inflate(text) {
    const stream = new Blob([bytesOf(text)]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    return new Response(stream).text();
  }
  async function openRows(payload) {
    const text = payload.trim();
    return new Rows(JSON.parse(text.startsWith("{") ? text : await inflate(text)));
  }

  // --- statistics ------------------------------------------------------------------------------------------
  function wilson(k, n) {
    if (!(n > 0)) return [NaN, NaN];
    const rate = k / n, z2 = Z ** 2;
    const centre = (rate + z2 / (2 * n)) / (1 + z2 / n);
    const half = (Math.sqrt(z2) / (1 + z2 / n)) * Math.sqrt((rate * (1 - rate)) / n + z2 / (4 * n ** 2));
    return [k === 0 ? 0 : centre - half, k === n ? 1 : centre + half];
  }
  function logGamma(x) {
    const c = [0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313,
      -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6,
      1.5056327351493116e-7];
    let sum = c[0];
    for (let at = 1; at < 9; at++) sum += c[at] / (x - 1 + at);
    const t = x + 6.5;
    return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
  }
  function betaFraction(a, b, x) { // Lentz
    let c = 1, d = 1 / (1 - ((a + b) * x) / (a + 1) || 1e-300), h = d;
    for (let m = 1; m < 1000; m++) {
      const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
      d = 1 / (1 + even * d || 1e-300); c = 1 + even / c || 1e-300; h *= d * c;
      const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
      d = 1 / (1 + odd * d || 1e-300); c = 1 + odd / c || 1e-300;
      h *= d * c;
      if (Math.abs(d * c - 1) < 1e-16) break;
    }
    return h;
  }
  function upperT(t, df) { // the chance of more than t
    const a = df / 2, x = df / (df + t * t), y = (t * t) / (df + t * t);
    const scale = logGamma(a + 0.5) - logGamma(a) - logGamma(0.5);
    const front = Math.exp(scale + a * Math.log(x) + 0.5 * Math.log(y));
    const below = x < (a + 1) / (a + 2.5) ? (front * betaFraction(a, 0.5, x)) / a
      : 1 - (front * betaFraction(0.5, a, y)) / 0.5;
    return below / 2;
  }
  const quantiles = new Map();
  function tQuantile(df) { // of 97.5 %
    if (quantiles.has(df)) return quantiles.get(df);
    let low = Z, high = 13;
    for (let at = 0; at < 60 && high - low > 1e-15 * high; at++) {
      const middle = (low + high) / 2;
      if (upperT(middle, df) > 0.025) low = middle; else high = middle;
    }
    quantiles.set(df, (low + high) / 2);
    return (low + high) / 2;
  }
  /* Shares where people repeat: the same as insight.stats.shares(k, n, by=person). */
  function sharesBy(hits, trials) {
    const n = trials.length;
    let k = 0, all = 0, squares = 0;
    for (let at = 0; at < n; at++) { k += hits[at]; all += trials[at]; }
    const share = k / all;
    for (let at = 0; at < n; at++) squares += (trials[at] / all) ** 2;
    const people = 1 / squares;
    if (all === n) return [share, ...scoreInterval(share, n, Z)];
    let variance = 0, hit2 = 0, miss2 = 0;
    for (let at = 0; at < n; at++) {
      const leftOut = (1 - 1 / n) / (1 - trials[at] / all);
      variance += (((hits[at] - share * trials[at]) * leftOut) / all) ** 2;
      hit2 += hits[at] ** 2; miss2 += (trials[at] - hits[at]) ** 2;
    }
    variance *= n / (n - 1);
    const agreeing = (share * (1 - share)) / people;
    const voices = Math.min(hit2 ? k ** 2 / hit2 : 0, miss2 ? (all - k) ** 2 / miss2 : 0);
    variance = (voices * variance + 0.5 * agreeing) / (voices + 0.5);
    const effective = Math.min(agreeing > 0 ? (share * (1 - share)) / variance : people, all);
    return [share, ...scoreInterval(share, effective, tQuantile(Math.max(people - 1, 1)))];
  }
  function scoreInterval(share, n, z) {
    const centre = (share + z ** 2 / (2 * n)) / (1 + z ** 2 / n);
    const half = (z / (1 + z ** 2 / n)) * Math.sqrt((share * (1 - share)) / n + z ** 2 / (4 * n ** 2));
    return [share === 0 ? 0 : centre - half, share === 1 ? 1 : centre + half];
  }
  /* Kaplan and Meier's estimate in the steps of insight.response_curve. */
  function curveOf(hours, answered) {
    const n = hours.length, steps = [], order = Array.from(hours.keys());
    order.sort((a, b) => hours[a] - hours[b] || answered[b] - answered[a]);
    let left = 1, sum = 0;
    for (let at = 0; at < n;) {
      const time = hours[order[at]];
      let end = at, events = 0;
      while (end < n && hours[order[end]] === time) events += answered[order[end++]];
      if (events) {
        const risk = n - at, share = events / risk;
        left *= 1 - share; sum += share / (risk - events);
        const log = Math.log(left), widen = Math.exp((Z * Math.sqrt(sum)) / log);
        const previous = steps.length ? steps[steps.length - 1].high : 1;
        steps.push({
          wait_hours: time, n_at_risk: risk, unanswered: left,
          low: left > 0 ? Math.exp(log / widen) : 0, high: left > 0 ? Math.exp(log * widen) : previous,
        });
      }
      at = end;
    }
    const step = (row) => Math.floor((row.unanswered + ROUNDING) / 0.001);
    const kept = steps.filter((row, at) => at + 1 === steps.length || step(row) !== step(steps[at + 1]));
    const table = [{ wait_hours: 0, n_at_risk: n, unanswered: 1, low: 1, high: 1 }, ...kept];
    const longest = hours[order[n - 1]];
    if (longest > table[table.length - 1].wait_hours) {
      const n_at_risk = hours.filter((time) => time === longest).length;
      table.push({ ...table[table.length - 1], wait_hours: longest, n_at_risk });
    }
    return table;
  }
  function meanOf(values) {
    const n = values.length;
    if (!n) return { mean: NaN, variance: NaN, n };
    const mean = values.reduce((sum, value) => sum + value, 0) / n;
    const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    return { mean, variance: n > 1 ? square / (n - 1) : NaN, n };
  }
  // --- state -----------------------------------------------------------------------------------------------
  function parseState(hash) {
    const filters = Object.create(null);
    for (const [name, value] of new URLSearchParams(hash.replace(/^#/, ""))) {
      if (TYPED.has(name)) filters[name] = value;
      else (filters[name] ??= []).push(value);
    }
    return filters;
  }
  function formatState(filters) {
    const pairs = [];
    for (const name of Object.keys(filters).sort())
      for (const value of [filters[name]].flat())
        if (value != null && value !== "") pairs.push([name, value]);
    return String(new URLSearchParams(pairs));
  }

  // --- rows ------------------------------------------------------------------------------------------------
  const iso = (days) => new Date(days * DAY).toISOString().slice(0, 10);
  const daysOf = (text) => Math.floor(Date.parse(`${text}T00:00:00Z`) / DAY);
  function periodStart(days, unit) {
    if (unit === "day") return days;
    if (unit === "week") return days - ((((days + 3) % 7) + 7) % 7);
    const date = new Date(days * DAY), month = date.getUTCMonth();
    return Date.UTC(date.getUTCFullYear(), unit === "quarter" ? month - (month % 3) : month, 1) / DAY;
  }
  function periodEnd(start, unit) { // the first day after it
    if (unit === "day" || unit === "week") return start + (unit === "day" ? 1 : 7);
    const date = new Date(start * DAY);
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + (unit === "quarter" ? 3 : 1), 1) / DAY;
  }

  class Rows {
    constructor(data) {
      this.data = data;
      this.messages = data.n; this.people = data.n_people; this.minPeople = data.min_people;
      this.internal = data.internal; this.grain = data.grain; this.tz = data.tz;
      this.first = data.first; this.last = data.last; this.asOf = data.as_of;
      this.texts = { left_out: data.texts.n_left_out, cut: data.texts.n_cut, empty: data.texts.n_empty };
      this.firstDay = data.first ? daysOf(data.first) : 0;
      this.person = new Uint32Array(data.n);
      this.ofPerson = startsOf(column(data.of_person));
      for (let who = 0; who < this.people; who++)
        this.person.fill(who, this.ofPerson[who], this.ofPerson[who + 1]);
      this.day = column(data.day);
      this.none = new Uint8Array(data.n);
      this.all = { codes: new Uint8Array(data.n).fill(1), several: false };
      this.worded = column(data.worded); this.own = column(data.own);
      const given = column(data.rating.codes), stars = Float64Array.of(NaN, ...data.rating.values);
      this.rating = Float64Array.from(given, (code) => stars[code]);
      this.byName = new Map(data.dimensions.map((packed) => [packed.name, this._dimension(packed)]));
      this.dimensions = [...this.byName.values()].map(
        ({ name, label, values, several }) => ({ name, label, values, several }));
      this._readSentences(data.sentences);
      this._readWaits(data.waits);
      this._readTexts(data.texts);
      this.masks = new Map(); this.views = new Map();
      this.time = data.time ? column(data.time) : null;
    }
    _dimension(packed) {
      const values = packed.values.map(([value, label]) => ({ value, label }));
      const place = new Map(values.map(({ value }, at) => [value, at + 1]));
      const several = Boolean(packed.counts);
      const starts = several ? startsOf(column(packed.counts)) : null, { name, label } = packed;
      return { name, label, values, place, several, starts, codes: column(packed.codes) };
    }
    _readSentences(packed) {
      const { need, part } = packed, row = summed(column(packed.gap));
      this.said = {
        row, start: column(packed.start), end: column(packed.end), signal: column(packed.signal),
        echo: column(packed.echo), signals: packed.signals,
        need: column(need.codes), needs: need.values, part: column(part.codes), parts: part.values,
      };
    }
    _readWaits(packed) {
      this.waits = null;
      if (!packed) return;
      const hours = (units) => Float64Array.from(units, (value) => (value * this.data.unit) / 3600);
      this.waits = {
        row: summed(column(packed.gap)),
        hours: hours(column(packed.wait)), watched: hours(column(packed.watched)),
        answered: column(packed.answered), due: column(packed.due), left_out: packed.n_left_out,
      };
    }
    _readTexts(packed) {
      const has = column(packed.has);
      this.textAt = new Int32Array(this.messages).fill(-1);
      for (let row = 0, at = 0; row < has.length; row++) if (has[row]) this.textAt[row] = at++;
      this.text = packed.list; this.low = null;
    }
    /* Whether filters may name it. */
    has(name) { return this.byName.has(name) || PERIODS.includes(name) || name === JOINED; }
    /* A dimension by name; day, week, month, quarter and joined are made when they are asked for. */
    dimension(name) {
      if (this.byName.has(name)) return this.byName.get(name);
      if (name === JOINED) {
        const period = this.dimension(this.data.period);
        const codes = Uint32Array.from(this.person, (who) => period.codes[this.ofPerson[who]]);
        this.byName.set(name, { ...period, name, label: "First wrote in", codes });
        return this.byName.get(name);
      }
      if (OFTEN.has(name)) return { name, values: [], place: new Map(), codes: this.none, several: false };
      if (!PERIODS.includes(name))
        throw new RangeError(`no dimension ${name}; there are ${[...this.byName.keys()]}`);
      const code = new Map(), values = [], last = daysOf(this.data.as_of ?? this.data.last ?? "");
      for (let start = periodStart(this.firstDay, name); start <= last; start = periodEnd(start, name)) {
        const value = iso(start), end = periodEnd(start, name);
        values.push({ value, label: name === "month" ? value.slice(0, 7) : value, start, end });
        for (let day = start; day < end; day++) code.set(day, values.length);
      }
      const codes = Uint32Array.from(this.day, (day) => (day ? code.get(this.firstDay + day - 1) ?? 0 : 0));
      const place = new Map(values.map(({ value }, at) => [value, at + 1]));
      const made = { name, label: name, values, place, several: false, starts: null, codes, period: true };
      this.byName.set(name, made);
      return made;
    }
    view(filters = {}) {
      const key = formatState(clean(filters));
      if (!this.views.has(key)) {
        if (this.views.size > 20) this.views.delete(this.views.keys().next().value);
        this.views.set(key, View.of(this, clean(filters)));
      }
      return this.views.get(key);
    }
    /* Which rows a clause keeps: 1 or 0 a row. */
    mask(clause) {
      const key = JSON.stringify([clause.name, clause.values]);
      if (this.masks.has(key)) return this.masks.get(key);
      const mask = new Uint8Array(this.messages);
      if (clause.name === "dates") {
        const [from, to] = clause.values;
        for (let row = 0; row < mask.length; row++)
          mask[row] = this.day[row] > from && this.day[row] <= to ? 1 : 0;
      } else if (clause.name === "text") this._search(clause.values, mask);
      else this._choose(this.dimension(clause.name), clause.values, mask);
      if (this.masks.size > 200) this.masks.clear();
      this.masks.set(key, mask);
      return mask;
    }
    _choose(dimension, values, mask) {
      const wanted = new Uint8Array(dimension.values.length + 1);
      for (const value of values) wanted[dimension.place.get(value)] = 1;
      const { codes, starts } = dimension;
      if (!dimension.several) for (let row = 0; row < mask.length; row++) mask[row] = wanted[codes[row]];
      else
        for (let row = 0; row < mask.length; row++)
          for (let at = starts[row]; at < starts[row + 1] && !mask[row]; at++) mask[row] = wanted[codes[at]];
    }
    _search(words, mask) {
      this.low ??= this.text.map((text) => text.toLowerCase());
      for (let row = 0; row < mask.length; row++) {
        const at = this.textAt[row];
        mask[row] = at >= 0 && words.every((word) => this.low[at].includes(word)) ? 1 : 0;
      }
    }
    /* Whether what these clauses keep may be counted to the last digit: see the head of this file. */
    isExact(clauses) {
      if (this.minPeople <= 1 || !clauses.length) return true;
      if (clauses.length > 1 || clauses[0].values.length !== 1) return false;
      this.exactGroups ??= this._findExact();
      return this.exactGroups.has(JSON.stringify([clauses[0].name, clauses[0].values[0]]));
    }
    _findExact() {
      const found = [], whole = new Uint8Array(this.messages).fill(1);
      const add = (clause, mask) => {
        const rows = [], key = JSON.stringify([clause.name, clause.values[0]]);
        for (let row = 0; row < mask.length; row++) if (mask[row]) rows.push(row);
        if (this._apart(whole, mask)) found.push({ key, mask, rows });
      };
      add(READ, this.worded);
      const names = [...this.byName.values()].filter(({ period }) => !period).map(({ name }) => name);
      for (const name of [...names, this.grain]) {
        const dimension = this.dimension(name);
        if (this._leaves(dimension)) continue;
        for (const { value } of dimension.values) {
          const clause = { name, values: [value] };
          add(clause, this.mask(clause));
        }
      }
      found.sort((a, b) => b.rows.length - a.rows.length || (a.key < b.key ? -1 : 1));
      const kept = [];
      for (const group of found) {
        const around = kept.filter(({ mask }) => group.rows.every((row) => mask[row]));
        if (around.every(({ mask }) => this._apart(mask, group.mask))) kept.push(group);
      }
      return new Set(kept.map(({ key }) => key));
    }
    /* Whether no one, or enough people, are in the outer mask only, and have messages in it only. */
    _apart(outer, inner) {
      const k = this.minPeople, { ofPerson } = this;
      let only = 0, more = 0;
      for (let who = 0; who < this.people; who++) {
        let out = 0, within = 0;
        for (let row = ofPerson[who]; row < ofPerson[who + 1]; row++) {
          out += outer[row];
          within += inner[row];
        }
        if (out && !within) only++;
        if (out > within) more++;
      }
      return (!only || only >= k) && (!more || more >= k);
    }
    /* Whether all values that may be shown, taken from the whole, leave too few people to be counted. */
    _leaves(dimension) {
      if (dimension.several) return false;
      const { person, minPeople: k } = this, { codes } = dimension;
      const people = new Uint32Array(dimension.values.length + 1);
      const last = new Int32Array(people.length).fill(-1);
      for (let row = 0; row < codes.length; row++)
        if (last[codes[row]] !== person[row]) { last[codes[row]] = person[row]; people[codes[row]]++; }
      let left = 0, who = -1;
      for (let row = 0; row < codes.length; row++)
        if (person[row] !== who && (!codes[row] || people[codes[row]] < k)) { who = person[row]; left++; }
      return left > 0 && left < k;
    }
    message(row) {
      const label = (name) => {
        const found = this.byName.get(name), code = found && !found.several ? found.codes[row] : 0;
        return code ? found.values[code - 1].label : null;
      };
      const at = this.textAt[row], rating = this.rating[row];
      return {
        row, day: this.day[row] ? iso(this.firstDay + this.day[row] - 1) : null,
        channel: label("channel"), topic: label("topic"), want: label("want"),
        rating: Number.isNaN(rating) ? null : rating,
        text: at < 0 ? null : this.text[at],
        ...(this.internal && { id: this.data.id[row], person: this.person[row], time: this._moment(row) }),
      };
    }
    _moment(row) {
      return this.time[row] ? new Date(this.time[row] * 1000).toISOString() : null;
    }
  }
  function clean(filters) {
    const kept = Object.create(null);
    for (const [name, value] of Object.entries(filters)) {
      const values = [value].flat().filter((one) => one != null && String(one).trim()).map(String);
      if (values.length) kept[name] = TYPED.has(name) ? values[0].trim() : [...new Set(values)].sort();
    }
    return kept;
  }

  // --- views -----------------------------------------------------------------------------------------------
  class View {
    static of(rows, filters) {
      const clauses = [], ignored = [];
      for (const [name, value] of Object.entries(filters)) {
        if (name === "from" || name === "to") continue;
        if (name === "text") { clauses.push({ name, values: value.toLowerCase().split(/\s+/) }); continue; }
        const values = rows.has(name) ? value.filter((one) => rows.dimension(name).place.has(one)) : [];
        ignored.push(...value.filter((one) => !values.includes(one)).map((one) => [name, one]));
        if (values.length) clauses.push({ name, values });
      }
      const [from, to] = ["from", "to"].map((name) => daysOf(filters[name] ?? "") - rows.firstDay);
      for (const [name, day] of [["from", from], ["to", to]])
        if (name in filters && Number.isNaN(day)) ignored.push([name, filters[name]]);
      if (!Number.isNaN(from) || !Number.isNaN(to))
        clauses.push({ name: "dates", values: [from || 0, Number.isNaN(to) ? Infinity : to + 1] });
      const view = new View(rows, clauses);
      view.filters = filters; view.ignored = ignored;
      return view;
    }
    constructor(rows, clauses) {
      this.rows = rows; this.clauses = clauses; this.memo = new Map();
      this.mask = this._and(clauses);
      this.counts = this._count(this.mask);
      this.exact = rows.isExact(clauses);
      [this.people, this.messages] = this._shown(this.counts.people, this.counts.messages, this.exact);
      // people of whom nothing is read are not shown beside the others where they are few
      const read = this.counts.worded, whole = !clauses.length && rows.isExact([READ]);
      const plain = rows.minPeople <= 1 || whole;
      this.base = this._split(this.counts.people, read) ? this._shown(read, read, plain)[0] : this.people;
      this.baseExact = this.base === this.people ? this.exact : plain;
    }
    _once(key, make) {
      if (!this.memo.has(key)) this.memo.set(key, make());
      return this.memo.get(key);
    }
    _and(clauses) {
      const mask = new Uint8Array(this.rows.messages).fill(1);
      for (const clause of clauses) {
        const other = this.rows.mask(clause);
        for (let row = 0; row < mask.length; row++) mask[row] &= other[row];
      }
      return mask;
    }
    _count(mask) {
      const { person, worded } = this.rows;
      let people = 0, messages = 0, read = 0, last = -1, lastRead = -1;
      for (let row = 0; row < mask.length; row++) {
        if (!mask[row]) continue;
        messages++;
        if (person[row] !== last) { last = person[row]; people++; }
        if (worded[row] && person[row] !== lastRead) { lastRead = person[row]; read++; }
      }
      return { people, messages, worded: read };
    }
    /* This view and one value more. */
    and(name, value) {
      const clauses = [...this.clauses, { name, values: [value] }];
      return this._once(`and ${name} ${value}`, () => new View(this.rows, clauses));
    }
    /* How many messages a text was not looked for in, since the page does not hold their words. */
    get not_searched() {
      const text = this.clauses.find((clause) => clause.name === "text");
      if (!text) return 0;
      const mask = this._and(this.clauses.filter((clause) => clause !== text));
      const { worded, textAt } = this.rows;
      return mask.reduce((n, kept, row) => n + (kept && worded[row] && textAt[row] < 0 ? 1 : 0), 0);
    }

    /* People and messages as they may be shown: see the head of this file. */
    _shown(people, messages, exact) {
      const k = this.rows.minPeople;
      if (k > 1 && people < k) return [null, null];
      return exact ? [people, messages] : [people - (people % k), messages - (messages % k)];
    }
    /* The rows of each value in this view, with what of their number may be shown. */
    _groups(name) {
      return this._once(`groups ${name}`, () => {
        const dimension = this.rows.dimension(name), size = dimension.values.length + 1;
        const { codes, starts, several } = dimension, { person } = this.rows;
        const [people, messages] = [new Uint32Array(size), new Uint32Array(size)];
        const last = new Int32Array(size).fill(-1);
        for (let row = 0; row < this.mask.length; row++) {
          if (!this.mask[row]) continue;
          const begin = several ? starts[row] : row, end = several ? starts[row + 1] : row + 1;
          for (let at = begin; at < end; at++) {
            const code = codes[at];
            messages[code]++;
            if (last[code] !== person[row]) { last[code] = person[row]; people[code]++; }
          }
        }
        return dimension.values.map((value, at) => {
          const clauses = [...this.clauses, { name, values: [value.value] }];
          const counted = people[at + 1], sure = this.rows.isExact(clauses);
          const [shown, written] = this._shown(counted, messages[at + 1], sure);
          const exact = sure && shown !== null;
          return { ...value, code: at + 1, people: shown, messages: written, counted, exact };
        });
      });
    }
    /* Call `use(code, row)` for each row of the view and each of its values; null stands for no dimension. */
    _each(name, use) {
      const { codes, starts, several } = name === null ? this.rows.all : this.rows.dimension(name);
      for (let row = 0; row < this.mask.length; row++) {
        if (!this.mask[row]) continue;
        const begin = several ? starts[row] : row, end = several ? starts[row + 1] : row + 1;
        for (let at = begin; at < end; at++) if (codes[at]) use(codes[at], row);
      }
    }
    _listed(name) {
      const { people, messages, exact } = this;
      if (name === null) return [{ code: 1, value: "all", label: "all", people, messages, exact }];
      return this._groups(name).filter(({ people }) => people !== 0);
    }
    by(name) {
      const [n, sure] = DERIVED.has(name) ? [this.base, this.baseExact] : [this.people, this.exact];
      const rows = this._listed(name).map(({ value, label, people, messages, exact }) => {
        return { value, label, people, messages, n, ...this._share(people, exact, n, sure), exact };
      });
      if (PERIODS.includes(name)) return rows;
      return rows.sort((a, b) => (b.people ?? -1) - (a.people ?? -1) || (a.label < b.label ? -1 : 1));
    }
    /* A share and its interval; of floored counts, what it may be at least and at most. */
    _share(people, exact, n, sure) {
      if (people === null || !n) return { share: null, low: null, high: null };
      const spare = this.rows.minPeople - 1;
      const most = exact ? people : people + spare, all = sure ? n : n + spare;
      const share = Math.min((people + most) / (n + all), 1);
      return { share, low: wilson(Math.min(people, n), all)[0], high: wilson(Math.min(most, n), n)[1] };
    }
    volume(unit = "month") {
      const { firstDay, asOf, last } = this.rows, end = asOf ?? last;
      if (end === null) return [];
      return this._groups(unit).map(({ start, end: after, people, messages, exact }) => ({
        start: iso(start), end: iso(after - 1), people, messages, exact,
        complete: start >= firstDay && after - 1 <= daysOf(end),
      }));
    }

    // --- ratings -------------------------------------------------------------------------------------------
    /* The sum and number of each person's ratings, by group. */
    _given(name, keep = () => true) {
      const { person, rating } = this.rows, found = new Map();
      this._each(name, (code, row) => {
        if (Number.isNaN(rating[row]) || !keep(row)) return;
        if (!found.has(code)) found.set(code, new Map());
        const people = found.get(code), [sum, n] = people.get(person[row]) ?? [0, 0];
        people.set(person[row], [sum + rating[row], n + 1]);
      });
      return found;
    }
    ratings(name = null) {
      const given = this._given(name, (row) => this.rows.own[row]);
      return this._listed(name).flatMap(({ code, value, label, people, exact }) => {
        const mine = [...(given.get(code)?.values() ?? [])];
        if (people === null || !mine.length || mine.length < this.rows.minPeople) return [];
        const { mean, variance } = meanOf(mine.map(([sum, n]) => sum / n));
        const half = 1.96 * Math.sqrt(variance / mine.length);
        const n = mine.reduce((all, [, each]) => all + each, 0);
        const [low, high] = [Math.max(0, mean - half), Math.min(1, mean + half)];
        const row = { value, label, n, n_people: mine.length, mean, low, high };
        return [this._rounded(row, exact)];
      });
    }
    /* Whether what a part leaves of the whole is no one or enough people. */
    _split(whole, part) {
      return part === whole || whole - part >= this.rows.minPeople;
    }
    /* Floor counts of people and round the rest, where these are not known to the last digit. */
    _rounded(row, exact) {
      const k = this.rows.minPeople, rounded = { ...row, exact };
      if (k <= 1) return rounded;
      for (const [name, value] of Object.entries(row)) {
        if (typeof value !== "number") continue;
        if (PEOPLE.has(name) || (COUNTS.has(name) && !exact)) rounded[name] = value - (value % k);
        else if (!exact) rounded[name] = Math.round(value * 50) / 50;
      }
      return rounded;
    }

    // --- answers -------------------------------------------------------------------------------------------
    _waitsOf(all) {
      const { waits } = this.rows;
      if (!waits) return [];
      const kept = (at) => this.mask[waits.row[at]] && (all || waits.due[at]);
      return this._once(`waits ${all}`, () => Array.from(waits.row.keys()).filter(kept));
    }
    answered(hours = 24, name = null, { all = false } = {}) {
      const { waits, person } = this.rows, found = new Map(), codesOf = this._codesOf(name);
      for (const at of this._waitsOf(all))
        for (const code of codesOf(waits.row[at])) {
          if (!found.has(code)) found.set(code, { people: new Map(), n_open: 0 });
          const group = found.get(code), who = person[waits.row[at]];
          const met = waits.answered[at] && waits.hours[at] <= hours;
          const [hits, n] = group.people.get(who) ?? [0, 0];
          if (waits.watched[at] < hours) group.n_open++;
          else group.people.set(who, [hits + (met ? 1 : 0), n + 1]);
        }
      return this._listed(name).flatMap(({ code, value, label, people, exact }) => {
        const mine = [...(found.get(code)?.people.values() ?? [])], n_people = mine.length;
        if (people === null || !n_people || n_people < this.rows.minPeople) return [];
        const hits = mine.map(([hit]) => hit), trials = mine.map(([, each]) => each);
        const [share, low, high] = sharesBy(hits, trials), { n_open } = found.get(code);
        const [answered, n] = [hits, trials].map((list) => list.reduce((sum, each) => sum + each));
        const row = { value, label, n, n_people, answered, share, low, high, n_open };
        return [this._rounded(row, exact)];
      });
    }
    _codesOf(name) {
      const { codes, starts, several } = name === null ? this.rows.all : this.rows.dimension(name);
      if (several) return (row) => codes.subarray(starts[row], starts[row + 1]);
      return (row) => (codes[row] ? [codes[row]] : []);
    }
    waitCurve({ all = false } = {}) {
      const { waits, person } = this.rows, chosen = this._waitsOf(all);
      const people = new Set(chosen.map((at) => person[waits.row[at]])).size;
      if (!chosen.length || this.people === null || people < this.rows.minPeople) return [];
      const curve = curveOf(chosen.map((at) => waits.hours[at]), chosen.map((at) => waits.answered[at]));
      if (this.exact) return curve;
      return curve.map((row) => ({ ...this._rounded(row, false), wait_hours: row.wait_hours }));
    }
    waiting() {
      const { waits } = this.rows;
      if (this.people === null) return [];
      const open = this._waitsOf(false).filter((at) => !waits.answered[at]);
      open.sort((a, b) => waits.watched[b] - waits.watched[a] || waits.row[a] - waits.row[b]);
      return open.map((at) => ({ ...this.rows.message(waits.row[at]), waited_hours: waits.watched[at] }));
    }

    // --- needs ---------------------------------------------------------------------------------------------
    needs({ hours = 24, unit = this.rows.minPeople > 1 ? this.rows.grain : "month" } = {}) {
      if (!this.rows.byName.has("need") || this.people === null) return [];
      return this._once(`needs ${hours} ${unit}`, () => {
        const impact = this._impacts(), trends = this._trends(unit);
        const answered = new Map(this.answered(hours, "need").map((row) => [row.value, row]));
        const parts = this.rows.byName.has("part") ? this._worded("part") : [];
        return this._worded("need").map((row) => {
          const of = row.people === null ? NO_RATING : impact.get(row.value) ?? NO_RATING;
          const inner = parts.filter(({ value }) => value.startsWith(`${row.value}.`));
          return {
            ...row, ...this._rounded(of, row.exact), need: row.value, name: row.label, exact: row.exact,
            general: row.value === "general",
            answered: answered.get(row.value) ?? null,
            trend: row.people === null ? [] : trends.get(row.value),
            parts: inner.map((part) => ({ ...part, part: part.value, name: part.label })),
          };
        });
      });
    }
    /* Needs or their parts, with the number of their sentences. */
    _worded(name) {
      const sentences = this._sentenceCounts()[name];
      return this.by(name).map((row) => {
        const n = sentences.get(row.value) ?? 0;
        const shown = row.exact ? n : n - (n % this.rows.minPeople);
        return { ...row, sentences: row.people === null ? null : shown };
      });
    }
    _sentenceCounts() {
      const { said } = this.rows, need = new Map(), part = new Map();
      for (let at = 0; at < said.row.length; at++) {
        if (!this.mask[said.row[at]] || said.echo[at]) continue;
        const [one, other] = [said.needs[said.need[at] - 1], said.parts[said.part[at] - 1]];
        if (one !== undefined) need.set(one, (need.get(one) ?? 0) + 1);
        if (other !== undefined) part.set(other, (part.get(other) ?? 0) + 1);
      }
      return { need, part };
    }
    /* What people who mention a need give in ratings, against the rest: as in find_needs. */
    _impacts() {
      const { worded, own, person } = this.rows, k = this.rows.minPeople, found = new Map();
      const keep = (row) => worded[row] && own[row];
      const everyone = this._given(null, keep).get(1) ?? new Map(), voiced = new Map();
      this._each("need", (code, row) => {
        if (!voiced.has(code)) voiced.set(code, new Set());
        voiced.get(code).add(person[row]);
      });
      for (const { value } of this.rows.dimension("need").values) {
        const who = voiced.get(this.rows.dimension("need").place.get(value)) ?? new Set();
        const mine = [], others = [];
        for (const [one, [sum, n]] of everyone) (who.has(one) ? mine : others).push(sum / n);
        const few = meanOf(mine), rest = meanOf(others);
        if (few.n < Math.max(k, 1)) continue;
        const both = few.n > 1 && rest.n > 1 && rest.n >= k, impact = both ? few.mean - rest.mean : null;
        const half = 1.96 * Math.sqrt(few.variance / few.n + rest.variance / rest.n);
        found.set(value, {
          rating: few.mean, n_rated: few.n, rating_rest: rest.n >= k && rest.n ? rest.mean : null,
          impact, impact_low: both ? impact - half : null, impact_high: both ? impact + half : null,
        });
      }
      return found;
    }
    /* People who mention each need, by period, in one pass over rows that are in the order of people. */
    _trends(unit) {
      const all = this._groups(unit), { codes: periods } = this.rows.dimension(unit), { person } = this.rows;
      const needs = this.rows.dimension("need").values, size = all.length + 1;
      const people = new Uint32Array((needs.length + 1) * size);
      const last = new Int32Array(people.length).fill(-1);
      this._each("need", (code, row) => {
        const cell = code * size + periods[row];
        if (last[cell] !== person[row]) { last[cell] = person[row]; people[cell]++; }
      });
      const plain = this.rows.minPeople <= 1;
      return new Map(needs.map(({ value }, at) => {
        return [value, all.map(({ code, start, end, people: n, exact: sure }) => {
          const [mine] = this._shown(people[(at + 1) * size + code], 0, plain);
          const { share } = this._share(mine, plain, n, sure);
          return { start: iso(start), end: iso(end - 1), people: mine, n, share, exact: plain };
        })];
      }));
    }
    /* Groups side by side: the share of each group's people who mention a need. */
    compare(name) {
      if (!this.rows.byName.has("need")) return [];
      return this._listed(name).filter(({ people }) => people !== null)
        .map(({ value, label, people, exact }) => ({ value, label, people, exact, needs: this.and(name, value).by("need") }));
    }

    // --- words ---------------------------------------------------------------------------------------------
    sentences(need, { part = null, ...options } = {}) {
      const { said } = this.rows, name = part === null ? "need" : "part", value = part ?? need;
      if (value !== null && !this.rows.byName.get(name)?.place.has(value)) return { total: 0, exact: true, items: [] };
      const view = value === null ? this : this.and(name, value);
      const codes = said[name], code = said[`${name}s`].indexOf(value) + 1, found = [];
      for (let at = 0; at < said.row.length; at++)
        if (this.mask[said.row[at]] && (value === null || codes[at] === code)) found.push(at);
      return view._page(found, (at) => said.row[at], options, (at) => ({
        start: said.start[at], end: said.end[at], signal: said.signals[said.signal[at]],
        need: said.needs[said.need[at] - 1] ?? null, part: said.parts[said.part[at] - 1] ?? null,
      }));
    }
    messagesOf(name = null, value = null, options = {}) {
      const view = name === null ? this : this.and(name, value), found = [];
      view.mask.forEach((kept, row) => { if (kept) found.push(row); });
      return view._page(found, (row) => row, options, () => ({}));
    }
    /* Some of the messages found, in order; nothing of a group that is too small. */
    _page(found, rowOf, { sort = "newest", search = "", offset = 0, limit = 50 }, more) {
      if (this.people === null) return { total: null, items: [] };
      const { rows } = this, words = search.toLowerCase().split(/\s+/).filter(Boolean);
      const textOf = (at) => (rows.text[rows.textAt[rowOf(at)]] ?? "").toLowerCase();
      const kept = found.filter((at) => words.every((word) => textOf(at).includes(word)));
      const time = (at) => (rows.time ?? rows.day)[rowOf(at)], stars = (at) => rows.rating[rowOf(at)];
      const newest = (a, b) => time(b) - time(a), rated = (at) => (Number.isNaN(stars(at)) ? 2 : stars(at));
      const orders = {
        newest, oldest: (a, b) => time(a) - time(b), rating: (a, b) => rated(a) - rated(b) || newest(a, b),
      };
      if (!Object.hasOwn(orders, sort))
        throw new RangeError(`no sort ${sort}; there are ${Object.keys(orders).join(", ")}`);
      const shown = kept.sort((a, b) => orders[sort](a, b) || a - b).slice(offset, offset + limit);
      const total = this.exact ? kept.length : kept.length - (kept.length % rows.minPeople);
      return { total, exact: this.exact, items: shown.map((at) => ({ ...rows.message(rowOf(at)), ...more(at) })) };
    }
  }
  const NO_RATING = {
    rating: null, n_rated: 0, rating_rest: null, impact: null, impact_low: null, impact_high: null,
  };

  return { openRows, parseState, formatState };
})();
