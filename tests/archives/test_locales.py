"""WhatsApp as phones of many countries write it: the days, hours and names of one chat."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from babel.dates import format_date, format_time

CHAT = [
    ("Mara", dt.datetime(2023, 12, 20, 17, 46), "The lamp flickers again when I dim it"),
    ("Tom", dt.datetime(2023, 12, 20, 17, 58), "Mine too, and no one answers"),
    ("Ida", dt.datetime(2023, 12, 21, 0, 5), "Please ask them for a longer cord"),
    ("Mara", dt.datetime(2023, 12, 21, 12, 30), "I wrote to them\nand still no answer"),
    ("Tom", dt.datetime(2024, 1, 3, 9, 7), "They sent a new one"),
]
LOCALES = (
    "en_US", "en_GB", "en_CA", "en_AU", "en_IN", "en_ZA", "de_DE", "de_CH", "fr_FR", "fr_CA", "es_ES",
    "es_MX", "es_US", "pt_BR", "it_IT", "nl_NL", "pl_PL", "cs_CZ", "hu_HU", "ro_RO", "bg_BG", "hr_HR",
    "uk_UA", "ru_RU", "lt_LT", "lv_LV", "fi_FI", "sv_SE", "da_DK", "nb_NO", "el_GR", "tr_TR", "he_IL",
    "ar_EG", "fa_IR", "ur_PK", "hi_IN", "bn_BD", "ta_IN", "th_TH", "vi_VN", "id_ID", "ms_MY", "ja_JP",
    "ko_KR", "zh_CN", "zh_TW", "sw_KE", "ca_ES", "ka_GE", "kk_KZ", "sq_AL",
)  # fmt: skip
LAYOUTS = {"android": ("short", "{}, {} - {}: {}"), "ios": ("medium", "[{}, {}] {}: {}")}


def written(locale, system):
    width, line = LAYOUTS[system]
    lines = []
    for name, moment, text in CHAT:
        day, clock = (
            format_date(moment, "short", locale=locale),
            format_time(moment.time(), width, locale=locale),
        )
        lines.append(line.format(day, clock, name, text))
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(("locale", "system"), list(zip(LOCALES, itertools.cycle(LAYOUTS), strict=False)))
def test_a_chat_is_read_as_its_phone_wrote_it(load, locale, system):
    chat = load(written(locale, system), "chat.txt", privacy="internal", include_private=True)
    read = chat.mentions.sort_values("source_row")[["author_name", "created_at", "text"]]
    assert read.values.tolist() == [
        [name, moment.replace(tzinfo=dt.UTC), text] for name, moment, text in CHAT
    ]


@pytest.mark.parametrize("locale", ["fr_CA", "ta_IN", "ko_KR"])
def test_no_name_of_a_chat_is_left_in_shareable_texts(load, locale):
    chat = load(written(locale, "android"), "chat.txt", include_private=True)
    assert not chat.mentions["text"].str.contains("Mara|Tom|Ida").any()
