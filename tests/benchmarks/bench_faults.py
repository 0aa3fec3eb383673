"""What the world does to a run, really done to it: `python -m tests.benchmarks faults`.

Each fault strikes `insight report` on a small invented archive, in a process and with a home of its own. What
happened is what the process said and left; what was lost is found by running again: the page must then be
that of an undisturbed run, byte for byte, with no other file beside it. INSIGHT_BENCH_KILLS (6) is the number
of kills; INSIGHT_BENCH_FAULTS names faults by a word of their name.
"""

from __future__ import annotations

import ctypes
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
BRANDS = ("--brand", "Pellwick=@pellwick,@pellwickhelp", "--brand", "@brastow")
KILLS = int(os.environ.get("INSIGHT_BENCH_KILLS", "6"))
PATIENCE = 300
MANY_YEARS = 3_600 * 24 * 3_650
DROP_FROM_BOUNDS, OVERRIDES_RIGHTS = 24, 1
EARLIER = "import time; now = time.time; time.time = lambda: now() - 3_650 * 86_400"
NAMELESS = """import pwd
def unknown(number):
    raise KeyError(number)
pwd.getpwuid = unknown"""
FAULTS: dict[str, Callable[[Place], str]] = {}


EXPORTS = sorted(
    file for file in (ROOT / "tests" / "fixtures").glob("*.*") if file.suffix in (".csv", ".ndjson", ".json")
) + sorted(file for file in (ROOT / "data" / "sample").iterdir() if file.suffix != ".md")
DAMAGES = 4


def fault(name: str) -> Callable[[Callable[[Place], str]], Callable[[Place], str]]:
    """Enter a fault into the table; what it returns is what happened."""
    return lambda strike: FAULTS.setdefault(name, strike)


@dataclass(frozen=True)
class Place:
    """Where a fault strikes: a folder with the archive, a home, and what an undisturbed run makes there."""

    folder: Path
    page: bytes = b""

    @property
    def out(self) -> Path:
        """Where the page goes."""
        return self.folder / "out"

    def command(self, *more: str, start: tuple[str, ...] = ("-m", "insight")) -> list[str]:
        """Return the command of a report."""
        where = ["report", str(self.folder / "exports"), *BRANDS, "-q", "-o", str(self.out / "page.html")]
        return [sys.executable, *start, *where, *more]

    def environment(self, **more: str | None) -> dict[str, str]:
        """Return an environment with a home of this place."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
        own = kept | {"PYTHONPATH": str(ROOT), "HOME": str(self.folder / "home")} | more
        return {name: value for name, value in own.items() if value is not None}

    def start(self, command: list[str] | None = None, **how: object) -> subprocess.Popen[bytes]:
        """Start a report."""
        how = {"env": self.environment(), "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE} | how
        return subprocess.Popen(command or self.command(), cwd=self.folder, **how)

    def run(self, command: list[str] | None = None, **how: object) -> str:
        """Run a report; say how it ended."""
        process = self.start(command, **how)
        try:
            _, said = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            return f"HANGS for {PATIENCE} s"
        return ending(process.returncode, said.decode(errors="replace"))

    def lost(self) -> str:
        """Run once more, undisturbed; say what is not as it should be."""
        if (again := self.run()) != "the page":
            return f"the next run: {again}"
        left = sorted(each.name for each in self.out.iterdir())
        if left != ["page.html"]:
            return f"left behind: {left}"
        return "nothing" if (self.out / "page.html").read_bytes() == self.page else "ANOTHER PAGE"

    def state(self) -> str:
        """Say what lies where the page goes."""
        page = self.out / "page.html"
        if not page.exists():
            return "no page"
        return "the page" if page.read_bytes() == self.page else "ANOTHER PAGE"


def ending(code: int, said: str) -> str:
    """Say how a process ended."""
    lines = [line for line in said.splitlines() if line.strip() and not line.startswith("settings: ")]
    if "Traceback" in said:
        return f"TRACEBACK: {lines[-1][:120]}"
    if code < 0:
        return f"ended by {signal.Signals(-code).name}"
    if code == 0:
        return "the page"
    last = [line for line in lines if line.startswith("insight: ")]
    if not last:
        return f"EXIT {code}: {lines[-1:]}" if lines else f"exit {code}, without a word"
    sentence = re.sub(r"'?/\S*/([\w.]+)'?", r"\1", last[-1].removeprefix("insight: "))
    return f"error: {sentence.partition('. ')[0]}"


@contextmanager
def places() -> Iterator[Callable[[], Place]]:
    """Give a function that makes a new place, each with the same archive and the same key."""
    from tests.simulate import simulate_archive

    with tempfile.TemporaryDirectory() as name:
        first = Place(Path(name) / "first")
        simulate_archive(first.folder / "exports", n_people=40, n_months=3)
        (first.folder / "home").mkdir()
        if (ended := first.run()) != "the page":
            sys.exit(f"the undisturbed run: {ended}")
        page = (first.out / "page.html").read_bytes()
        number = iter(range(1_000))

        def make() -> Place:
            folder = Path(name) / str(next(number))
            shutil.copytree(first.folder, folder)
            shutil.rmtree(folder / "out")
            (folder / "out").mkdir()
            return Place(folder, page)

        yield make


def after(code: str) -> tuple[str, str]:
    """Return what starts the command after some code has changed its world."""
    return "-c", f"{code}\nfrom insight.cli import app\napp()"


def alone(place: Place) -> float:
    """Return the seconds of an undisturbed run."""
    began = time.perf_counter()
    place.run()
    (place.out / "page.html").unlink()
    return time.perf_counter() - began


@fault("`kill -9` at {kills} random moments")
def killed(place: Place) -> str:
    """Kill a run at random moments, each in the folder that the last one left."""
    whole, chosen, seen = alone(place), random.Random(0), []
    for _ in range(KILLS):
        process = place.start(stderr=subprocess.DEVNULL)
        time.sleep(chosen.uniform(0, whole))
        process.kill()
        process.wait()
        seen.append(place.state())
    return " or ".join(sorted(set(seen), reverse=True)) + ", never half a one"


@fault("asked to end (SIGTERM, SIGHUP, Ctrl-C)")
def asked(place: Place) -> str:
    """Ask a run to end, half way."""
    whole, seen = alone(place), []
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        usual = signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL
        process = place.start(preexec_fn=lambda n=number, usual=usual: signal.signal(n, usual))
        time.sleep(whole * 0.6)
        process.send_signal(number)
        _, said = process.communicate(timeout=PATIENCE)
        seen.append("TRACEBACK" if b"Traceback" in said else f"exit {process.returncode}")
    return f"{', '.join(seen)}; {place.state()}"


@fault("disk full at the page")
def full(place: Place) -> str:
    """Write where 300 KB are free; where no such disk can be made, no file may be longer."""
    small = ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(place.out)]
    if subprocess.run(small, capture_output=True, check=False).returncode:
        how = {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))}
        return place.run(**how)
    try:
        said = place.run()
        left = [each.name for each in place.out.iterdir()]
    finally:
        subprocess.run(["umount", str(place.out)], check=True)
    return said + (f"; LEFT {left}" if left else "; no part is left")


@fault("no room for temporary files")
def no_temporary(place: Place) -> str:
    """Run without any folder for temporary files."""
    return place.run(env=place.environment(TMPDIR=str(place.folder / "not-there")))


@fault("a folder that may not be written to")
def read_only(place: Place) -> str:
    """Run where nothing can be made."""
    place.out.chmod(0o555)
    said = place.run(preexec_fn=without_override)
    place.out.chmod(0o755)
    return said


@fault("no HOME, and a user without a name")
def homeless(place: Place) -> str:
    """Run without a home to keep the key in."""
    shutil.rmtree(place.folder / "home")
    said = place.run(place.command(start=after(NAMELESS)), env=place.environment(HOME=None))
    restored(place)
    return said


@fault("HOME that may not be written to")
def locked_home(place: Place) -> str:
    """Run with a home where nothing can be made."""
    shutil.rmtree(place.folder / "home")
    (place.folder / "home").mkdir(0o555)
    said = place.run(preexec_fn=without_override)
    (place.folder / "home").rmdir()
    restored(place)
    return said


def restored(place: Place) -> None:
    """Bring back the home and its key."""
    shutil.copytree(place.folder.parent / "first" / "home", place.folder / "home")


def without_override() -> None:
    """Give up the right of root to write where the rights of a folder forbid it."""
    if os.getuid() == 0:
        ctypes.CDLL(None).prctl(DROP_FROM_BOUNDS, OVERRIDES_RIGHTS, 0, 0, 0)


@fault("clock set back ten years")
def set_back(place: Place) -> str:
    """Run while every file is ten years younger than the clock says."""
    place.run()
    for each in (place.out, *place.folder.rglob("*")):
        os.utime(each, (time.time() + MANY_YEARS,) * 2)
    return place.run(place.command(start=after(EARLIER)))


@fault("two runs at once into one folder")
def at_once(place: Place) -> str:
    """Run twice at the same time."""
    both = [place.start() for _ in range(2)]
    said = [ending(one.wait(), one.stderr.read().decode()) for one in both]
    return f"both: {said[0]}" if len(set(said)) == 1 else "; ".join(said)


@fault("an export that grows, shrinks or goes away while it is read")
def changing(place: Place) -> str:
    """Change a large export while it is read, at moments spread over the reading."""
    seen = []
    for change in ("grows", "shrinks", "goes away"):
        shutil.rmtree(place.folder / "exports", ignore_errors=True)
        (place.folder / "exports").mkdir()
        export = place.folder / "exports" / "posts.csv"
        export.write_text("id,author,created_at,text\n" + "".join(map(row, range(70_000))))
        process = place.start(
            [sys.executable, "-m", "insight", "check", str(export), "-q", "--to", "out/m.parquet"]
        )
        while process.poll() is None:
            if change == "grows":
                with export.open("a") as file:
                    file.write("".join(row(at) for at in range(80_000, 80_020)))
            elif not list(place.out.glob(".m-*/loose-*")):
                time.sleep(0.002)
                continue
            elif change == "shrinks":
                os.truncate(export, export.stat().st_size // 3)
                break
            else:
                export.unlink()
                break
            time.sleep(0.05)
        said = ending(process.wait(), process.stderr.read().decode())
        seen.append(f"{change}: {'read' if said == 'the page' else said}")
        (place.out / "m.parquet").unlink(missing_ok=True)
    restore_exports(place)
    return "; ".join(seen)


def row(at: int) -> str:
    """A row of an invented export."""
    return f"{at},a{at % 97},2025-03-0{1 + at % 9} 10:0{at % 10}:00Z,my kettle leaks {at}\n"


def restore_exports(place: Place) -> None:
    """Bring back the archive."""
    shutil.rmtree(place.folder / "exports")
    shutil.copytree(place.folder.parent / "first" / "exports", place.folder / "exports")


@fault("stages that a killed run left, cut off or with flipped bits")
def damaged_stages(place: Place) -> str:
    """Damage every file that a run leaves which is killed as it writes its page."""
    stop = "import os\nfrom insight.report.report import Report\nReport.save = lambda *_: os._exit(9)"
    place.run(place.command(start=after(stop)))
    kept = sorted(file for file in place.out.rglob("*") if file.is_file())
    for at, file in enumerate(kept):
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 8
        file.write_bytes(content[: len(content) // 3] if at % 2 else content)
    return f"{place.run()}, made again" if kept else "NOTHING WAS KEPT"


@fault("{exports} exports, each cut off or with flipped bits {damages} times, beside a sound one")
def damaged_exports(place: Place) -> str:
    """Read damaged exports of every kind that is at hand, each in a folder with a sound one."""
    import insight as ins
    from insight.archives.reading import UNFORESEEN

    chosen, ended = random.Random(0), Counter[str]()
    for export in EXPORTS:
        for at in range(DAMAGES):
            folder = place.folder / "damaged"
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            content = bytearray(export.read_bytes())
            if at % 2:
                content = content[: chosen.randrange(1, len(content))]
            else:
                for _ in range(5):
                    content[chosen.randrange(len(content))] ^= 1 << chosen.randrange(8)
            (folder / export.name).write_bytes(content)
            (folder / "sound.csv").write_text("id,author,created_at,text\n" + "".join(map(row, range(20))))
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                report = ins.read_archive(folder, key=place.folder / "key").report
            if report.files.set_index("source_file").loc["sound.csv", "rows_kept"] != 20:
                ended["THE SOUND ONE LOST ROWS"] += 1
            ended["what can be read is read" if len(report.files) > 1 else "refused by name"] += 1
            ended["UNFORESEEN"] += any(UNFORESEEN in note for note in report.notes)
    return ", ".join(f"{n:,} times {what}" for what, n in ended.items() if n) + "; the sound one whole"


@fault("out of memory (`ulimit -v` of 0.6 to 2.6 GB)")
def memoryless(place: Place) -> str:
    """Run with less and less memory, down to what the imports need."""
    seen = {}
    for size in (600, 1_000, 1_400, 1_800, 2_200, 2_600):
        limit = size * 1_000_000
        said = place.run(preexec_fn=lambda n=limit: resource.setrlimit(resource.RLIMIT_AS, (n, n)))
        seen[f"{size / 1_000} GB"] = said
    return "; ".join(f"{size}: {said}" for size, said in seen.items()) if len({*seen.values()}) > 1 else said


@fault("a reader of the output that leaves (`| head -1`)")
def deaf(place: Place) -> str:
    """Close the pipe that the command prints to."""
    from_end, to_end = os.pipe()
    os.close(from_end)
    try:
        command = [part for part in place.command() if part != "-q"]
        return f"{place.run(command, stdout=to_end)}; {place.state()}"
    finally:
        os.close(to_end)


@fault("a terminal that knows no letters but ASCII")
def ascii_only(place: Place) -> str:
    """Print the memo where it cannot be encoded."""
    command = [part for part in place.command() if part != "-q"]
    return place.run(command, env=place.environment(PYTHONIOENCODING="ascii", PYTHONUTF8="0", LC_ALL="C"))


def main() -> None:
    """Print the table."""
    wanted = os.environ.get("INSIGHT_BENCH_FAULTS", "")
    print("| fault | what happened | lost |\n|---|---|---|")
    with places() as make:
        for name, strike in FAULTS.items():
            if wanted and not any(word in name for word in wanted.split(",")):
                continue
            place = make()
            happened = strike(place)
            said = name.format(kills=KILLS, exports=len(EXPORTS), damages=DAMAGES)
            print(f"| {said} | {happened} | {place.lost()} |", flush=True)
            shutil.rmtree(place.folder)


if __name__ == "__main__":
    main()
