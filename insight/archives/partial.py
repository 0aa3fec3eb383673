"""What a file says about what it lacks: further pages, replies that were not fetched, posts of a topic."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

MARK = "incomplete: "
"""How a note on a missing part begins."""

EXPECTED = "_expected"
"""Key of a message -> how many its thread has in all; `UNKNOWN` where some are known to be missing."""
UNKNOWN = 2**31

_NEXT = {
    "nextPageToken", "next_page_token", "next_cursor", "nextCursor", "next_token", "nextToken", "next_page",
    "@odata.nextLink", "nextLink",
}  # fmt: skip
_MORE = {"has_more", "hasMore", "hasNextPage", "has_next_page"}
_TOTALS = {
    "total", "total_count", "totalCount", "totalReviewCount", "totalResults", "resultsTotal",
    "total_results",
}  # fmt: skip
_N = r"(\d[\d.,' ]{0,12})"
_COUNTS = re.compile(rf"{_N}\s?(?:-|–|to|bis|à|a|/)\s?{_N}\s+(?:of|von|de|di|sur|av|van)\s+{_N}", re.I)
_WORDS = re.compile(
    r'"(?:'
    + "|".join(map(re.escape, sorted({*_NEXT, *_MORE, *_TOTALS})))
    + '|totalReplyCount|stream|next|after|more)"'
)


_BEGINNINGS = tuple(
    f'"{word}' for word in ("next", "has", "total", "result", "stream", "after", "more", "@odata")
)
"""How these words begin: most texts are turned down by it, at a fraction of the cost."""


def may_be_partial(text: str) -> bool:
    """Return whether the text of a JSON value holds a word that could say that something is missing."""
    return any(map(text.__contains__, _BEGINNINGS)) and _WORDS.search(text) is not None


def missing_parts(value: Any) -> list[str]:  # noqa: ANN401
    """Say which threads of a JSON value are cut by its own word, and mark their messages."""
    lacks: Counter[str] = Counter()
    unfetched = 0
    for node, holder in _nodes(value):
        _topic(node, lacks)
        _replies(node, lacks)
        unfetched += _stub(node)
        if holder is not None and _goes_on(node):
            holder[EXPECTED] = UNKNOWN
            lacks["{n} threads go on beyond what was fetched; fetch their next pages."] += 1
    if unfetched:
        lacks[f"{unfetched:,} comments are named that were not fetched; load 'more' before saving."] += 1
        for node, _ in _nodes(value):
            if "created_utc" in node:
                node[EXPECTED] = UNKNOWN
    return [MARK + note.replace("{n}", f"{n:,}") for note, n in lacks.items()]


def further_pages(value: Any) -> list[str]:  # noqa: ANN401
    """Say whether the last JSON value of a file says that its list goes on."""
    last = value[-1] if isinstance(value, list) and value else value
    signs = (_goes_on(node) or _falls_short(node) for node, holder in _nodes(last) if holder is None)
    sign = next(filter(None, signs), "")
    way_out = "fetch the pages that follow, and read them together."
    return [f"{MARK}it is one page of a longer list ({sign}); {way_out}"] if sign else []


def _nodes(value: Any) -> Iterator[tuple[dict[str, Any], dict[str, Any] | None]]:  # noqa: ANN401
    """Yield every object, with the record of a list that it stands in (None for what holds the list)."""
    waiting: list[tuple[Any, dict[str, Any] | None]] = [(value, None)]
    while waiting:
        here, holder = waiting.pop()
        if isinstance(here, dict):
            yield here, holder
            waiting += [(part, holder) for part in here.values() if isinstance(part, dict | list)]
        elif isinstance(here, list):
            waiting += [
                (part, holder if holder is not None else part) for part in here if isinstance(part, dict)
            ]


def _topic(node: dict[str, Any], lacks: Counter[str]) -> None:
    """Compare the posts of a forum topic (Discourse) with the list of all."""
    stream = node.get("post_stream")
    posts = stream.get("posts") if isinstance(stream, dict) else None
    if not isinstance(stream, dict) or not isinstance(posts, list):
        return
    listed, said = stream.get("stream"), node.get("posts_count")
    n = max(len(listed) if isinstance(listed, list) else 0, said if isinstance(said, int) else 0)
    if n > len(posts):
        lacks[
            f"this file holds {len(posts):,} of {n:,} posts of the topic; fetch the rest with "
            f"/t/{node.get('id', 'ID')}/posts.json."
        ] += 1
        for post in posts:
            if isinstance(post, dict):
                post[EXPECTED] = n


def _replies(node: dict[str, Any], lacks: Counter[str]) -> None:
    """Compare the replies of a comment or ticket with their number (YouTube, Jira)."""
    said = node.get("snippet")
    first = said.get("topLevelComment") if isinstance(said, dict) else None
    if isinstance(said, dict) and isinstance(first, dict):
        within = node.get("replies")
        here, n = within.get("comments") if isinstance(within, dict) else [], said.get("totalReplyCount")
        if isinstance(n, int) and n > len(here or []):
            first[EXPECTED] = n + 1
            lacks["{n} comments have more replies than are in the file; fetch them with comments.list."] += 1
    fields = node.get("fields")
    spoken = fields.get("comment") if isinstance(fields, dict) else None
    if isinstance(spoken, dict) and isinstance(spoken.get("comments"), list):
        n = spoken.get("total")
        if isinstance(n, int) and n > len(spoken["comments"]):
            node[EXPECTED] = n + 1
            lacks["{n} issues have more comments than are in the file; fetch them issue by issue."] += 1


def _stub(node: dict[str, Any]) -> int:
    """Count the comments that a listing names and does not hold (Reddit's `more`)."""
    inside = node.get("data")
    if node.get("kind") != "more" or not isinstance(inside, dict):
        return 0
    n = inside.get("count")
    return n if isinstance(n, int) and n > 0 else 0


def _goes_on(node: dict[str, Any]) -> str:
    """Name the sign by which a list says that it goes on; "" if it does not."""
    signs = [key for key in sorted(node.keys() & _NEXT) if isinstance(node[key], str) and node[key]]
    return next(
        (f"`{key}`" for key in (*signs, *sorted(node.keys() & _MORE)) if key in signs or node[key] is True),
        "",
    )


def _falls_short(node: dict[str, Any]) -> str:
    """Name the sign by which the whole of a file says that it is longer than its one list."""
    after, listed = node.get("next"), node.get("children")
    if (isinstance(after, str) and after.startswith("http")) or (
        isinstance(after, dict) and "after" in after
    ):
        return "`next`"
    if isinstance(listed, list) and isinstance(node.get("after"), str) and node["after"]:
        return "`after`"
    lists = [part for part in node.values() if isinstance(part, list) and part and isinstance(part[0], dict)]
    for key in sorted(node.keys() & _TOTALS) if len(lists) == 1 else ():
        start, n = node.get("startAt"), node[key]
        here = len(lists[0]) + (start if isinstance(start, int) else 0)
        if isinstance(n, int) and not isinstance(n, bool) and n > here:
            return f"`{key}` is {n:,}, {len(lists[0]):,} are here"
    return ""


def missing_by_words(text: str) -> str:
    """Say what is missing by a line such as 'Showing 1-100 of 2,431'; "" if it says nothing of the kind."""
    found = _COUNTS.search(text[:300])
    if not found:
        return ""
    first, last, n = (int(re.sub(r"\D", "", number) or 0) for number in found.groups())
    if not 0 < first <= last < n or first > 10**9:
        return ""
    return f"{MARK}it says '{found[0].strip()}': {n - (last - first + 1):,} of {n:,} are missing. Export all."
