"""Loose rows on disk -> one Parquet file of mentions, in memory that does not grow with the archive."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from insight.mentions import COLUMNS

from .archive_facts import Gathered, Whole
from .converters import Notes
from .finish import Choices, Dropped, finish_rows, gather_deleted
from .ids import CONTENT, prefixed, spaces
from .mapping import COUNTS
from .privacy.full_names import WORD, full_names, known_names
from .privacy.pseudonyms import People
from .privacy.redaction import HANDLE
from .reading import File, Part
from .workplace import SEALED, pattern, quoted

if TYPE_CHECKING:
    import pyarrow as pa
    from duckdb import DuckDBPyConnection

AT_ONCE = 20_000
_FLAGS = ("local_ids", "labels_are_messages", "own_space", "brands_from_authors", "is_reply")


def as_arrow(mentions: pd.DataFrame) -> pa.Table:
    """Return the table with categories as plain text, which every reader of Parquet takes alike."""
    import pyarrow as pa

    table = pa.Table.from_pandas(mentions, preserve_index=False)
    plain = [
        pa.field(field.name, pa.string() if _is_text(field.type) else field.type) for field in table.schema
    ]
    return table.cast(pa.schema(plain))


def _is_text(kind: pa.DataType) -> bool:
    import pyarrow as pa

    return pa.types.is_dictionary(kind) or pa.types.is_large_string(kind) or pa.types.is_null(kind)


@dataclass
class Spill:
    """Loose rows on disk, with what ties them together: `links` between hashes of ids, and `people`."""

    folder: Path
    db: DuckDBPyConnection
    gathered: Gathered
    files: list[Path] = field(default_factory=list)
    n: int = 0

    def __post_init__(self) -> None:
        self.db.execute("CREATE TABLE links (a UBIGINT, b UBIGINT)")
        self.db.execute(
            "CREATE TABLE people (file TEXT, platform TEXT, apart TEXT, handle TEXT, author TEXT)"
        )
        self.db.execute("CREATE TABLE names (file TEXT, first TEXT, name TEXT)")

    def take(self, parts: Iterator[Part]) -> list[File]:
        """Write the parts of one file; of a file that fails on the way nothing is kept."""
        known, written = list[File](), list[Path]()
        n = 0
        try:
            for file, rows in parts:
                known.append(file)
                self.gathered.add(file.name, rows)
                own = self._tie(rows)
                self._know(rows)
                path = self.folder / f"loose-{len(self.files) + len(written):06d}.parquet"
                _keep(self.db, rows.assign(_own=own), path)
                written.append(path)
                n += len(rows)
        except BaseException:
            for path in written:
                path.unlink()
            for file in known:
                self.gathered.forget(file.name)
                for table in ("people", "names"):
                    self.db.execute(f"DELETE FROM {table} WHERE file = ?", [file.name])
            raise
        self.files += written
        self.n += n
        return known

    def _tie(self, rows: pd.DataFrame) -> np.ndarray:
        """Link every row to what it answers, its thread, and the rows that could share its id."""
        lead = rows["platform"].to_numpy(object) + ":"

        def node(ids: pd.Series, kind: str) -> np.ndarray:
            texts = prefixed(lead, ids.to_numpy(object))
            return pd.util.hash_array(kind + texts, categorize=False)

        own = node(rows["id"], "")
        bare = (rows["id"] == "").to_numpy(bool)
        said = pd.util.hash_pandas_object(rows[list(CONTENT)], index=False).to_numpy()
        own = np.where(bare, said, own)
        links = [(own, said, rows["local_ids"].to_numpy(bool) & ~bare)]
        for word, kind in (("reply_to", ""), ("conversation", "\x1flabel ")):
            links.append((own, node(rows[word], kind), (rows[word] != "").to_numpy(bool)))
        if rows["is_reply"].any():
            record = pd.util.hash_pandas_object(rows[["source_file", "row"]], index=False).to_numpy()
            links.append((own, record, np.ones(len(rows), dtype=bool)))
        pairs = pd.DataFrame({
            "a": np.concatenate([start[which] for start, _, which in links]),
            "b": np.concatenate([end[which] for _, end, which in links]),
        })  # fmt: skip
        self.db.register("part", pairs.drop_duplicates())
        self.db.execute("INSERT INTO links SELECT a, b FROM part WHERE a <> b")
        self.db.unregister("part")
        return own

    def _know(self, rows: pd.DataFrame) -> None:
        """Remember who is behind a handle, where the two are not the same, and full names."""
        named = full_names({*rows["author"].unique(), *rows["handle"].unique()})
        self._insert("names", pd.DataFrame({"file": rows["source_file"].iloc[:1].max(), **named}))
        people = pd.DataFrame({
            "file": rows["source_file"],
            "platform": rows["platform"],
            "apart": spaces(rows, apart=True),
            "handle": [handle.casefold() for handle in rows["handle"]],
            "author": rows["author"],
        })  # fmt: skip
        people = people[(people["handle"] != "") & (people["author"] != "")].drop_duplicates()
        people = people[people["handle"] != people["author"].str.casefold()]
        self._insert("people", people)

    def _insert(self, table: str, rows: pd.DataFrame) -> None:
        if len(rows):
            self.db.register("part", rows.astype(object))
            self.db.execute(f"INSERT INTO {table} SELECT * FROM part")
            self.db.unregister("part")


def finish_parts(spill: Spill, whole: Whole, *, choices: Choices, dropped: Dropped, notes: Notes) -> None:
    """Finish the rows thread by thread; `spill.db` then has the view `mentions` of them."""
    from tqdm import tqdm

    db = spill.db
    _join_threads(db)
    parts = (db.sql(f"FROM {_kept(pattern(path))}").to_arrow_table() for path in spill.files)
    deleted = gather_deleted((_restored(part).drop(columns="_own") for part in parts), whole, choices)
    with tqdm(total=spill.n, desc="writing", unit=" rows", disable=not choices.progress) as bar:
        for number, rows in enumerate(_together(db, spill)):
            people = _people(db, rows, whole) if choices.shareable else People()
            people = replace(people, deleted=deleted)
            loose = rows.drop(columns=["_bucket", "_own"])
            done = finish_rows(loose, whole, people=people, choices=choices, dropped=dropped, notes=notes)
            _keep(db, done, spill.folder / f"done-{number:06d}.parquet")
            bar.update(len(rows))
    _view(db, spill.folder)


def _keep(db: DuckDBPyConnection, rows: pd.DataFrame, path: Path) -> None:
    """Write rows to a file that only this run can read."""
    db.register("part", as_arrow(rows))
    db.execute(
        f"COPY part TO '{quoted(path)}' "
        f"(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ENCRYPTION_CONFIG {SEALED})"
    )
    db.unregister("part")


def _kept(files: str) -> str:
    return f"read_parquet('{files}', union_by_name = true, encryption_config = {SEALED})"


def _view(db: DuckDBPyConnection, folder: Path) -> None:
    """Give `db` the view `mentions` of the finished parts, with the same columns in all of them."""
    parts = _kept(f"{pattern(folder)}/done-*.parquet")
    names = [name for name, *_ in db.execute(f"DESCRIBE SELECT * FROM {parts}").fetchall()]
    known = [column.name for column in COLUMNS]
    extra = sorted(set(names) - set(known))
    filled = {"n_copies": "1", "copy_formats": "source_format", "automated": "false"}
    chosen = [f'"{name}"' for name in known]
    chosen += [_whole_column(name, filled.get(name, "''")) for name in extra]
    db.execute(f"CREATE VIEW mentions AS SELECT {', '.join(chosen)} FROM {parts}")


def write_in_order(db: DuckDBPyConnection, folder: Path, about: Mapping[str, str]) -> Path:
    """Sort the view `mentions` into one file that also says this; return it, not yet in place."""
    done = folder / "mentions.parquet"
    said = ", ".join(f"{key}: '{value.replace(chr(39), chr(39) * 2)}'" for key, value in about.items())
    db.execute(
        "COPY (FROM mentions ORDER BY created_at NULLS LAST, mention_id) "
        f"TO '{quoted(done)}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 100000, "
        f"KV_METADATA {{{said}}})"
    )
    return done


def _whole_column(name: str, default: str) -> str:
    quoted = '"' + name.replace('"', '""') + '"'
    return f"coalesce({quoted}, {default}) AS {quoted}"


def _join_threads(db: DuckDBPyConnection) -> None:
    """Give every hash the least hash that it is linked to, however far: hop to neighbours, then twice as far.

    Label propagation with pointer jumping: the number of rounds grows with the logarithm of the longest
    chain.
    """
    db.execute(
        "CREATE TABLE roots AS SELECT DISTINCT a AS node, a AS root "
        "FROM (FROM links UNION ALL SELECT b, a FROM links)"
    )
    while True:
        db.execute("""
            CREATE OR REPLACE TABLE nearer AS SELECT node, min(root) AS root FROM (
                SELECT a AS node, root FROM links JOIN roots ON node = b
                UNION ALL SELECT b, root FROM links JOIN roots ON node = a
                UNION ALL FROM roots
            ) GROUP BY node
        """)
        db.execute("""
            CREATE OR REPLACE TABLE jumped AS
            SELECT near.node, far.root FROM nearer AS near JOIN nearer AS far ON far.node = near.root
        """)
        moved = db.execute(
            "SELECT count(*) FROM jumped JOIN roots USING (node) WHERE jumped.root <> roots.root"
        ).fetchone()
        db.execute("DROP TABLE roots")
        db.execute("ALTER TABLE jumped RENAME TO roots")
        if moved == (0,):
            return


def _together(db: DuckDBPyConnection, spill: Spill) -> Iterator[pd.DataFrame]:
    """Yield about `AT_ONCE` rows at a time, never parting what is linked."""
    import pyarrow as pa

    n_buckets = max(-(-spill.n // AT_ONCE), 1)
    loose = _kept(f"{pattern(spill.folder)}/loose-*.parquet")
    own = db.cursor()  # the rows stream while `db` answers other questions
    own.execute("USE work")
    ordered = own.sql(
        f"SELECT loose.*, coalesce(root, _own) % {n_buckets} AS _bucket FROM {loose} AS loose "
        "LEFT JOIN roots ON node = _own ORDER BY _bucket"
    )
    reader: pa.RecordBatchReader = ordered.to_arrow_reader(8_192)
    waiting, bucket = [_restored(pa.Table.from_batches([], reader.schema))], None
    for batch in reader:
        for number, rows in _restored(batch).groupby("_bucket", sort=False):
            if bucket not in (None, number):
                yield pd.concat(waiting, ignore_index=True)
                waiting = []
            bucket = number
            waiting.append(rows)
    yield pd.concat(waiting, ignore_index=True)


def _restored(batch: pa.RecordBatch) -> pd.DataFrame:
    frame = batch.to_pandas()
    types = (
        dict.fromkeys(COUNTS, "Int64") | {"rating": "Float64", "row": "int64"} | dict.fromkeys(_FLAGS, bool)
    )
    types |= dict.fromkeys(("created_at", "retrieved_at"), "datetime64[us]")
    types |= {name: object for name in frame if name not in types and name not in ("_bucket", "_own")}
    return frame.astype(types)


def _people(db: DuckDBPyConnection, rows: pd.DataFrame, whole: Whole) -> People:
    """Look up the authors behind the handles that these texts tag, and the full names that they may hold."""
    texts = [text for word in ("text", "title") for text in rows[word]]
    tags = {
        part.casefold()
        for text in texts
        if "@" in text or "＠" in text
        for tag in HANDLE.findall(text)
        for part in (tag, _head(tag))
    }
    space = "apart" if whole.ids_clash else "platform"
    found = _looked_up(
        db, f"SELECT {space}, handle, min(author) FROM people", "handle", tags, " GROUP BY ALL"
    )
    words = {word for text in texts for word in WORD.findall(text.casefold())}
    names = _looked_up(db, "SELECT DISTINCT name FROM names", "first", words)
    return People(
        {(place, handle): author for place, handle, author in found},
        known_names((name for (name,) in names), whole.brands.of_handle),
    )


def _looked_up(
    db: DuckDBPyConnection, select: str, column: str, wanted: set[str], rest: str = ""
) -> list[Any]:
    if not wanted:
        return []
    db.register("wanted", pd.DataFrame({column: sorted(wanted)}))
    found = db.execute(f"{select} SEMI JOIN wanted USING ({column}){rest}").fetchall()
    db.unregister("wanted")
    return found


def _head(tag: str) -> str:
    return tag.replace("-", ".").replace("@", ".").partition(".")[0]
