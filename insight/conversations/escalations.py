"""Who came here after failing elsewhere: by their own words, by the ticket they cite, by a customer key."""

from __future__ import annotations

import re

import pandas as pd

from insight.mentions import is_repost, need_columns
from insight.stats import shares
from insight.text.patterns import has_cue, read_cues
from insight.timeline.engine import duration
from insight.timeline.persons import by_people
from insight.timeline.rows import timeline
from insight.timeline.threads import in_private

_NUMBER = re.compile(r"\d{4,}")
_NAMED = re.compile(
    r"(?:\b(?:ticket|case|incident|request|complaint|issue|claim|order|reference|ref|sr|srq|inc)\b"
    r"(?:[ \t]{1,3}(?:number|no|nr|num|id|ref|is|was))?|#)"
    r"[ \t]{0,3}[-.:#]{0,2}[ \t]{0,3}[a-z]{0,4}-?(\d{4,15})(?!\w)",
    re.IGNORECASE,
)
"""A number that the words themselves call a ticket: "case no. 40718", "#40718"."""
_YEAR = re.compile(r"(?:19|20)\d\d")

_NEEDED = ("mention_id", "conversation_id", "kind", "side", "text", "is_public")


def escalations(
    mentions: pd.DataFrame,
    intents: pd.DataFrame,
    *,
    customer: str = "author_id",
    within: str | pd.Timedelta = "60D",
) -> pd.DataFrame:
    """Find the public messages of people who had tried elsewhere without success.

    Parameters
    ----------
    mentions : DataFrame
        The mentions table, with tickets and private messages where chains are to be found.
    intents : DataFrame
        `intents` of the same mentions.
    customer : str
        Column that knows a person across channels. By default the author, who is known only within a
        platform; join your own customer number to the mentions and name its column here.
    within : str or Timedelta
        Longest time between the private case and the public message.

    Returns
    -------
    DataFrame
        One row a public message, by time.

        - mention_id, created_at, platform, channel
        - says_so : it says that it was tried before ("third time I called"); start, end : where in `text`
        - cites : it names a ticket that is in the table: its words call the number one (not a year), or the
          ticket is the writer's own
        - joins : the same customer had a private case before, and now asks or complains in public
        - case_id : the conversation of that ticket or case; missing where only words show it
        - days : from the first message of the case to this one

        `attrs`: n_cases (private cases by customers, begun so early that `within` was watched), n_escalated
        (those of them that a public message followed up), share, low, high (95 %, by people); n_public
        (messages by people in public).

    Notes
    -----
    A case is a conversation at a help desk or a private message; the rest is public. The words are in
    `insight/text/cues/conversations.toml`, English. Chains are a lower bound: without a customer key only who
    cites a ticket or writes under the same account can be joined, and a shareable archive hides ticket
    numbers (read it with privacy='internal').

    Examples
    --------
    >>> import insight as ins
    >>> mentions = ins.example()
    >>> intents = ins.conversations.intents(mentions, ins.find_signals(mentions))
    >>> escalations(mentions, intents)[["mention_id", "says_so", "cites"]]
      mention_id  says_so  cites
    0        x:9     True  False
    """
    need_columns(mentions, "mentions", [*_NEEDED, customer])
    need_columns(intents, "intents", ["mention_id", "needs_answer"])
    window = duration(within, name="within")
    ordered = timeline(mentions)
    people = by_people(ordered) & ~is_repost(ordered)
    private = in_private(ordered)
    cases = _cases(ordered[people & private], customer)
    public = ordered[people & ~private].reset_index(drop=True)
    cue = read_cues("conversations")["escalation"]
    table = public[["mention_id", "created_at", "platform", "channel"]].assign(
        says_so=has_cue(public["text"], cue)
    )
    cited = _cited(public, cases, customer)
    asks = public["mention_id"].isin(intents.loc[intents["needs_answer"].astype(bool), "mention_id"])
    joined = _joined(public, cases, customer, window).where(asks, None)
    case = cited.where(cited.notna(), joined)
    began = cases.set_index("case_id")["began"].reindex(case.to_numpy(object)).array
    days = (table["created_at"] - began) / pd.Timedelta(days=1)
    fits = days.isna() | ((days >= 0) & (days <= window / pd.Timedelta(days=1)))
    table = table.assign(
        cites=cited.notna() & fits, joins=joined.notna() & fits, case_id=case.where(fits, None).astype("str"),
        days=days.where(fits),
    )  # fmt: skip
    table["text"] = public["text"]
    shown = table["says_so"] | table["cites"] | table["joins"]
    attrs = {"n_public": len(public), "shown": shares(shown, by=public[customer]).first()}
    table = table[shown].reset_index(drop=True)
    pairs = zip(table.pop("text"), table["says_so"], strict=True)
    spans = [cue.span(text) if says else None for text, says in pairs]
    for place, name in enumerate(("start", "end")):
        table[name] = pd.array([span[place] if span else pd.NA for span in spans], dtype="Int64")
    table.attrs |= _rate(table, cases, ordered["created_at"].max() - window) | attrs
    return table


def _cases(private: pd.DataFrame, customer: str) -> pd.DataFrame:
    """Return one row a private conversation: who, when it began, and the numbers it is known by."""
    case = private["conversation_id"].fillna(private["mention_id"]).astype(object)
    known = private.assign(case_id=case, who=private[customer].astype(object))
    grouped = known.groupby("case_id", sort=False)
    table = grouped.agg(began=("created_at", "min"), who=("who", "first")).reset_index()
    names = pd.concat([case, private["mention_id"].astype(object)], keys=["case", "own"]).groupby(level=1)
    numbers: dict[str, str] = {}
    for row, ids in names:
        for number in {found for own in ids for found in _NUMBER.findall(own.rpartition(":")[2])}:
            numbers.setdefault(number, case[row])
    table.attrs["numbers"] = numbers
    return table.sort_values(["began", "case_id"], ignore_index=True)


def _cited(public: pd.DataFrame, cases: pd.DataFrame, customer: str) -> pd.Series:
    """Return the case that each message names: in so many words, or by the number of the writer's own case.

    Any other number may be a price or a model, and "in case 2024 ends" a year.
    """
    numbers, owner = cases.attrs["numbers"], cases.set_index("case_id")["who"].dropna().to_dict()
    pairs = zip(public["text"], public[customer], strict=True)
    found = [_case_named(text, who, numbers, owner) for text, who in pairs]
    return pd.Series(found, index=public.index, dtype=object)


def _case_named(text: str, who: object, numbers: dict[str, str], owner: dict[str, object]) -> str | None:
    named = [one for one in _NAMED.findall(text) if not _YEAR.fullmatch(one)]
    own = [one for one in _NUMBER.findall(text) if pd.notna(who) and owner.get(numbers.get(one, "")) == who]
    return next((numbers[one] for one in (*named, *own) if one in numbers), None)


def _joined(public: pd.DataFrame, cases: pd.DataFrame, customer: str, window: pd.Timedelta) -> pd.Series:
    """Return the latest case that the same customer had begun within the window before."""
    names = pd.Index(cases["who"].dropna().unique())
    begun = cases.rename(columns={"began": "created_at"})[["created_at", "case_id"]]
    begun["who"] = names.get_indexer(cases["who"])
    known = public[["created_at"]].assign(who=names.get_indexer(public[customer])).reset_index()
    known, begun = known[known["who"] >= 0], begun[begun["who"] >= 0]
    options = {"tolerance": window, "allow_exact_matches": False}
    found = pd.merge_asof(known, begun, on="created_at", by="who", **options)
    return found.set_index("index")["case_id"].astype(object).reindex(public.index)


def _rate(table: pd.DataFrame, cases: pd.DataFrame, until: pd.Timestamp) -> dict[str, float]:
    watched = cases[cases["began"] <= until]
    escalated = watched["case_id"].isin(table["case_id"].dropna())
    counts = {"n_cases": len(watched), "n_escalated": int(escalated.sum())}
    return counts | shares(escalated, by=watched["who"]).row()
