"""A year of monthly reports on a growing archive: `python -m tests.benchmarks year`.

Each month the invented archive up to its end is read and reported on as a user would: compared with the run
of the month before, with one folder of edits and one key, in a process of its own. What people know again
must stay: pseudonyms, topics' numbers and names, names of problems, entries of the idea ledger.
INSIGHT_BENCH_MONTHS (6; 12 for a year) and INSIGHT_BENCH_PEOPLE (900, 540 messages a month) set the size.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MONTHS = int(os.environ.get("INSIGHT_BENCH_MONTHS", "6"))
PEOPLE = int(os.environ.get("INSIGHT_BENCH_PEOPLE", "900"))
BRANDS = {"Pellwick": ["@pellwick", "@pellwickhelp"], "Brastow": ["@brastow"]}
FIRST = "2024-07-01"


def month(folder: Path, number: int) -> dict[str, object]:
    """Report on the months up to this one; return what people would know again."""
    import pandas as pd

    import insight as ins

    archive = ins.read_archive(folder / "exports", brands=BRANDS, key=folder / "key")
    until = pd.Timestamp(FIRST, tz="UTC") + pd.DateOffset(months=number)
    run, edits = folder / "run.parquet", folder / "edits"
    report = ins.build_report(archive, compare_to=run if run.exists() else None, edits=edits, until=until)
    report.save(folder / "page.html")
    report.save_run(run)
    report.save_edits(edits)
    found = report.results
    written = found.mentions.dropna(subset=["author_id"]).set_index("mention_id")["author_id"]
    topics = found.topics.table[found.topics.table["topic"] >= 0].set_index("topic")["name"]
    return {
        "n": len(found.mentions),
        "seconds": time.process_time(),
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6,
        "people": written.to_dict(),
        "topics": {str(number): name for number, name in topics.items()},
        "needs": [] if found.needs is None else found.needs.loc[~found.needs["general"], "name"].tolist(),
        "ideas": ins.needs.read_ledger(edits / "ideas.csv")["entry"].tolist(),
    }


def kept(before: set[object], after: set[object]) -> str:
    """Say how many of the month before are there again."""
    return f"{len(before & after)} of {len(before)}"


def main() -> None:
    """Print a line a month."""
    from tests.simulate import simulate_archive

    print("| month | messages | CPU s | GB | pseudonyms | topics | and their names | problems | ideas |")
    print("|---|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        folder, before = Path(name), None
        simulate_archive(folder / "exports", n_people=PEOPLE, n_months=max(3, MONTHS))
        for number in range(1, MONTHS + 1):
            command = [sys.executable, "-W", "ignore", __file__, str(folder), str(number)]
            done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
            now = json.loads(done.stdout.splitlines()[-1])
            same = [""] * 5
            if before is not None:
                same = [kept({*before["people"].items()}, {*now["people"].items()})]
                same += [kept({*before["topics"]}, {*now["topics"]})]
                same += [kept({*before["topics"].items()}, {*now["topics"].items()})]
                same += [kept({*before[word]}, {*now[word]}) for word in ("needs", "ideas")]
            line = [str(number), f"{now['n']:,}", f"{now['seconds']:.0f}", f"{now['memory']:.2f}", *same]
            print(f"| {' | '.join(line)} |", flush=True)
            before = now


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(json.dumps(month(Path(sys.argv[1]), int(sys.argv[2]))))
    else:
        main()
