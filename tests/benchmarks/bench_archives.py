"""Reading exports, beside pandas on the same file: `python -m tests.benchmarks archives`.

The invented world's words in 100,000 rows as CSV, workbook, JSON lines and packed JSON lines; then one large
packed file (INSIGHT_BENCH_GB gigabytes of JSON, 2 by default) written to Parquet, for its peak memory. Each
contender runs in a process of its own; CPU seconds count, which other work on the machine stretches least.
pandas only parses: it finds no thread, hides no name and sets no row aside.
"""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import orjson
import pandas as pd
from backports import zstd

N_ROWS = int(os.environ.get("INSIGHT_BENCH_ROWS", 100_000))
N_BYTES = int(float(os.environ.get("INSIGHT_BENCH_GB", 2)) * 1e9)
THREAD, PEOPLE, START = 37, 400_000, 1_600_000_000
SAMPLE = Path(__file__).parents[2] / "data" / "sample"


def said() -> list[str]:
    """The texts of the sample archive."""
    import insight as ins

    with tempfile.TemporaryDirectory() as folder:
        return ins.read_archive(SAMPLE, key=Path(folder) / "key").mentions["text"].tolist()


def posts(texts: list[str]) -> Iterator[dict[str, object]]:
    """Comments as Reddit's archives hold them, without end: threads of 37, a few people write most."""
    rng, n = random.Random(0), 0
    while True:
        first = n - n % THREAD
        parent = f"t1_c{rng.randrange(first, n):x}" if n > first and rng.random() < 0.7 else f"t3_{first:x}"
        yield {
            "id": f"c{n:x}", "link_id": f"t3_{first:x}", "parent_id": parent, "subreddit": "kettles",
            "author": f"person{int(rng.paretovariate(1.1) * 50) % PEOPLE}",
            "body": f"{rng.choice(texts)} {n % 97}", "created_utc": START + 20 * n,
            "score": rng.randrange(50), "controversiality": 0, "gilded": 0, "edited": False,
            "distinguished": None, "stickied": False,
            "retrieved_on": START + 20 * n + 90_000, "subreddit_id": "t5_kettles", "archived": False,
            "permalink": f"/r/kettles/comments/{first:x}/_/c{n:x}/", "author_flair_text": None,
        }  # fmt: skip
        n += 1


def write_files(folder: Path, texts: list[str]) -> None:
    made = posts(texts)
    rows = [next(made) for _ in range(N_ROWS)]
    table = pd.DataFrame({
        "id": [row["id"] for row in rows], "author": [row["author"] for row in rows],
        "created_at": pd.to_datetime([row["created_utc"] for row in rows], unit="s", utc=True).astype(str),
        "text": [row["body"] for row in rows], "reply_to": [str(row["parent_id"])[3:] for row in rows],
    })  # fmt: skip
    table.assign(lang="en").to_csv(folder / "with_lang.csv", index=False)
    table.to_csv(folder / "without_lang.csv", index=False)
    table.assign(lang="en").to_excel(folder / "book.xlsx", index=False)
    lines = b"\n".join(map(orjson.dumps, rows))
    (folder / "comments.ndjson").write_bytes(lines)
    (folder / "comments.ndjson.zst").write_bytes(zstd.compress(lines))


def write_large(path: Path, texts: list[str]) -> int:
    """Pack `N_BYTES` of comments; return how many there are."""
    n, size = 0, 0
    with zstd.open(path, "wb") as packed:
        for post in posts(texts):
            line = orjson.dumps(post) + b"\n"
            packed.write(line)
            n, size = n + 1, size + len(line)
            if size >= N_BYTES:
                return n
    return n


def ours(path: str) -> int:
    import insight as ins

    return len(ins.read_archive(path, key=Path(path).with_name("key")).mentions)


def large(path: str) -> int:
    import insight as ins

    to = Path(path).with_suffix(".parquet")
    return ins.read_archive(path, key=to.with_name("key"), to=to).n_mentions


def pandas(path: str) -> int:
    if path.endswith(".csv"):
        return len(pd.read_csv(path))
    if path.endswith(".xlsx"):
        return len(pd.read_excel(path, engine="openpyxl"))
    return len(pd.read_json(path, lines=True))


FILES = ("with_lang.csv", "without_lang.csv", "book.xlsx", "comments.ndjson", "comments.ndjson.zst")
CONTENDERS = {"ours": ours, "pandas": pandas, "large": large}


def measure(name: str, path: Path) -> dict[str, float]:
    """Run a contender in a process of its own: CPU seconds, peak memory in GB, rows."""
    command = [sys.executable, "-W", "ignore", __file__, name, str(path)]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def contend(name: str, path: str) -> None:
    import insight  # noqa: F401 -- what is timed is the reading

    start = time.process_time()
    n = CONTENDERS[name](path)
    memory = int(re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[1]) / 1e6
    print(json.dumps({"cpu": time.process_time() - start, "memory": memory, "n": n}))


def main() -> None:
    texts = said()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_files(folder, texts)
        print(f"{N_ROWS:,} rows; CPU seconds and peak memory")
        for file in (
            "with_lang.csv",
            "without_lang.csv",
            "book.xlsx",
            "comments.ndjson",
            "comments.ndjson.zst",
        ):
            own, other = measure("ours", folder / file), measure("pandas", folder / file)
            reader = "pandas with openpyxl" if file.endswith("xlsx") else "pandas"
            print(
                f"{file:20} ours {own['cpu']:6.2f} s, {own['memory']:.2f} GB; {reader} "
                f"{other['cpu']:6.2f} s, {other['memory']:.2f} GB; "
                f"{own['cpu'] / other['cpu']:.1f} times its CPU"
            )
        n = write_large(folder / "large.ndjson.zst", texts)
        row = measure("large", folder / "large.ndjson.zst")
        print(
            f"{N_BYTES / 1e9:g} GB of JSON lines, {n:,} messages, to Parquet: {row['cpu']:,.0f} s CPU, "
            f"{row['memory']:.2f} GB at its peak"
        )


if __name__ == "__main__":
    if sys.argv[1:] and sys.argv[1] in CONTENDERS:
        contend(sys.argv[1], sys.argv[2])
    else:
        main()
