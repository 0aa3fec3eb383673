"""Dates as exports have them, in many languages and tools: three dates of each form, read by column."""

# ruff: noqa: E501 (lines of exports are as long as they are)
from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from insight.archives.dates.parse_times import parse_times

DAYS = ["2025-03-03", "2025-03-14", "2025-04-02"]
MINUTES = ["2025-03-03T09:14", "2025-03-14T15:22", "2025-04-02T08:00"]
SECONDS = ["2025-03-03T09:14:22", "2025-03-14T15:22:10", "2025-04-02T08:00:00"]
READ_AT = pd.Timestamp("2025-06-15 12:00")
FORMS = {
    "day": [
        ["Monday, March 3, 2025", "Friday, March 14, 2025", "Wednesday, April 2, 2025"],
        ["3rd March 2025", "14th March 2025", "2nd April 2025"],
        ["March 3rd, 2025", "March 14th, 2025", "April 2nd, 2025"],
        ["3.3.2025", "14.3.2025", "2.4.2025"],
        ["3. März 2025", "14. März 2025", "2. April 2025"],
        ["Mo., 3. März 2025", "Fr., 14. März 2025", "Mi., 2. Apr. 2025"],
        ["3 de marzo de 2025", "14 de marzo de 2025", "2 de abril de 2025"],
        ["3 de março de 2025", "14 de março de 2025", "2 de abril de 2025"],
        ["3 marzo 2025", "14 marzo 2025", "2 aprile 2025"],
        ["3 maart 2025", "14 maart 2025", "2 april 2025"],
        ["3 marca 2025", "14 marca 2025", "2 kwietnia 2025"],
        ["3 mars 2025", "14 mars 2025", "2 april 2025"],
        ["3 марта 2025 г.", "14 марта 2025 г.", "2 апреля 2025 г."],
        ["3 березня 2025", "14 березня 2025", "2 квітня 2025"],
        ["3. března 2025", "14. března 2025", "2. dubna 2025"],
        ["3. maaliskuuta 2025", "14. maaliskuuta 2025", "2. huhtikuuta 2025"],
        ["3 Mart 2025", "14 Mart 2025", "2 Nisan 2025"],
        ["2025. március 3.", "2025. március 14.", "2025. április 2."],
        ["3 Μαρτίου 2025", "14 Μαρτίου 2025", "2 Απριλίου 2025"],
        ["2025年3月3日", "2025年3月14日", "2025年4月2日"],
        ["2025年3月3日(月)", "2025年3月14日(金)", "2025年4月2日(水)"],
        ["2025년 3월 3일", "2025년 3월 14일", "2025년 4월 2일"],
        ["2025. 3. 3.", "2025. 3. 14.", "2025. 4. 2."],
        ["令和7年3月3日", "令和7年3月14日", "令和7年4月2日"],
        ["R7.3.3", "R7.3.14", "R7.4.2"],
        ["3 มีนาคม 2568", "14 มีนาคม 2568", "2 เมษายน 2568"],
        ["03/03/2568", "14/03/2568", "02/04/2568"],
        ["民國114年3月3日", "民國114年3月14日", "民國114年4月2日"],
        ["3 tháng 3, 2025", "14 tháng 3, 2025", "2 tháng 4, 2025"],
        ["3 Maret 2025", "14 Maret 2025", "2 April 2025"],
        ["3 مارس 2025", "14 مارس 2025", "2 أبريل 2025"],
        ["3 במרץ 2025", "14 במרץ 2025", "2 באפריל 2025"],
        ["3 मार्च 2025", "14 मार्च 2025", "2 अप्रैल 2025"],
        ["٠٣/٠٣/٢٠٢٥", "١٤/٠٣/٢٠٢٥", "٠٢/٠٤/٢٠٢٥"],
        ["03-Mar-2025", "14-Mar-2025", "02-Apr-2025"],
        ["03-Mar-25", "14-Mar-25", "02-Apr-25"],
        ["03-MAR-25", "14-MAR-25", "02-APR-25"],
        ["2025-Mar-03", "2025-Mar-14", "2025-Apr-02"],
        ["Mar 03 2025", "Mar 14 2025", "Apr 02 2025"],
        ["3 Mar '25", "14 Mar '25", "2 Apr '25"],
        ["20250303", "20250314", "20250402"],
        ["03/03/2025", "03/14/2025", "04/02/2025"],
        ["3/3/25", "3/14/25", "4/2/25"],
        ["03.03.25", "14.03.25", "02.04.25"],
        ["45719", "45730", "45749"],
        ["Reviewed in the United Kingdom on 3 March 2025", "Reviewed in the United Kingdom on 14 March 2025", "Reviewed in the United Kingdom on 2 April 2025"],
        ["Rezension aus Deutschland vom 3. März 2025", "Rezension aus Deutschland vom 14. März 2025", "Rezension aus Deutschland vom 2. April 2025"],
        ["Avis laissé en France le 3 mars 2025", "Avis laissé en France le 14 mars 2025", "Avis laissé en France le 2 avril 2025"],
        ["Revisado en España el 3 de marzo de 2025", "Revisado en España el 14 de marzo de 2025", "Revisado en España el 2 de abril de 2025"],
        ["Recensito in Italia il 3 marzo 2025", "Recensito in Italia il 14 marzo 2025", "Recensito in Italia il 2 aprile 2025"],
        ["2025年3月3日に日本でレビュー済み", "2025年3月14日に日本でレビュー済み", "2025年4月2日に日本でレビュー済み"],
        ["Avaliado no Brasil em 3 de março de 2025", "Avaliado no Brasil em 14 de março de 2025", "Avaliado no Brasil em 2 de abril de 2025"],
        ["Posted on Mar 3, 2025", "Posted on Mar 14, 2025", "Posted on Apr 2, 2025"],
        ["Date of experience: March 03, 2025", "Date of experience: March 14, 2025", "Date of experience: April 02, 2025"],
        ["Written March 3, 2025", "Written March 14, 2025", "Written April 2, 2025"],
        ["2025.03.03", "2025.03.14", "2025.04.02"],
        ["1403/12/13", "1403/12/24", "1404/01/13"],
        ["Updated: 3 Mar 2025", "Updated: 14 Mar 2025", "Updated: 2 Apr 2025"],
        ["Montag, 3. März 2025", "Freitag, 14. März 2025", "Mittwoch, 2. April 2025"],
        ["lundi 3 mars 2025", "vendredi 14 mars 2025", "mercredi 2 avril 2025"],
        ["lunes, 3 de marzo de 2025", "viernes, 14 de marzo de 2025", "miércoles, 2 de abril de 2025"],
        ["понедельник, 3 марта 2025 г.", "пятница, 14 марта 2025 г.", "среда, 2 апреля 2025 г."],
    ],
    "min": [
        ["03/03/2025 09h14", "14/03/2025 15h22", "02/04/2025 08h00"],
        ["3 de marzo de 2025 a las 09:14", "14 de marzo de 2025 a las 15:22", "2 de abril de 2025 a las 08:00"],
        ["3/3/2025 9:14 a. m.", "14/3/2025 3:22 p. m.", "2/4/2025 8:00 a. m."],
        ["3 de março de 2025 às 09:14", "14 de março de 2025 às 15:22", "2 de abril de 2025 às 08:00"],
        ["3 marzo 2025 alle ore 09:14", "14 marzo 2025 alle ore 15:22", "2 aprile 2025 alle ore 08:00"],
        ["3 maart 2025 om 09:14", "14 maart 2025 om 15:22", "2 april 2025 om 08:00"],
        ["3 mars 2025 kl. 09:14", "14 mars 2025 kl. 15:22", "2 april 2025 kl. 08:00"],
        ["3. marts 2025 kl. 09.14", "14. marts 2025 kl. 15.22", "2. april 2025 kl. 08.00"],
        ["3.3.2025 klo 9.14", "14.3.2025 klo 15.22", "2.4.2025 klo 8.00"],
        ["3 марта 2025 в 09:14", "14 марта 2025 в 15:22", "2 апреля 2025 в 08:00"],
        ["2025年3月3日 午前9:14", "2025年3月14日 午後3:22", "2025年4月2日 午前8:00"],
        ["2025年3月3日 上午9:14", "2025年3月14日 下午3:22", "2025年4月2日 上午8:00"],
        ["2025. 3. 3. 오전 9:14", "2025. 3. 14. 오후 3:22", "2025. 4. 2. 오전 8:00"],
        ["2025년 3월 3일 오전 9시 14분", "2025년 3월 14일 오후 3시 22분", "2025년 4월 2일 오전 8시 0분"],
        ["3/3/2025 9:14AM", "3/14/2025 3:22PM", "4/2/2025 8:00AM"],
        ["03.03.2025 09.14", "14.03.2025 15.22", "02.04.2025 08.00"],
        ["03/03/2025 - 09:14", "14/03/2025 - 15:22", "02/04/2025 - 08:00"],
        ["03-Mar-25 09:14 AM", "14-Mar-25 03:22 PM", "02-Apr-25 08:00 AM"],
        ["03/03/2025 (Mon) 09:14", "14/03/2025 (Fri) 15:22", "02/04/2025 (Wed) 08:00"],
        ["09:14 03/03/2025", "15:22 14/03/2025", "08:00 02/04/2025"],
        ["09:14, 3 March 2025", "15:22, 14 March 2025", "08:00, 2 April 2025"],
        ["Mar 3rd, 2025 at 9:14 AM", "Mar 14th, 2025 at 3:22 PM", "Apr 2nd, 2025 at 8:00 AM"],
        ["3.3.2025, 9:14", "14.3.2025, 15:22", "2.4.2025, 8:00"],
    ],
    "s": [
        ["2025-03-03T09:14:22Z", "2025-03-14T15:22:10Z", "2025-04-02T08:00:00Z"],
        ["2025-03-03T09:14:22.000Z", "2025-03-14T15:22:10.000Z", "2025-04-02T08:00:00.000Z"],
        ["2025-03-03 09:14:22 UTC", "2025-03-14 15:22:10 UTC", "2025-04-02 08:00:00 UTC"],
        ["2025-03-03 09:14:22+00", "2025-03-14 15:22:10+00", "2025-04-02 08:00:00+00"],
        ["2025-03-03 09:14:22 +0000 UTC", "2025-03-14 15:22:10 +0000 UTC", "2025-04-02 08:00:00 +0000 UTC"],
        ["2025-03-03 09:14:22 +0000", "2025-03-14 15:22:10 +0000", "2025-04-02 08:00:00 +0000"],
        ["03/Mar/2025:09:14:22 +0000", "14/Mar/2025:15:22:10 +0000", "02/Apr/2025:08:00:00 +0000"],
        ["Mon, 03 Mar 2025 09:14:22 +0000", "Fri, 14 Mar 2025 15:22:10 +0000", "Wed, 02 Apr 2025 08:00:00 +0000"],
        ["Mon, 03 Mar 2025 09:14:22 GMT", "Fri, 14 Mar 2025 15:22:10 GMT", "Wed, 02 Apr 2025 08:00:00 GMT"],
        ["Monday, 03-Mar-25 09:14:22 GMT", "Friday, 14-Mar-25 15:22:10 GMT", "Wednesday, 02-Apr-25 08:00:00 GMT"],
        ["Mon, 03 Mar 2025 04:14:22 EST", "Fri, 14 Mar 2025 11:22:10 EDT", "Wed, 02 Apr 2025 04:00:00 EDT"],
        ["Mon Mar  3 09:14:22 2025", "Fri Mar 14 15:22:10 2025", "Wed Apr  2 08:00:00 2025"],
        ["Mon Mar  3 09:14:22 UTC 2025", "Fri Mar 14 15:22:10 UTC 2025", "Wed Apr  2 08:00:00 UTC 2025"],
        ["Mon Mar 03 2025 09:14:22 GMT+0000", "Fri Mar 14 2025 15:22:10 GMT+0000", "Wed Apr 02 2025 08:00:00 GMT+0000"],
        ["3/3/2025, 9:14:22 AM", "3/14/2025, 3:22:10 PM", "4/2/2025, 8:00:00 AM"],
        ["03/03/2025, 09:14:22", "14/03/2025, 15:22:10", "02/04/2025, 08:00:00"],
        ["3.3.2025, 09:14:22", "14.3.2025, 15:22:10", "2.4.2025, 08:00:00"],
        ["March 3, 2025 at 9:14:22 AM", "March 14, 2025 at 3:22:10 PM", "April 2, 2025 at 8:00:00 AM"],
        ["3. März 2025 um 09:14:22 Uhr", "14. März 2025 um 15:22:10 Uhr", "2. April 2025 um 08:00:00 Uhr"],
        ["3 mars 2025 à 09:14:22", "14 mars 2025 à 15:22:10", "2 avril 2025 à 08:00:00"],
        ["2025年3月3日 9時14分22秒", "2025年3月14日 15時22分10秒", "2025年4月2日 8時00分00秒"],
        ["1740993262", "1741965730", "1743580800"],
        ["1740993262000", "1741965730000", "1743580800000"],
        ["1740993262000000", "1741965730000000", "1743580800000000"],
        ["1740993262000000000", "1741965730000000000", "1743580800000000000"],
        ["1740993262.0", "1741965730.0", "1743580800.0"],
        ["1.740993262E9", "1.74196573E9", "1.7435808E9"],
        ["/Date(1740993262000)/", "/Date(1741965730000)/", "/Date(1743580800000)/"],
        ["20250303T091422Z", "20250314T152210Z", "20250402T080000Z"],
        ["20250303091422", "20250314152210", "20250402080000"],
        ["45719.3849768519", "45730.6403935185", "45749.3333333333"],
        ["20250303 091422", "20250314 152210", "20250402 080000"],
        ["2025-03-03 01:14:22 PST", "2025-03-14 08:22:10 PDT", "2025-04-02 01:00:00 PDT"],
        ['"2025-03-03 09:14:22"', '"2025-03-14 15:22:10"', '"2025-04-02 08:00:00"'],
        ["03-MAR-25 09.14.22.000000 AM", "14-MAR-25 03.22.10.000000 PM", "02-APR-25 08.00.00.000000 AM"],
        ["Mar 3, 2025, 9:14:22 AM UTC", "Mar 14, 2025, 3:22:10 PM UTC", "Apr 2, 2025, 8:00:00 AM UTC"],
        ["Mar 3, 2025, 9:14:22\u202fAM UTC", "Mar 14, 2025, 3:22:10\u202fPM UTC", "Apr 2, 2025, 8:00:00\u202fAM UTC"],
        ["2025-03-03 10:14:22 Europe/Berlin", "2025-03-14 16:22:10 Europe/Berlin", "2025-04-02 10:00:00 Europe/Berlin"],
        ["2025-03-03 10:14:22 CET", "2025-03-14 16:22:10 CET", "2025-04-02 10:00:00 CEST"],
    ],
}  # fmt: skip
AGES = {
    "2 years ago (edited)": "2023-06-15T12:00",
    "an hour ago": "2025-06-15T11:00",
    "just now": "2025-06-15T12:00",
    "vor einem Monat": "2025-05-15T12:00",
    "il y a 3 jours": "2025-06-12T12:00",
    "hace un mes": "2025-05-15T12:00",
    "un mese fa": "2025-05-15T12:00",
    "há 2 anos": "2023-06-15T12:00",
    "2 lata temu": "2023-06-15T12:00",
    "2 года назад": "2023-06-15T12:00",
    "3ヶ月前": "2025-03-15T12:00",
    "3개월 전": "2025-03-15T12:00",
    "3 个月前": "2025-03-15T12:00",
    "2 yrs ago": "2023-06-15T12:00",
    "3 mo. ago": "2025-03-15T12:00",
    "5w": "2025-05-11T12:00",
    "Streamed 2 years ago": "2023-06-15T12:00",
    "قبل سنتين": "2023-06-15T12:00",
}  # fmt: skip


@pytest.mark.parametrize(
    ("precision", "written"), [(precision, written) for precision, forms in FORMS.items() for written in forms],
    ids=lambda given: given[0] if isinstance(given, list) else given,
)  # fmt: skip
def test_a_form_is_read(precision, written):
    expected = {"day": DAYS, "min": MINUTES, "s": SECONDS}[precision]
    times = parse_times(written)
    assert times.moments.tolist() == np.array(expected, "datetime64[us]").tolist()
    assert set(times.precision) == {precision}


@pytest.mark.parametrize(("written", "moment"), AGES.items())
def test_an_age_counts_back_from_the_writing_of_the_file(written, moment):
    times = parse_times([written], read_at=READ_AT)
    assert times.moments[0] == np.datetime64(moment)
    assert times.precision[0] == "relative"


def test_an_offset_that_is_written_goes_before_the_place_beside_it():
    times = parse_times(["2025-04-02T08:00:00+01:00[Europe/Berlin]"])
    assert times.moments[0] == np.datetime64("2025-04-02T07:00:00")


def test_two_digits_are_the_year_where_the_days_lie_close_together_only_then():
    by_year = parse_times(["25/03/03", "25/03/14", "25/04/02"])
    by_day = parse_times(["03/03/25", "14/03/25", "02/04/25"])
    assert by_year.moments.tolist() == by_day.moments.tolist() == np.array(DAYS, "datetime64[us]").tolist()
