"""The rows that the page carries, and clicks on them in Chromium: `python -m tests.benchmarks rows`.

A small invented archive is measured once, then repeated with new people and ids to 10,000 and 100,000
messages. A click is a filter drawn by chance and all that the page shows of it: counts by every dimension,
needs, volume, ratings, answers and the wait curve. Bytes a message are those of the archive as it is: one
that is repeated compresses better than any real one. INSIGHT_BENCH_SIZES=10000 measures the sizes named.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
import types
import warnings
from dataclasses import replace
from pathlib import Path

import pandas as pd

KEYS = (
    *("mention_id", "conversation_id", "reply_to_id", "author_id", "person", "thread", "parent_id", "wait"),
    *("answered_by", "response_id", "responder_id"),
)
CLICKS = """async ([payload, many]) => {
    const begun = performance.now(), rows = await openRows(payload), opened = performance.now() - begun;
    let seed = 7;
    const draw = (n) => (seed = (seed * 48271) % 2147483647) % n;
    const fields = rows.dimensions.filter(({ name }) => name !== "part"), click = [], parts = {};
    const timed = (name, work) => {
        const start = performance.now();
        work();
        (parts[name] ??= []).push(performance.now() - start);
    };
    for (let at = 0; at < many; at++) {
        const filters = {};
        for (let each = 0; each < 1 + (at % 3); each++) {
            const { name, values } = fields[draw(fields.length)];
            filters[name] = [values[draw(values.length)].value];
        }
        if (at % 4 === 1) filters.from = rows.first.slice(0, 8) + "15";
        if (at % 10 === 9) filters.text = "refund";
        const start = performance.now();
        let view;
        timed("filter", () => { view = rows.filter(filters); });
        for (const { name } of fields) timed("by", () => view.by(name));
        timed("needs", () => view.needs());
        timed("volume", () => view.volume("month"));
        timed("ratings", () => view.ratings("month"));
        timed("answered", () => view.answered(24, "channel"));
        timed("curve", () => view.waitCurve());
        click.push(performance.now() - start);
    }
    return { opened, click, parts };
}"""


def measured() -> object:
    """The results of the small archive, which is measured as a report would."""
    import insight as ins
    from tests.simulate import simulate_archive

    with tempfile.TemporaryDirectory() as folder:
        simulate_archive(Path(folder, "exports"), n_people=225)
        brands = {"Pellwick": ["@pellwick", "@pellwickhelp"], "Brastow": ["@brastow"]}
        archive = ins.read_archive(Path(folder, "exports"), brands=brands, key=Path(folder, "key"))
        return ins.build_report(archive).results


def repeated(table: pd.DataFrame, times: int) -> pd.DataFrame:
    """The same rows with other ids and other people."""
    keys = [name for name in KEYS if name in table.columns]
    copies = [
        table.assign(**{name: table[name] + f"~{number}" for name in keys}) if number else table
        for number in range(times)
    ]
    return pd.concat(copies, ignore_index=True)


def enlarged(results: object, size: int) -> object:
    """Results of about `size` messages."""
    times = max(1, size // len(results.customers))
    tables = {
        name: repeated(getattr(results, name), times)
        for name in ("mentions", "customers", "signals", "wants", "waits", "responses")
    }
    own = {name: tables.pop(name) for name in ("mentions", "customers")}
    voiced = replace(results.voiced, members=repeated(results.voiced.members, times))
    assignments = repeated(results.topics.assignments, times)
    topics = types.SimpleNamespace(table=results.topics.table, assignments=assignments)
    found = {**results.found, **tables, "voiced": voiced, "topics": topics}
    return replace(results, **own, found=found)


def clicked(packed: str, *, many: int = 24) -> dict:
    """Open the rows in Chromium and time clicks."""
    from playwright.sync_api import sync_playwright

    import insight.report

    source = (Path(insight.report.__file__).parent / "rows.js").read_text(encoding="utf-8")
    with sync_playwright() as playwright:
        chromium = os.environ.get("INSIGHT_CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.set_content(f"<script>{source}</script>")
        found = page.evaluate(CLICKS, [packed, many])
        browser.close()
    return found


def main() -> None:
    from insight.report.page_rows import page_rows

    warnings.simplefilter("ignore")
    results = measured()
    small = page_rows(results)
    bare = page_rows(results, text_bytes=0)
    print(
        f"{small.n_messages:,} messages: {len(small.packed) / small.n_messages:.1f} bytes a message, "
        f"{len(bare.packed) / small.n_messages:.1f} without words"
    )
    for size in [int(size) for size in os.environ.get("INSIGHT_BENCH_SIZES", "10000,100000").split(",")]:
        large = enlarged(results, size)
        for fewest in (1, 10):
            start = time.process_time()
            rows = page_rows(large, min_people=fewest)
            packed, spent = rows.packed, time.process_time() - start
            found = clicked(packed)
            parts = ", ".join(
                f"{name} {statistics.median(part):.1f} (longest {max(part):.0f})"
                for name, part in found["parts"].items()
            )
            print(
                f"{rows.n_messages:,} messages of {rows.n_people:,} people, groups from {fewest}: made in "
                f"{spent:.1f} s CPU, {rows.n_texts_left_out:,} texts left out, {len(packed) / 1e6:.1f} MB; "
                f"opened in {found['opened']:.0f} ms; a click {statistics.median(found['click']):.0f} ms "
                f"(median), {found['click'][0]:.0f} ms (first), {max(found['click'][1:]):.0f} ms (longest of "
                f"the others); ms a part: {parts}",
                flush=True,
            )


if __name__ == "__main__":
    main()
