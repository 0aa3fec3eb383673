"""What a web address says: which platform, which message, whose handle."""

from __future__ import annotations

import re
from urllib.parse import unquote

_MESSAGES: tuple[tuple[str, re.Pattern[str], str], ...] = (
    ("x", re.compile(r"(?:twitter|x)\.com/[^/\s]+(?:/web)?/status(?:es)?/(\d+)", re.I), ""),
    (
        "reddit",
        re.compile(r"reddit\.com/(?:r|u|user)/[^/\s]+/comments/\w+/(?:[^/\s]*|comment)/(\w+)", re.I),
        "t1_",
    ),
    ("reddit", re.compile(r"reddit\.com/(?:(?:r|u|user)/[^/\s]+/)?comments/(\w+)", re.I), "t3_"),
    ("youtube", re.compile(r"youtube\.com/watch\?.*\blc=([\w.-]+)", re.I), ""),
    ("youtube", re.compile(r"youtube\.com/watch\?(?:.*&)?v=([\w-]{11})|youtu\.be/([\w-]{11})", re.I), ""),
    ("hackernews", re.compile(r"news\.ycombinator\.com/item\?id=(\d+)", re.I), ""),
    ("google_play", re.compile(r"[?&]reviewid=([^&#\s]+)", re.I), ""),
)
_PLATFORMS = (
    ("twitter", "x"), ("reddit", "reddit"), ("youtu", "youtube"), ("facebook", "facebook"),
    ("instagram", "instagram"),
    ("linkedin", "linkedin"), ("tiktok", "tiktok"), ("threads.net", "threads"), ("threads.com", "threads"),
    ("bsky", "bluesky"), ("bluesky", "bluesky"), ("t.me/", "telegram"), ("news.ycombinator", "hackernews"),
    ("play.google", "google_play"), ("apps.apple", "app_store"), ("itunes.apple", "app_store"),
    ("trustpilot", "trustpilot"), ("mastodon", "mastodon"), ("vk.com", "vk"), ("pinterest", "pinterest"),
)  # fmt: skip
_X = re.compile(r"(?:^|//|\.)x\.com(?:/|$)", re.I)
_TIDY = (
    re.compile(r"^https?://(?:www\.|m\.)?|#.*$", re.I),
    re.compile(r"(?<=[?&])utm_[^&#]*&?", re.I),
    re.compile(r"(?<![?&/])[?&/]+$"),
)
_HANDLE = re.compile(
    r"(?:twitter|x|instagram|tiktok|threads|facebook|medium|github)\.(?:com|net)/@?(?!i/|status|p/|reel/|watch|hashtag)[\w.]+"
    r"|/(?:u|user|users|profile|people|in|channel|c)/[\w.-]+|/@[\w.-]+",
    re.I,
)

MAY_SHOW_HANDLE = (
    r"(?i)(?:twitter|x|instagram|tiktok|threads|facebook|medium|github)\.(?:com|net)/"
    r"|/(?:u|user|users|profile|people|in|channel|c)/|/@"
)
"""What every address that shows a handle holds, and few others, as a pattern of Arrow."""


def platform_of(link: str) -> str:
    """Name the platform behind an address, a domain or a vendor's source type; `web` if it is unknown."""
    low = link.casefold()
    if _X.search(low):
        return "x"
    return next((platform for part, platform in _PLATFORMS if part in low), "web" if low else "")


def message_of(link: str) -> str:
    """Take the native id of a message out of its address: the same message from two vendors is one."""
    if not link:
        return ""
    for _, pattern, prefix in _MESSAGES:
        match = pattern.search(link)
        if match:
            return prefix + unquote(next(group for group in match.groups() if group))
    for part in _TIDY:
        link = part.sub("", link.strip())
    return link


def has_message(link: str) -> bool:
    """Tell whether an address carries the native id of a message."""
    return any(pattern.search(link) for _, pattern, _ in _MESSAGES)


def shows_handle(link: str) -> bool:
    """Tell whether an address shows whose account it is."""
    return bool(_HANDLE.search(link))
