"""Columns of messages that no spec knows -> one decision: which holds what, why, how surely."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from insight.archives.instructions import ROLES, Columns
from insight.archives.links import has_message
from insight.archives.readers import scalar

from .author_columns import find_ids, find_people, find_threads
from .chooser import Chooser, Found
from .columns import mean, profiles
from .date_columns import find_dates, habit_of
from .marks import find_marks, find_numbers
from .reply_columns import find_reply, find_written_back
from .text_columns import find_words

SAMPLE = 2_000
_TAGGED = 0.2
_MARKUP = re.compile(r"</?(?:p|br|div|a|b|i|em|strong|ul|li|span|blockquote)\b[^<>]*>", re.I)


@dataclass(frozen=True)
class Decision:
    """How a file without a known format is read.

    Attributes
    ----------
    found : tuple of Found
        Role to columns; `text` has several where a survey asks several open questions.
    questions : tuple of str
        The open questions of a survey: each answer is a message.
    habit : tuple of bool and str, optional
        Whether other signs of the file put the day before the month, and which.
    warnings : tuple of str
        What is uncertain.
    html, id_from_link, reply_is_link, relative, rooted, tags : bool
        Whether texts hold markup, links name the messages or those that they answer, dates are ages, a word
        such as `root` stands for no parent, texts begin with whom they are for.
    entries : dict of str to dict
        How the values of a role are read, as an entry of `[map]` says it: whose words are whose, which are
        not public.
    """

    found: tuple[Found, ...]
    questions: tuple[str, ...] = ()
    habit: tuple[bool, str] | None = None
    warnings: tuple[str, ...] = ()
    html: bool = False
    id_from_link: bool = False
    reply_is_link: bool = False
    relative: bool = False
    rooted: bool = False
    tags: bool = False
    entries: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def of(self, role: str) -> tuple[str, ...]:
        """Name the columns of a role."""
        return next((found.columns for found in self.found if found.role == role), ())

    @property
    def words_of_customers(self) -> list[str]:
        """The words by which the column of the side names a customer."""
        sides = self.entries.get("side", {}).get("values", {})
        return [word for word, side in sides.items() if side == "customer"]

    @property
    def own_space(self) -> bool:
        """Whether all is talk between a brand and its customers: both sides show, and texts tag no one."""
        entry = self.entries.get("side", {})
        shown = not {"same", "domains", "filled"}.isdisjoint(entry)
        return not self.tags and (shown or {"brand", "customer"} <= {*entry.get("values", {}).values()})

    @property
    def strength(self) -> float:
        """How much of a message was found: to choose among the sheets, lists or delimiters of a file."""
        weights = {"text": 3.0, "created_at": 2.0, "author": 1.5, "id": 1.0, "title": 0.3}
        return sum(weights.get(one.role, 0.1) * (1.0 if one.sure else 0.5) for one in self.found)


def understand(sample: pd.DataFrame | Mapping[str, Sequence[str]], named: Columns | None = None) -> Decision:
    """Decide which column of a sample of messages holds what, by header and values together.

    Parameters
    ----------
    sample : DataFrame or dict of str to sequence of str
        Some records, of which up to 2,000 are looked at; dots in a name part the steps of a path.
    named : dict of str to tuple of str, optional
        Role to the columns that the caller says fill it.

    Returns
    -------
    Decision

    Raises
    ------
    InsightError
        No column holds words, or the table counts something.
    """
    if isinstance(sample, pd.DataFrame):
        head = sample.head(SAMPLE)
        columns = {str(name): [scalar(value) for value in head[name]] for name in head}
    else:
        columns = {name: list(values[:SAMPLE]) for name, values in sample.items()}
    return _decide(Chooser(profiles(columns), columns, named or {}))


def _decide(c: Chooser) -> Decision:
    dates = find_dates(c)
    find_ids(c)
    find_written_back(c)
    find_words(c)
    find_reply(c)
    find_threads(c)
    find_people(c)
    find_numbers(c)
    find_marks(c)
    texts = [value for name in c.of("text") for value in c.all[name].values[:200]]
    linked = [has_message(value) for name in c.of("url") for value in c.all[name].values[:200]]
    found = sorted(c.found.values(), key=lambda one: ROLES.index(one.role))
    return Decision(
        tuple(found), c.questions, habit_of(c, dates), tuple(c.warnings),
        html=any(map(_MARKUP.search, texts)),
        reply_is_link=any(c.all[name].links >= 0.8 for name in c.of("reply_to") if name in c.all),
        id_from_link=bool(linked) and sum(linked) >= 0.8 * len(linked), relative=c.relative, rooted=c.rooted,
        entries=c.entries, tags=mean(text.lstrip()[:1] == "@" for text in texts) > _TAGGED,
    )  # fmt: skip
