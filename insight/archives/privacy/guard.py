"""What keeps an archive's promises after its import: ids as files show them, and who was deleted."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import pandas as pd

from .deletion import Deleted

_TOKEN = re.compile(r"m[0-9a-f]{16}")
_ID_COLUMNS = ("mention_id", "conversation_id", "reply_to_id", "reposted_id", "quoted_id")


@dataclass(frozen=True)
class Guard:
    """How files name messages (by keyed ids in shareable mode, else natively), and who must not appear.

    `beside` are the messages that answer or quote a deleted one, and their writers: there, short runs of
    deleted words count as quotes.
    """

    key: bytes = b""
    shareable: bool = True
    deleted: Deleted = field(default_factory=Deleted)
    beside: frozenset[str] = frozenset()

    def shown(self, mention_id: str) -> str:
        """Return the id of a message as a file shows it; only the key can test which message it is."""
        if not self.shareable or _TOKEN.fullmatch(mention_id):
            return mention_id
        said = mention_id.encode("utf-8", "replace")
        return "m" + hashlib.blake2b(said, key=self.key, digest_size=8, person=b"message").hexdigest()

    def native(self, mention_ids: Iterable[str]) -> dict[str, str]:
        """Give, for what a file may call these messages, their ids in the table."""
        return {self.shown(own): own for own in mention_ids}

    @property
    def gone(self) -> frozenset[str]:
        """The deleted messages, by any id that a file may hold."""
        return self.deleted.ids | {self.shown(own) for own in self.deleted.ids}

    def erase(self, text: str, *names: str) -> str:
        """Take deleted people out of a text of a kept file, which is by or of any of `names`."""
        return self.deleted.erase(text, beside=not self.beside.isdisjoint(names))

    def tables(
        self, tables: dict[str, pd.DataFrame], mentions: pd.DataFrame, *, tz: str
    ) -> dict[str, pd.DataFrame]:
        """Make tables fit to leave the house: keyed ids, whole days, no links; internally as they are."""
        if not self.shareable:
            return tables
        ids = {own for name in _ID_COLUMNS for own in mentions[name].dropna().unique()}
        return {name: self._fit(table, ids, tz) for name, table in tables.items()}

    def _fit(self, table: pd.DataFrame, ids: set[str], tz: str) -> pd.DataFrame:
        links = [name for name in table if name in ("url", "link")]
        kept = table.drop(columns=links)
        changed = {}
        for name, values in kept.items():
            if isinstance(values.dtype, pd.DatetimeTZDtype):
                changed[name] = values.dt.tz_convert(tz).dt.normalize()
            elif pd.api.types.is_datetime64_dtype(values.dtype):
                changed[name] = values.dt.normalize()
            elif values.dtype == object or isinstance(values.dtype, pd.StringDtype):
                changed[name] = values.astype(object).map(lambda value: self._keyed(value, ids))
        return kept.assign(**changed)

    def _keyed(self, value: object, ids: set[str]) -> object:
        if isinstance(value, list | tuple):
            return [self._keyed(one, ids) for one in value]
        return self.shown(value) if isinstance(value, str) and value in ids else value


def make_guard(mentions: pd.DataFrame, deleted: Deleted, *, key: bytes, shareable: bool) -> Guard:
    """Keep for later files what is known once the mentions are made."""
    near = mentions[mentions["reply_to_id"].isin(deleted.ids) | mentions["quoted_id"].isin(deleted.ids)]
    guard = Guard(key, shareable, deleted)
    ids = {*near["mention_id"], *map(guard.shown, near["mention_id"])}
    return replace(guard, beside=frozenset(ids | set(near["author_id"].dropna())))
