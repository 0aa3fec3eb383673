r"""What a shareable text no longer holds of the people in it.

Hidden, in texts and titles:

- e-mail addresses, also with %40, &#64;, (at), [at], "at ... dot", full-width marks, letters of any script;
- telephone numbers: international ones (+, 00, 011), national ones that begin with 0, those of the United
  States, Canada, India, China, Brazil, Mexico, Russia, Spain, Poland, Ukraine, Greece, Colombia, Chile,
  Argentina, Turkey, Norway and Hungary in their usual groups, and any other of 7 to 15 figures after a word
  such as "call", "tel", "WhatsApp"; tel:, sms: and wa.me links;
- handles: @name (also of the fediverse and glued to a word on X), u/name, <@123>, name#1234, "RT name:", a
  name with a figure, dot or underscore after "insta:", "Telegram:" and the like. A handle that the archive
  knows keeps the pseudonym of its writer;
- links to a profile or a post on the networks of `links.LEADS`, to /@name on any host, and those that name a
  person or an order behind a question mark (?user=, ?mail=);
- numbers of cards (by their check digit, or after "card"), accounts (IBAN), orders, tickets and bookings,
  ids of the form of a UUID, addresses of machines (IP, MAC);
- addresses: a street with its number in the languages of `redaction.toml`, and the town behind it;
- full names of two to four words of everybody who writes in the archive, in any order, the name in a greeting
  at the start of a line ("Hi John,"), after a closing ("Kind regards, / Ann Reed") and after "my name is";
  a first name of someone who writes there after a handle ("@name John,") and alone in the last line;
- outside of texts: columns about a person, such as a location; cells in the account of skipped rows.

Not hidden: the names and handles of tracked brands; names of people who do not write in the archive, first
names inside a sentence, nicknames without a mark; towns alone, number plates, dates of birth;
national numbers without a leading 0 written like thousands, pairs or years; numbers spelled out in words;
what an image shows. Every quote is still somebody's own words: who finds the same words by a search engine
finds who wrote them. Before a quote leaves the house, rewrite it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from insight.archives.links import LEADS, LEADS_HINT, handle_of

from .phones import WORDS, any_of, mask_phones

_AT = r"(?:[@＠﹫]|%40|&#0?64;|&#x40;|&commat;|[ ]?[\[({<] ?(?:at|AT|At|ät|arroba|@) ?[\])}>][ ]?)"
_DOT = (
    r"(?:[.．。]|%2E|[ ]?[\[({<] ?(?:dot|DOT|Dot|punkt|punto|point|\.) ?[\])}>][ ]?"
    r"|[ ](?:dot|DOT|punkt|punto)[ ])"
)
_HOST = rf"(?:[\w-]{{1,63}}{_DOT}){{1,8}}[^\W\d_]{{2,24}}(?![^\W_])"
_LOCAL = r"(?<![\w.+@＠'-])\w[\w.+'-]{0,63}"
_POST = (
    r"(?:g(?:oogle)?mail|hotmail|outlook|yahoo|icloud|gmx|web|aol|proton(?:mail)?|mail|live|qq|163|yandex)"
)
_MAIL = re.compile(
    rf"(?:{_LOCAL}|\"[^\"\n@]{{1,64}}\")(?:[\u200b\u2060]?{_AT}[\u200b\u2060]?{_HOST}|@\[[\d.:a-fA-F]{{3,45}}\])"
    rf"|{_LOCAL} ?[@＠] ?{_POST}\.[a-z]{{2,4}}(?!\w)"
    rf"|{_LOCAL}(?: (?:dot|DOT) [\w-]{{1,40}}){{0,3}} (?:at|AT) (?:[\w-]{{1,63}} (?:dot|DOT) ){{1,4}}"
    r"[A-Za-z]{2,10}(?!\w)"
    r"|(?<![\w.+-])[a-z\d.+_-]{1,64} AT (?:[a-z\d-]{1,63}\.){1,4}[a-z]{2,10}(?!\w)"
)
_LIST_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64} at (?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,24}(?!\w)")
"""An address as the archives of mailing lists write it; in other texts such words name a shop or a site."""

HANDLE = re.compile(
    r"(?<![\w@])(?<!//)[@＠﹫](\w{1,64}(?:[.-]\w{1,64}){0,6}(?:@(?:[\w-]{1,63}\.){1,6}[^\W\d_]{2,24})?)"
)
_GLUED = re.compile(r"(?<=[^\W\d_])[@＠]([A-Za-z_]\w{2,14})(?!\w)")
"""Two words run together on X; elsewhere it is a version (react@next) or a host (root@server)."""
_REDDITOR = re.compile(r"(?<![\w/.])/?u/([\w-]{2,64})")
_DISCORD = re.compile(r"<@!?(\d{15,20})>")
_PASSED_ON = re.compile(r"(?<!\w)(?:RT|MT|QT) ([A-Za-z_]\w{1,29}):")
_NUMBERED = re.compile(
    rf"(?i)(?<![\w#@./])(?!{any_of(WORDS['handles']['counted'])}s?#)([^\W\d_][\w.]{{1,31}}#\d{{4}})(?!\w)"
)
_AFTER = re.compile(
    rf"(?i)(?<!\w){any_of(WORDS['handles']['before'])}"
    r"(?:(?: ?(?:id|handle|name|user ?name|account|tag))?(?: ?[:=] ?| is | [-–] )"
    r"| ?(?:id|handle|name|user ?name|tag) )[\"\x27“]?"
    r"(?=[\w.-]{0,31}[\d_.][\w-])([^\W_][\w.-]{1,30}[^\W_]|[^\W_][\w.-]{2,31}_)(?![\w@/])"
)

_CARD = re.compile(r"(?<![\w.,/:#+-])\d(?:[ -]?\d){12,18}(?![\w/:-]|[.,]\d)")
_ACCOUNT = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z\d]{4}){3,7}(?: ?[A-Z\d]{1,3})?(?!\w)")
_ORDER = re.compile(
    r"(?i)\b((?:order|invoice|booking|ticket|case|reference|ref|bestellung|rechnung|pedido|commande)"
    r"(?:[ -]?(?:number|no|nr|num|id|nummer|code))?[ .:#-]{1,4})"
    r"(?=[\w-]{0,24}\d{4})([A-Z\d][A-Z\d-]{4,24})(?!\w)"
)
_CARD_NAMED = re.compile(
    r"(?i)\b((?:card|visa|master ?card|amex|karte|kreditkarte|carte|tarjeta|cart[aã]o|karta)\b[^\w\n]{0,3}"
    r"(?:(?:number|no|nr|nummer|is|num[ée]ro)\b[^\w\n]{0,3}){0,2})\d(?:[ -]?\d){11,18}(?!\w)"
)
_ID = re.compile(r"(?i)(?<![\w-])[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{8,12}(?![\w-])")
_OCTET = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_MACHINE = re.compile(
    rf"(?i)(?P<said>\bip\b[^\w\n]{{0,3}}(?:(?:address|is|adresse)\b[^\w\n]{{0,3}}){{0,2}})?"
    rf"(?<![\w.])(?P<ip>{_OCTET}(?:\.{_OCTET}){{3}})(?![\w]|\.\d)"
)
_NO_ONES = re.compile(r"(?:0|10|127|255|169\.254|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.")
_MACHINE_HEX = re.compile(r"(?i)(?<![\w:])[\da-f]{1,4}(?:[:-][\da-f]{1,4}){5,7}(?![\w:-])")
_QUERY = re.compile(
    r"(?i)https?://[^\s?]{1,300}\?"
    rf"(?=[^\s]{{0,300}}(?<![a-z]){any_of(WORDS['links']['query'])}=)\S{{1,600}}(?<![.,;:!?)])"
)
_STREETS = WORDS["streets"]
_CAP = r"[^\W\d_a-zß-öø-ÿа-яё][\w'’-]{1,30}"
_PLACE = r"[^\W\d_a-zß-öø-ÿа-яё](?:[^\W\d_]|['’-]){1,30}(?!\w)"
_CODE = r"(?:[A-Z]{1,2}-)?(?:\d{4,6}(?: [A-Z]{2})?|\d{2}-\d{3}|\d{3} \d{2})"
_TOWN = (
    rf"(?:,? (?:Apt|Apartment|Unit|Suite|Flat|#)\.? ?\w{{1,6}})?"
    rf"(?:, (?:{_CODE} )?{_PLACE}(?:[ -]{_PLACE}){{0,2}})?(?:,? [A-Z]{{2}}(?!\w))?"
    r"(?:,? (?:\d{5}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})(?!\w))?"
)
_NAMED = rf"(?:(?:de|du|des|del|della|da|das|do|dos|la|le|los|las) ){{0,2}}{_CAP}(?: {_CAP}){{0,3}}"
_START = rf"(?i:{any_of(_STREETS['starts'])})"
_KINDS = any_of((*_STREETS["english"], *_STREETS["ambiguous"]))
_ADDRESS = re.compile(
    rf"(?<![\w.])(?:\d{{1,5}}[A-Za-z]?,? (?:[NSEW]\.? )?(?:{_CAP} ){{1,3}}"
    rf"(?:{any_of(_STREETS['english'])}(?!\w)\.?|{any_of(_STREETS['ambiguous'])}\.?(?=, [A-Z]))"
    rf"|{_CAP}{any_of(_STREETS['ends'])}(?<=\w{{4}}[\w.]) \d{{1,4}} ?[a-zA-Z]?(?=[,.;:!?)\n]|\Z)"
    rf"|\d{{1,4}},? (?:bis |ter )?{_START} {_NAMED}|{_START} {_NAMED},? (?:n[º°o.] ?)?\d{{1,4}}(?!\w)"
    rf"|{_CAP}(?:[ -]{_CAP}){{0,3}} \d{{1,4}}[a-zA-Z]?(?=, {_CODE} {_PLACE}))"
    rf"{_TOWN}"
)
_NO_LOWER = r"[^\x00-@\[-\x{7f}ß-öø-ÿа-яё]"
"""What a word of a name may begin with, and a little more, in the syntax of Arrow."""
Rule = Callable[[str], str]

MAY = {
    "link": rf"{LEADS_HINT}|\?\S*=",
    "mail": r"[\pL\w\"\x{200b}][@＠﹫]|%40|&#|&commat|(?i)[\[({<] ?(?:at|ät|arroba|@) ?[\])}>]"
    r"| [@＠] ?\w+\.|\w at [\w-]+(?:\.| dot )",
    "tag": r"[@＠﹫]|u/",
    "glued": r"\pL[@＠][A-Za-z_]\w{2}",
    "name": r"#\d{4}|\b[RMQ]T [A-Za-z_]\w+:"
    rf"|(?i)(?:{'|'.join(WORDS['handles']['before'])})"
    r"(?:[ \w]{0,12}?(?: ?[:=]| is | [-–] )| ?(?:id|handle|name|tag) )",
    "card": r"(?:\d[ -]?){12}|[A-Z]{2}\d{2} ?[A-Z\d]{4}|(?i)[\da-f]{8}-[\da-f]{4}-|\d\.\d{1,3}\.\d{1,3}\.\d"
    r"|(?:[\da-f]{1,4}[:-]){5}",
    "order": r"(?i)(?:order|invoice|booking|ticket|case|ref|bestellung|rechnung|pedido|commande)"
    r"[\w -]{0,14}[ .:#-]\w[\w-]*",
    "address": "|".join((
        rf"\d[A-Za-z]?,? (?:[NSEW]\.? )?{_NO_LOWER}.*{_KINDS}",
        rf"{any_of(_STREETS['ends'])} \d|\d,? (?:bis |ter )?{_START}|{_START} .*\d",
        r"\d[a-zA-Z]?, (?:[A-Z]{1,2}-)?\d\d",
    )),
    "phone": r"(?:\p{Nd}[^\pL\p{Nd}]*){7}",
}  # fmt: skip
"""Rule -> what a text holds to which it may apply, as a pattern of Arrow; few other texts hold it."""


def rules(token: Rule, *, kept: Callable[[str], object], platform: str) -> dict[str, Rule]:
    """Return the rules in their order; `token` renames a handle, `kept` ones stay."""

    def replaced(match: re.Match[str]) -> str:
        return match[0].replace(match[1], token(match[1]), 1)

    def hidden(match: re.Match[str]) -> str:
        return match[0] if kept(match[1]) else f"{match[0][: match.start(1) - match.start()]}[name]"

    def link(match: re.Match[str]) -> str:
        return match[0] if kept(handle_of(match)) else "[link]"

    def mail(text: str) -> str:
        text = _MAIL.sub("[e-mail]", text)
        return _LIST_MAIL.sub("[e-mail]", text) if platform == "mail" else text

    def tag(text: str) -> str:
        if "u/" in text:
            text = _REDDITOR.sub(replaced, text)
        if "<@" in text:
            text = _DISCORD.sub(replaced, text)
        return HANDLE.sub(replaced, text)

    return {
        "link": lambda text: _QUERY.sub("[link]", LEADS.sub(link, text)),
        "mail": mail,
        "tag": tag,
        "glued": lambda text: _GLUED.sub(replaced, text) if platform == "x" else text,
        "name": lambda text: _AFTER.sub(hidden, _NUMBERED.sub(hidden, _PASSED_ON.sub(replaced, text))),
        "card": _without_accounts,
        "order": lambda text: _ORDER.sub(r"\1[number]", text),
        "address": lambda text: _ADDRESS.sub("[address]", text),
        "phone": mask_phones,
    }


def mask(text: str, by: dict[str, Rule]) -> str:
    """Apply every rule to one text."""
    for rule in by.values():
        text = rule(text)
    return text


def mask_note(text: str) -> str:
    """Hide addresses, handles, links and numbers in what a team wrote for itself."""
    return mask(text, _FOR_NOTES)


def _without_accounts(text: str) -> str:
    text = _CARD.sub(lambda match: "[number]" if _checks(match[0]) else match[0], text)
    text = _ACCOUNT.sub("[number]", _CARD_NAMED.sub(r"\1[number]", text))
    return _MACHINE_HEX.sub("[number]", _MACHINE.sub(_without_machine, _ID.sub("[number]", text)))


def _without_machine(match: re.Match[str]) -> str:
    """Hide an IP address; four short numbers alone are rather a version."""
    said, long = match["said"] or "", [part for part in match["ip"].split(".") if len(part) > 1]
    return f"{said}[number]" if (said or len(long) > 2) and not _NO_ONES.match(match["ip"]) else match[0]


def _checks(number: str) -> bool:
    """Recognise a card number by its check digit (Luhn), so that ids of posts are left alone."""
    digits = [int(digit) for digit in number if digit.isdigit()][::-1]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return number[0] in "3456" and (sum(digits[::2]) + sum(doubled)) % 10 == 0


_FOR_NOTES = rules(lambda name: "…", kept=lambda name: False, platform="")
