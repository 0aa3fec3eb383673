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

_PAGES = (
    "about|api|apps|blog|business|cart|community|contact|developers?|directory|download|events?|explore|features"
    "|gaming|groups?|hashtag|help|home|intent|jobs|legal|login|marketplace|media|messages|notifications|p|pages"
    "|policies|privacy|pulse|reel|reels|s|search|settings|share|sharer|shop|signup|stories|terms|topics?|tos"
    "|tv|watch|dialog|plugins|joinchat|iv|discover|tag|tags|music|live|directory|videos|downloads|pricing|orgs"
)
"""Where the first step of a path names a page of the network itself."""
_NAME = r"@?([\w.%~+-]{1,64})"
_REST = r"(?:[/?#][^\s<>\"')\]]{0,300})?"
LEADS = re.compile(
    r"(?i)(?<![\w@.-])(?:https?://)?(?:[\w-]{1,30}\.){0,2}(?:"
    rf"(?:x|twitter)\.com/(?:i/(?:web/)?status(?:es)?/\d{{1,20}}|(?:#!/)?(?!(?:i|{_PAGES})(?:[/?#]|\b)){_NAME}{_REST})"
    r"|(?:instagram|tiktok|facebook|fb|twitch|pinterest|soundcloud|patreon|vk|ok|t|telegram|paypal|venmo|linktr"
    r"|threads|ko-fi|keybase|buymeacoffee|about)\.(?:com|net|me|tv|ru|ee|io)/"
    rf"(?:(?:user|profile|add|u|people)/)?(?!(?:{_PAGES})(?:[/?#]|\b(?![\w.])))(?:profile\.php\?id=)?{_NAME}{_REST}"
    rf"|(?:github|gitlab)\.com/(?!(?:{_PAGES})\b){_NAME}/?(?![\w/.%~+-]{{0,80}}[\w/%~+-])"
    rf"|snapchat\.com/add/{_NAME}{_REST}|cash\.app/\$?{_NAME}|medium\.com/@{_NAME}{_REST}"
    rf"|linkedin\.com/(?:in|pub|profile/view\?id=)/?{_NAME}{_REST}|reddit\.com/(?:u|user)/{_NAME}{_REST}"
    rf"|youtube\.com/(?:@|c/|user/|channel/){_NAME}{_REST}|bsky\.app/profile/{_NAME}{_REST}"
    rf"|discord(?:app)?\.com/users/{_NAME}|steamcommunity\.com/(?:id|profiles)/{_NAME}{_REST}"
    rf"|(?:trustpilot|stackoverflow|stackexchange|goodreads|last|strava|quora|xing|flickr|tripadvisor|weibo)\."
    rf"(?:com|fm|net|de)/(?:users?(?:/show)?|athletes|profile|people|photos|u)/{_NAME}{_REST}"
    rf"|amazon\.[a-z.]{{2,6}}/gp/profile/{_NAME}{_REST}|google\.com/maps/contrib/{_NAME}{_REST}"
    rf"|news\.ycombinator\.com/(?:user|item)\?id={_NAME}|play\.google\.com/[^\s]{{1,200}}reviewid={_NAME}{_REST}"
    rf"|reddit\.com/(?:r/\w{{1,30}}/)?comments/{_NAME}{_REST}|redd\.it/{_NAME}"
    rf"|(?:[\w-]{{1,63}}\.){{1,3}}[a-z]{{2,12}}/@{_NAME}{_REST})"
)
"""A link in a text that leads to somebody's profile, or to a post under which a name stands."""
LEADS_HINT = (
    r"(?i)(?:x|twitter|instagram|tiktok|facebook|fb|twitch|pinterest|soundcloud|patreon|vk|ok|\bt|telegram|paypal|venmo"
    r"|linktr|threads|ko-fi|keybase|buymeacoffee|about)\.(?:com|net|me|tv|ru|ee|io)/|/@|(?:github|gitlab|snapchat"
    r"|linkedin|reddit|youtube|steamcommunity|discord|discordapp|trustpilot|stackoverflow|stackexchange|goodreads|last"
    r"|strava|quora|xing|flickr|tripadvisor|weibo|google|ycombinator)\.(?:com|fm|net|de)/|app/|amazon\..*/gp/profile|redd\.it"
)
"""What every text with such a link holds, as a pattern of Arrow."""

MAY_SHOW_HANDLE = (
    r"(?i)(?:twitter|x|instagram|tiktok|threads|facebook|medium|github)\.(?:com|net)/"
    r"|/(?:u|user|users|profile|people|in|channel|c)/|/@"
)
"""What every address that shows a handle holds, and few others, as a pattern of Arrow."""


def handle_of(link: re.Match[str]) -> str:
    """Name the account that a match of `LEADS` shows; "" if it shows only a post."""
    return next(filter(None, link.groups()), "")


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
    """Return whether an address carries the native id of a message."""
    return any(pattern.search(link) for _, pattern, _ in _MESSAGES)


def shows_handle(link: str) -> bool:
    """Return whether an address shows whose account it is."""
    return bool(_HANDLE.search(link))
