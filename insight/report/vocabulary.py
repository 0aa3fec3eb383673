"""Column -> its header and the words for a value: the one vocabulary of the page's tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from . import format as wording

Format = Callable[[Any], str]
Columns = Mapping[str, tuple[str, Format]]

NUMBERS: tuple[Format, ...] = (
    wording.count, wording.share, wording.duration, wording.score, wording.points, wording.stars
)  # fmt: skip


def yes(value: Any) -> str:  # noqa: ANN401
    """Write yes, or nothing."""
    return "yes" if pd.notna(value) and bool(value) else ""


def named(value: Any) -> str:  # noqa: ANN401
    """Write a name; the row of all together is All."""
    return "All" if value == "all" else wording.start(wording.shorten(str(value)))


def period(value: Any) -> str:  # noqa: ANN401
    """Write the first day of a period."""
    return wording.day(value) if isinstance(value, pd.Timestamp) else named(value)


WORDS: Columns = {
    "period": ("From", period),
    "day": ("Day", period),
    "name": ("Name", named),
    "topic_name": ("Topic", named),
    "group": ("Group", named),
    "channel": ("Channel", named),
    "brand": ("Brand", named),
    "n": ("People", wording.count),
    "n_people": ("People", wording.count),
    "n_authors": ("People", wording.count),
    "n_mentions": ("Messages", wording.count),
    "n_marked": ("Of these", wording.count),
    "n_moved": ("Moved", wording.count),
    "total": ("Of", wording.count),
    "share": ("Share", wording.share),
    "value": ("Value", wording.score),
    "low": ("From", wording.share),
    "high": ("To", wording.share),
    "stars": ("Stars", wording.stars),
    "answered": ("Answered", wording.count),
    "n_answered": ("Answered", wording.count),
    "n_waiting": ("Not answered", wording.count),
    "wait_hours": ("Waited", wording.duration),
    "n_at_risk": ("Still waiting", wording.count),
    "unanswered": ("Without an answer", wording.share),
    "intent": ("What they want", named),
    "line": ("What they want", named),
    "part": ("Part", named),
    "n_met": ("Met", wording.count),
    "n_present": ("With the company", wording.count),
    "n_helped": ("Answered by a customer", wording.count),
    "n_brand": ("Answered by the company", wording.count),
    "n_helpers": ("People who helped", wording.count),
    "median_hours": ("Half by", wording.duration),
    "weekday": ("Day", str),
    "hour": ("Hour", lambda hour: f"{int(hour)}:00"),
    "n_in": ("Came in", wording.count),
    "n_out": ("Answered", wording.count),
    "n_answers": ("Answers", wording.count),
    "n_received": ("Messages in reply", wording.count),
    "writer": ("Agent", named),
    "mark": ("Mark", named),
    "tag": ("Hashtag", named),
    "reason": ("Why", str),
    "measure": ("Share of people", named),
    "change": ("Change", wording.points),
    "share_before": ("Before", wording.share),
    "share_after": ("After", wording.share),
    "n_before": ("People before", wording.count),
    "n_after": ("People after", wording.count),
    "clear": ("Clear change", yes),
    "item": ("Word or topic", named),
    "n_other": ("People elsewhere", wording.count),
    "share_other": ("Share elsewhere", wording.share),
    "source": ("Source", named),
    "believed": ("Believed or posted", wording.share),
    "gap": ("Gap", wording.points),
    "retained": ("Came back", wording.count),
    "cohort": ("First wrote in", named),
    "eligible": ("People", wording.count),
    "active": ("Active", wording.count),
    "new": ("New", wording.count),
    "resurrected": ("Back", wording.count),
    "churned": ("Away", wording.count),
    "silence_days": ("Days of silence", wording.count),
    "n_watched": ("Silences watched to the end", wording.count),
    "n_returned": ("Came back", wording.count),
    "suggested": ("Inactivity threshold", yes),
    "tenure_days": ("Days since the first message", wording.score),
    "staying": ("Still here", wording.share),
    "state": ("Pace", named),
    "past_gap_days": ("Days between messages before", wording.score),
    "recent_gap_days": ("Lately", wording.score),
    "predicted": ("Predicted to stop", wording.share),
    "observed": ("Stopped", wording.share),
    "driver": ("Said or met", named),
    "silent_with": ("Stopped after it", wording.share),
    "silent_without": ("Stopped otherwise", wording.share),
    "odds_ratio": ("Odds ratio", wording.score),
    "reading": ("Reading", str),
    "n_judged": ("Watched long enough", wording.count),
    "n_gone": ("Wrote nothing more", wording.count),
    "estimate": ("Comparison", str),
    "scale": ("Scale", str),
    "n_unanswered": ("Not answered", wording.count),
    "from_state": ("In a month", named),
    "to_state": ("In the next", named),
    "n_recommending": ("Recommended", wording.count),
    "n_advocates": ("Advocates", wording.count),
    "expected": ("Usual", wording.count),
    "voices": ("Voices", str),
    "terms": ("Words", wording.shorten),
    "when": ("When", str),
    "fact": ("Fact", named),
    "detail": ("What", wording.shorten),
    "n_of": ("Of", wording.count),
    "reaction": ("Reaction", named),
    "tier": ("Who", named),
    "stance": ("Other customers", named),
    "n_stance": ("People", wording.count),
    "stage": ("Stage", named),
    "n_reached": ("Got there", wording.count),
    "n_open": ("Wait for it", wording.count),
    "text": ("Words", wording.shorten),
    "platform": ("Where", lambda name: wording.place(str(name))),
}
