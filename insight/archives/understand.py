"""A table or JSON of messages that no spec knows -> one decision: which column holds what, why, how surely."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NoReturn

import numpy as np
import pandas as pd

from ..mentions import InsightError
from .columns import Profile, header_fit, is_rating, mean, profiles, roles
from .converters import LANGUAGE_NAMES, NO_PARENT
from .dates import parse_times
from .links import has_message
from .readers import scalar

SAMPLE = 2_000
COUNTED = ("like_count", "reply_count", "repost_count", "quote_count", "view_count", "follower_count")
NAMED = ("channel", "place", "platform", "brand", "addressed", "is_public", "reposted", "quoted", "kind")
_QUESTION = re.compile(r"\?|^q\d+\b|^(?:what|why|how|which|was|wie|warum|que|qu|pourquoi|como|por)_", re.I)
_HALVES = re.compile(
    r"(?:^|_)(?:pros?|cons?|likes?_best|dislikes?|advantages?|disadvantages?|positives?|negatives?|benefits|drawbacks|strengths|weaknesses|positive_review|negative_review|vorteile|nachteile|avantages|inconvenients)(?:_|$)"
)
_FORUM = frozenset(
    [
        "subreddit",
        "upvotes",
        "ups",
        "downs",
        "karma",
        "permalink",
        "parent",
        "thread",
        "replies",
        "answers",
        "tags",
        "accepted",
        "instance",
        "community",
        "upvote",
        "submission",
        "descendants",
        "kids",
        "num_comments",
        "body_html",
    ]
)
_REVIEWS = frozenset(
    [
        "review",
        "reviews",
        "rating",
        "product",
        "app",
        "version",
        "store",
        "stars",
        "verified",
        "survey",
        "nps",
        "csat",
        "satisfaction",
        "feedback",
        "hotel",
        "restaurant",
        "purchase",
        "summary",
        "variation",
    ]
)
_VAGUE_SCORE = frozenset(("score", "points", "note", "nota", "value", "grade", "rate", "vote", "votes"))
_MARKUP = re.compile(r"</?(?:p|br|div|a|b|i|em|strong|ul|li|span|blockquote)\b[^<>]*>", re.I)
_JSON = re.compile(r"\s*[{\[].*[}\]]\s*", re.S)
_TOKEN = re.compile(r"\S{1,200}")
_OWN_ID = frozenset(("id", "_id", "id_str", "mention_id", "message_id", "uuid", "guid", "tweet_id"))
_MIXED = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[\w:./#+=-]{4,120}")
_PERSON = re.compile(r"@?[^\W\d_][\w.'’ -]{1,40}|@?\w*[^\W\d_]\w*[\d_]\w*")


@dataclass(frozen=True)
class Found:
    """The columns that fill a role, why, and whether headers and values leave no doubt."""

    role: str
    columns: tuple[str, ...]
    reason: str
    sure: bool = True


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
    html, id_from_link, relative, rooted : bool
        Whether texts hold markup, links name the messages, dates are ages, a word such as `root` stands for no
        parent.
    """

    found: tuple[Found, ...]
    questions: tuple[str, ...] = ()
    habit: tuple[bool, str] | None = None
    warnings: tuple[str, ...] = ()
    html: bool = False
    id_from_link: bool = False
    relative: bool = False
    rooted: bool = False
    sides: Mapping[str, str] = field(default_factory=dict)

    def of(self, role: str) -> tuple[str, ...]:
        """Name the columns of a role."""
        return next((found.columns for found in self.found if found.role == role), ())

    @property
    def strength(self) -> float:
        """How much of a message was found: to choose among the sheets, lists or delimiters of a file."""
        weights = {"text": 3.0, "created_at": 2.0, "author": 1.5, "id": 1.0, "title": 0.3}
        return sum(weights.get(one.role, 0.1) * (1.0 if one.sure else 0.5) for one in self.found)


def understand(sample: pd.DataFrame | Mapping[str, Sequence[str]]) -> Decision:
    """Decide which column of a sample of messages holds what, by header and values together.

    Parameters
    ----------
    sample : DataFrame or dict of str to sequence of str
        Some records, all values as text, of which up to 2,000 are looked at; dots in a name part the steps of a path.

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
    return _Chooser(profiles(columns), columns).decide()


class _Chooser:
    """Gives the columns to the roles, the surest first; no column has two."""

    def __init__(self, looks: dict[str, Profile], columns: Mapping[str, Sequence[str]]) -> None:
        self.looks = {name: look for name, look in looks.items() if look.values} or looks
        self.columns, self.all = columns, looks
        self.found: dict[str, Found] = {}
        self.warnings: list[str] = []
        self.questions: tuple[str, ...] = ()
        self.headers = {word for look in looks.values() for step in look.steps for word in step.split("_")}
        self.headers |= {look.last for look in looks.values()}
        self.answers = any(_reply_fit(look) >= 0.6 and look.words >= 1 for look in looks.values())

    def decide(self) -> Decision:
        dates = self._dates()
        self._ids()
        self._texts()
        self._reply(dates)
        self._links_between()
        self._people()
        self._ratings_and_counts()
        self._rest()
        habit = self._habit(dates)
        text = self._of("text")
        markup = [bool(_MARKUP.search(value)) for name in text for value in self.all[name].values[:200]]
        url = self._of("url")
        named = [has_message(value) for name in url for value in self.looks[name].values[:200]]
        order = {role: at for at, role in enumerate(_ORDER)}
        found = sorted(self.found.values(), key=lambda one: order.get(one.role, 99))
        return Decision(
            tuple(found), self.questions, habit, tuple(self.warnings), html=any(markup),
            id_from_link=bool(named) and sum(named) >= 0.8 * len(named), relative=self.relative, rooted=self.rooted,
            sides=self.sides,
        )  # fmt: skip

    # ------------------------------------------------------------------------------------------- common steps

    def _of(self, role: str) -> tuple[str, ...]:
        return self.found[role].columns if role in self.found else ()

    def _free(self) -> list[Profile]:
        taken = {name for one in self.found.values() for name in one.columns}
        return [look for name, look in self.looks.items() if name not in taken]

    def _give(
        self, role: str, look: Profile, reason: str, *, sure: bool = True, more: Sequence[str] = ()
    ) -> None:
        self.found[role] = Found(role, (look.name, *more), reason, sure)

    def _named(self, role: str) -> Profile | None:
        """Take a column whose header alone names the role, whatever it holds."""
        fits = [(header_fit(role, look) - 0.6, look) for look in self.all.values() if len(look.steps) == 1]
        return self._best(role, fits)

    def _best(self, role: str, fits: Sequence[tuple[float, Profile]]) -> Profile | None:
        """Take the best candidate; of equals the one nearest to the top level, then the first."""
        good = [(score, -len(look.steps), -at, look) for at, (score, look) in enumerate(fits) if score > 0]
        return max(good, key=lambda one: one[:3])[3] if good else None

    # ------------------------------------------------------------------------------------------------- dates

    def _dates(self) -> list[Profile]:
        """Find the date of the messages among all columns of dates; return all of these."""
        self.relative = False
        dated = [
            look for look in self.looks.values()
            if look.dates >= 0.8 and (not look.bare_dates or header_fit("created_at", look) > 0)
        ]  # fmt: skip
        fits = [(self._date_fit(look), look) for look in dated]
        ages = [look for look in self.looks.values() if look.ages >= 0.8]
        best = self._best("created_at", fits)
        if best is None and dated:
            best = max(
                dated, key=lambda look: (header_fit("created_at", look) + look.given, -len(look.steps))
            )
            self.warnings.append(
                f"the only dates are those of {best.name!r}: are they when messages were written?"
            )
        if best is None and ages:
            best, self.relative = max(ages, key=lambda look: header_fit("created_at", look)), True
        best = best or self._named("created_at")
        if best is None:
            self.warnings.append(
                "no column holds dates: nothing can be said about waits, trends or who stays. If one does, name it in "
                "a map (insight map FILE)."
            )
            return dated
        fit = header_fit("created_at", best)
        self.relative |= any(header_fit("created_at", age) > 0 for age in ages)
        clock = self._clock_of(best)
        reason = (
            "by header and values"
            if fit > 0
            else "the only column of dates"
            if len(dated) < 2
            else "its values are dates"
        )
        self._give("created_at", best, reason, sure=fit > 0, more=clock)
        if clock:
            joined = f"{best.name} + {clock[0]}"
            self.found["created_at"] = Found(
                "created_at", (joined,), f"{reason}, with the clock of {clock[0]!r}", True
            )
        return dated

    def _date_fit(self, look: Profile) -> float:
        fit = header_fit("created_at", look)
        if fit < 0 or (_ANSWERED & set(look.last.split("_")) and self.answers):
            return 0.0
        return 0.2 + fit + 0.2 * look.given - 0.1 * look.bare_dates - 0.05 * len(look.steps)

    def _clock_of(self, date: Profile) -> list[str]:
        """Find the column of times that belongs to a column of days."""
        times = [look for look in self.looks.values() if look.times >= 0.9 and look.name != date.name]
        if (
            not times
            or date.bare_dates
            or not set(parse_times(date.values[:50], day_first=True).precision) <= {"day", "none"}
        ):
            return []
        own = [look for look in times if header_fit("created_at", look) > 0 or len(times) == 1]
        return [own[0].name] if own else []

    def _habit(self, dates: Sequence[Profile]) -> tuple[bool, str] | None:
        """Ask the other dates, then the language, whether the day comes first, where the column cannot tell."""
        names = self._of("created_at")
        if not names:
            return None
        date = self.all[names[0].split(" + ")[0]]
        times = parse_times(date.values, read_at=None)
        if not times.unclear.any() and not times.order.startswith(("so they lie", "the clock")):
            return None
        for other in dates:
            if other.name == date.name:
                continue
            own = parse_times(other.values)
            if own.day_first is not None and own.order.endswith("as a day"):
                return own.day_first, f"{other.name!r} is written so"
            if (same := self._same_day(date, other)) is not None:
                return same, f"{other.name!r} gives the same days"
        text = self._of("text")
        spoken = self._language(text[0]) if text else ""
        return (
            (True, f"the texts are in another language than English ({spoken})?")
            if spoken not in ("", "en")
            else None
        )

    def _same_day(self, date: Profile, other: Profile) -> bool | None:
        pairs = [
            (one, two) for one, two in zip(self.columns[date.name], self.columns[other.name], strict=True)
            if one.strip() and two.strip()
        ]  # fmt: skip
        if not pairs:
            return None
        theirs = parse_times([two for _, two in pairs]).moments.astype("datetime64[D]")
        same = [
            float(
                (
                    parse_times([one for one, _ in pairs], day_first=order).moments.astype("datetime64[D]")
                    == theirs
                ).mean()
            )
            for order in (True, False)
        ]
        return same[0] > same[1] if max(same) > 0.8 > min(same) + 0.3 else None

    def _language(self, name: str) -> str:
        from ..text import detect_language

        lang = self._of("lang")
        if lang:
            codes = pd.Series(self.looks[lang[0]].values).str[:2].str.casefold()
            return str(codes.mode()[0])
        told = pd.Series(detect_language(list(self.looks[name].values[:60])))
        known = told[told.notna() & (told != "und")]
        return str(known.mode()[0]) if len(known) > 2 else ""

    # ------------------------------------------------------------------------------------------------- words

    def _texts(self) -> None:
        """Find the words: the text, the title, or the open questions of a survey."""
        free = [look for look in self._free() if self._may_be_words(look)]
        fits = [(self._text_fit(look), look) for look in free]
        best = self._best("text", fits) or self._silent_text()
        titles = [
            (header_fit("title", look), look)
            for look in free
            if look is not best and look.words <= 40 and len(look.steps) <= 2
        ]
        title = self._best("title", titles)
        asked = self._asked(free, title)
        if best.last in roles()["title"].names and title is None and self._text_names(best) is None and asked:
            best = asked[0]
        alone = asked and asked[0] is best and ("?" in best.name or len(best.last.split("_")) >= 5)
        if len(asked) > 1 or (alone and self._text_names(best) is None):
            self.questions = tuple(look.name for look in asked)
            self.found["text"] = Found("text", self.questions, "open questions: each answer is a message")
            return
        others = self._instead(best, free)
        fit = header_fit("text", best)
        reason = "by header and values" if fit > 0 else "the longest texts"
        self._give("text", best, reason, sure=fit > 0, more=others)
        if title is not None and title.name not in others:
            self._give("title", title, "by its header")
        rival = [
            look.name for score, look in fits
            if look.is_wordy and look is not best and look is not title and look.name not in others
            and header_fit("text", look) > 0 and len(look.steps) == 1 and look.given > 0.3
        ]  # fmt: skip
        if rival and fit <= 0.6:
            self.warnings.append(f"is {best.name!r} the text, and not {' or '.join(map(repr, rival[:3]))}?")

    def _silent_text(self) -> Profile:
        """Take a text by its header where there is too little to go by its values."""
        best = self._named("text")
        if best is None or (best.numbers >= 0.9 and len(best.values) >= 10) or best.name in self._of("id"):
            self._refuse()
        return best

    def _text_names(self, look: Profile) -> int | None:
        return roles()["text"].names.get(look.last)

    def _may_be_words(self, look: Profile) -> bool:
        if not look.has_words or look.dates >= 0.5 or look.ages >= 0.5:
            return False
        boxed = sum(bool(_JSON.fullmatch(value)) for value in look.values[:50]) > 0.5 * min(
            len(look.values), 50
        )
        repeated = len(look.values) >= 20 and look.n_distinct <= max(2, 0.02 * len(look.values))
        return not boxed and not (repeated and header_fit("text", look) < 0.6)

    def _text_fit(self, look: Profile) -> float:
        fit = header_fit("text", look)
        plain_word = look.last in roles()["title"].names and look.last not in roles()["text"].names
        if fit <= 0 and not (look.is_wordy and look.is_varied):
            return 0.0
        if fit > 0 and look.words < 2 and look.distinct < 0.5 and len(look.values) > 20:
            return 0.0
        if _reply_fit(look) >= 0.7:
            fit = min(fit, 0.0) - 0.5
        return (
            0.1
            + 1.2 * fit
            + min(look.words, 40) / 40
            + 0.3 * look.distinct
            + 0.3 * look.given
            - 0.4 * plain_word
            - 0.1 * len(look.steps)
        )

    def _asked(self, free: Sequence[Profile], title: Profile | None) -> list[Profile]:
        """Find the columns that hold open answers to the question in their header."""

        def is_open(look: Profile) -> bool:
            long = len(look.last.split("_")) >= 5
            asked = "?" in look.name or bool(_QUESTION.search(look.last)) or bool(_HALVES.search(look.last))
            if not (asked or long) or look is title or (len(look.steps) > 1 and not asked):
                return False
            if _reply_fit(look) >= 0.7:
                return False
            return look.words >= 3 and look.is_varied if len(look.values) > 3 else look.words >= 2

        return [look for look in free if is_open(look)]

    def _instead(self, best: Profile, free: Sequence[Profile]) -> list[str]:
        """Find columns that hold the text where the first has none: optional keys of the same thing."""
        empty = np.array([not value.strip() for value in self.columns[best.name]])
        if not empty.any():
            return []
        return [
            look.name for look in free
            if look is not best and header_fit("text", look) > 0.3 and look.words >= 1
            and np.array([bool(value.strip()) for value in self.columns[look.name]])[~empty].mean() < 0.02
        ][:3]  # fmt: skip

    def _refuse(self) -> NoReturn:
        names = [look.name for look in self.looks.values()]
        numeric = [look for look in self.looks.values() if look.numbers >= 0.9 and look.dates < 0.8]
        dated = [look for look in self.looks.values() if look.dates >= 0.8]
        if dated and numeric and len(dated) + len(numeric) >= 0.6 * len(self.looks):
            raise InsightError(
                f"this table holds counts by date, not messages. Found the columns {names[:12]}."
            )
        raise InsightError(
            f"no column of messages was found: none holds words. Found the columns {[name[:40] for name in names[:12]]}."
        )

    # ------------------------------------------------------------------------------------------------ replies

    def _reply(self, dates: Sequence[Profile]) -> None:
        """Find the brand's answer beside the message, and its date."""
        said = [look for look in self._free() if look.has_words and look.words >= 1 and look.dates < 0.5]
        best = self._best("reply", [(_reply_fit(look), look) for look in said])
        if best is None or self.questions:
            return
        self._give("reply", best, "by header and values: the brand's answer")
        lead = set(best.last.split("_")) | ({best.steps[-2]} if len(best.steps) > 1 else set())
        parent = best.steps[:-1]
        times = [
            look for look in self.looks.values()
            if look.dates >= 0.5 and look.name not in self._of("created_at")
            and ((parent and look.steps[:-1] == parent) or _is_reply_time(look, lead))
        ]  # fmt: skip
        if times:
            self._give("reply_at", max(times, key=lambda look: look.dates), "the date of the answer")

    # -------------------------------------------------------------------------------------------- ids, threads

    def _ids(self) -> None:
        fits = []
        for look in self._free():
            fit = header_fit("id", look)
            counted = max(header_fit(role, look) for role in COUNTED) > 0.5
            sound = (
                look.words <= 4
                and look.flags < 0.9
                and sum(bool(_TOKEN.fullmatch(value)) for value in look.values[:200])
                >= 0.9 * min(len(look.values), 200)
            )
            dated = look.dates >= 0.8 and not look.bare_dates
            if not sound or counted or dated or look.given < 0.5:
                continue
            if fit == 0 and look.last.endswith("id") and look.is_unique:
                fit = 0.5
            if fit > 0 and (look.distinct >= 0.97 or look.last in _OWN_ID):
                fits.append((fit * look.distinct + 0.2 * look.is_unique, look))
            elif (
                fit == 0
                and look.is_unique
                and len(look.values) > 2
                and look.mails < 0.5
                and look.links < 0.5
                and all(_MIXED.fullmatch(value) for value in look.values[:200])
                and header_fit("author", look) <= 0
            ):
                fits.append((0.1, look))
        best = self._best("id", fits)
        if best is not None:
            by_name = header_fit("id", best) > 0
            self._give(
                "id",
                best,
                "by its header; no value repeats" if by_name else "short and never the same",
                sure=by_name,
            )

    def _links_between(self) -> None:
        """Find what a message answers and which thread it is in: ids of other messages."""
        id_ = self._of("id")
        own = self.columns[id_[0]] if id_ else []
        known = set(own) - {""}
        for role in ("reply_to", "conversation"):
            fits = []
            for look in self._free():
                fit = header_fit(role, look)
                if (
                    fit < 0
                    or (look.flags >= 0.9 and not known & set(look.values))
                    or (look.dates >= 0.8 and not look.bare_dates)
                    or (look.words > 3 and look.links < 0.8)
                ):
                    continue
                if max(header_fit(one, look) for one in COUNTED) > 0.5 and not fit > 0.6:
                    continue
                shared = (
                    mean([value in known or value.partition("_")[2] in known for value in set(look.values)])
                    if known
                    else 0.0
                )
                itself = (
                    mean([one == two for one, two in zip(self.columns[look.name], own, strict=False) if one])
                    if known
                    else 0.0
                )
                if itself > 0.98 or (role == "reply_to" and look.given == 1 and itself > 0):
                    continue
                if fit > 0 or (
                    role == "reply_to"
                    and shared >= 0.6
                    and look.n_distinct > 1
                    and header_fit("id", look) >= -0.5
                    and look.numbers < 0.5
                ):
                    fits.append(
                        (
                            max(fit, 0.0)
                            + 0.3 * float(shared)
                            + (0.1 if role == "conversation" and look.distinct < 0.95 else 0),
                            look,
                        )
                    )
            best = self._best(role, fits)
            if best is not None and not (role == "conversation" and best.is_unique and best.given == 1):
                self._give(
                    role,
                    best,
                    "by header and values"
                    if header_fit(role, best) > 0
                    else "its values are ids of other messages",
                )
        parents = {value for name in self._of("reply_to") for value in self.looks[name].values}
        self.rooted = bool({value.casefold() for value in parents - known} & NO_PARENT)
        if "reply_to" not in self.found and id_:
            inside = [value.rpartition(".")[0] in known for value in own if "." in value]
            if inside and mean(inside) > 0.5:
                self.found["reply_to"] = Found(
                    "reply_to", id_, "the part of the id before the dot is another id"
                )

    # ------------------------------------------------------------------------------------------------- people

    def _people(self) -> None:
        """Find who wrote: by a key that stays, and by a name."""
        fits = [(score, look) for look in self._free() if (score := self._person_fit(look)) > 0]
        best = self._best("author", fits)
        if best is None:
            best = self._by_value()
            if best is None:
                self.warnings.append(
                    "no column tells people apart: nobody can be followed over time. If one does, name it in a map "
                    "(insight map FILE)."
                )
                return
            self._give("author", best, "its values look like names", sure=False)
            self.warnings.append(f"{best.name!r} is taken for the author by its values alone.")
            return
        self._give("author", best, "by header and values")
        names = [
            (score, look) for score, look in fits
            if look is not best and look.steps[:-1] == best.steps[:-1] and look.numbers < 0.5 and look.mails < 0.5
        ]  # fmt: skip
        handle = self._best("handle", names)
        if handle is not None and (best.numbers > 0.5 or re.search(r"id$|channel", best.last)):
            self._give("handle", handle, "the author's name")

    def _person_fit(self, look: Profile) -> float:
        fit = header_fit("author", look)
        if look.mails >= 0.8 and fit >= 0:
            fit = max(fit, 0.6)
        keyed = bool({"id", "pk", "steamid", "did"} & set(look.last.split("_"))) or look.last.endswith("id")
        if fit <= 0 or look.words > 5 or look.characters > 80 or look.flags >= 0.9 or look.times >= 0.5:
            return 0.0
        if (look.dates >= 0.5 and not (keyed and look.bare_dates)) or (
            look.numbers >= 0.9 and not keyed and header_fit("author", look) < 0.9
        ):
            return 0.0
        if look.given < 0.02 or (look.links >= 0.8 and not keyed):
            return 0.0
        return fit + 0.15 * min(look.given, 1.0) + 0.1 * (look.n_distinct > 2)

    def _by_value(self) -> Profile | None:
        """Find a column of names or handles under a header that says nothing."""
        others = [role for role in roles() if role not in ("author", "id", "title")]
        fits = []
        for look in self._free():
            if (
                max(header_fit(role, look) for role in others) > 0
                or header_fit("author", look) < 0
                or len(look.steps) > 2
            ):
                continue
            named = mean([bool(_PERSON.fullmatch(value)) for value in look.values[:200]])
            many = look.n_distinct >= max(3, 0.05 * len(look.values))
            plain_words = (
                max(look.dates, look.times, look.numbers, look.links, look.codes * (look.n_distinct < 30))
                < 0.5
            )
            if named > 0.9 and many and plain_words and look.words <= 3 and _looks_personal(look):
                fits.append((float(named), look))
        return self._best("author", fits)

    # ---------------------------------------------------------------------------------------- numbers and marks

    def _ratings_and_counts(self) -> None:
        rated = []
        for look in self._free():
            fit = header_fit("rating", look)
            if look.last in roles()["like_count"].names and look.last not in roles()["rating"].names:
                continue
            vague = look.last in _VAGUE_SCORE
            flagged = look.flags >= 0.9 and look.last not in ("recommended", "is_recommended", "voted_up")
            if (
                fit <= 0
                or not is_rating(look)
                or (
                    flagged
                    and set(look.values) <= {"0", "1", "true", "false", "yes", "no"}
                    and look.n_distinct > 1
                    and look.last not in ("rating", "stars", "score", "nps")
                )
            ):
                continue
            if vague and self.headers & _FORUM:
                continue
            rated.append((fit + 0.2 * look.given, look))
        best = self._best("rating", rated)
        if best is not None:
            self._give("rating", best, "by its header; few steps of a scale")
        for role in COUNTED:
            fits = [
                (header_fit(role, look), look)
                for look in self._free()
                if look.whole >= 0.9 and len(look.steps) <= 3
            ]
            if (one := self._best(role, fits)) is not None and header_fit(role, one) > 0.5:
                self._give(role, one, "by its header; whole numbers")

    def _rest(self) -> None:
        links = [
            (header_fit("url", look) + 0.3 * look.distinct, look) for look in self._free()
            if look.links >= 0.8 and header_fit("url", look) >= 0 and (look.distinct > 0.5 or len(look.values) < 3)
        ]  # fmt: skip
        if (url := self._best("url", links)) is not None:
            self._give(
                "url", url, "links, each its own" if header_fit("url", url) <= 0 else "by header and values"
            )
        self._language_column()
        self._side()
        for role in NAMED:
            fits = [
                (header_fit(role, look), look) for look in self._free()
                if header_fit(role, look) > 0.35 and look.dates < 0.5 and look.links < 0.5 and look.words <= 12
                and (look.n_distinct <= max(3, 0.5 * len(look.values)) or role in ("reposted", "quoted"))
                and (role not in ("channel", "place") or look.flags < 0.5)
            ]  # fmt: skip
            if (one := self._best(role, fits)) is not None:
                if role == "kind" and not {value.casefold() for value in one.values} & set(
                    roles()["kind"].rest["values"]
                ):
                    continue
                self._give(role, one, "by its header")

    def _language_column(self) -> None:
        fits = []
        for look in self._free():
            named = mean([_is_language(value) for value in look.values[:200]])
            coded = (look.codes > 0.95 or named > 0.9) and look.flags < 0.5
            if header_fit("lang", look) > 0 and coded and look.n_distinct <= 80:
                fits.append((header_fit("lang", look), look))
            elif (
                coded
                and named > 0.95
                and 2 <= look.n_distinct <= 40
                and header_fit("place", look) <= 0
                and len(look.values) > 3
                and look.words <= 1
            ):
                fits.append((0.1, look))
        if (best := self._best("lang", fits)) is not None:
            self._give("lang", best, "codes of languages")

    sides: dict[str, str] = {}

    def _side(self) -> None:
        """Find what says whether the brand or a customer speaks."""
        about = roles()["side"].rest
        self.sides = {}
        for look in sorted(self._free(), key=lambda one: (-header_fit("side", one), len(one.steps))):
            if header_fit("side", look) <= 0:
                continue
            said = {value.casefold() for value in look.values}
            flags = {
                "true": True,
                "1": True,
                "yes": True,
                "t": True,
                "false": False,
                "0": False,
                "no": False,
                "f": False,
            }
            last = look.last
            if said <= set(flags) and last in about["brand_if_true"] + about["customer_if_true"]:
                yes = "brand" if last in about["brand_if_true"] else "customer"
                no = "" if yes == "brand" else "brand"
                self.sides = {word: yes if flag else no for word, flag in flags.items() if yes if flag or no}
            elif said <= set(flags) or mean([word in about["values"] for word in said]) < 0.5:
                continue
            else:
                self.sides = dict(about["values"])
            self._give("side", look, "by its header: who speaks")
            return


_ORDER = (
    "text", "title", "created_at", "id", "author", "handle", "conversation", "reply_to", "reply", "reply_at", "rating",
    *COUNTED, "url", "lang", "side", *NAMED,
)  # fmt: skip
KNOWN_CODES = frozenset(
    [
        "af",
        "ar",
        "bg",
        "bn",
        "ca",
        "cs",
        "da",
        "de",
        "el",
        "en",
        "es",
        "et",
        "fa",
        "fi",
        "fr",
        "he",
        "hi",
        "hr",
        "hu",
        "id",
        "it",
        "ja",
        "ko",
        "lt",
        "lv",
        "ms",
        "nl",
        "no",
        "nb",
        "pl",
        "pt",
        "ro",
        "ru",
        "sk",
        "sl",
        "sr",
        "sv",
        "sw",
        "ta",
        "te",
        "th",
        "tl",
        "tr",
        "uk",
        "ur",
        "vi",
        "zh",
        "und",
    ]
)


def _is_language(value: str) -> bool:
    low = value.casefold()
    return low in LANGUAGE_NAMES or low.replace("_", "-").split("-")[0] in KNOWN_CODES


def _reply_fit(look: Profile) -> float:
    """Say how well a header names the brand's answer."""
    known = roles()["reply"]
    steps = look.steps[-2:]
    words = set("_".join(steps).split("_"))
    if words & (known.never - {"time"}) or set(look.last.split("_")) & {"date", "at", "on", "time"}:
        return 0.0
    for name in ("_".join(steps), look.last):
        if name in known.names:
            return 0.6 if name in ("reply", "response", "answer", "replied") else 1.0
    told = words & known.parts
    who = words & set(known.rest["who"])
    return (
        0.9
        if told and who
        else 0.7
        if told and words & {"text", "content", "body", "comment", "message"}
        else 0.0
    )


def _is_reply_time(look: Profile, lead: set[str]) -> bool:
    words = set(look.last.split("_"))
    answered = words & {"reply", "replied", "response", "responded", "answered", "answer"}
    return bool(answered) and bool(
        words & {"at", "date", "time", "on", "modified", "created", "updated", "timestamp", "utc"}
        or look.last in ("replied", "repliedat", "responded")
        or lead & words
    )


def _looks_personal(look: Profile) -> bool:
    """Whether values are written as names are: handles, or several capitalised words, and not a list of a few."""
    some = look.values[:200]
    handles = mean([bool(re.fullmatch(r"@?[\w.-]*[\d_.@-][\w.-]*|@\w+", value)) for value in some])
    capitals = mean([value[:1].isupper() and " " in value for value in some])
    single = mean([value.islower() and " " not in value for value in some])
    return bool(max(handles, capitals) > 0.3 or single > 0.8)
