import copy
import pickle

import pytest

from insight.plots import theme
from insight.plots.figure import caption, new_figure


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("tone", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_text_reads_at_4_5_to_1_and_marks_at_3_to_1(tone):
    for role in ("ink", "quiet", "accent"):
        assert contrast(tone[role], tone["paper"]) >= 4.5, role
    for colour in theme.PALETTE:
        assert contrast(colour, tone["paper"]) >= 2.99, colour


def test_no_figure_offers_to_upload_itself():
    assert theme.CONFIG["showSendToCloud"] is False
    assert theme.CONFIG["displaylogo"] is False


def test_new_figure_takes_the_light_template():
    figure = new_figure("Who?", x_title="Month", y_title="People")
    assert figure.layout.template.layout.font.color == theme.LIGHT["ink"]


def test_a_shown_figure_carries_the_settings_and_words(monkeypatch):
    import plotly.io as pio

    monkeypatch.setattr(pio.renderers, "default", "plotly_mimetype")
    figure = new_figure("Who?", x_title="Month", y_title="People")
    bundle = figure._repr_mimebundle_()
    assert bundle["application/vnd.plotly.v1+json"]["config"]["showSendToCloud"] is False
    assert bundle["text/plain"] == "Who?"


def test_a_figure_survives_copying_and_pickling():
    figure = new_figure("Who?", x_title="Month", y_title="People")
    assert pickle.loads(pickle.dumps(copy.deepcopy(figure))).layout.title.text == "Who?"


def test_a_pasted_figure_states_the_finding_and_the_source_and_the_original_stays():
    figure = new_figure("Who?", x_title="Share", y_title="", subtitle="n = 40 people")
    pasted = caption(figure, title="Half of all <b>customers</b> wait a day", source="Mail & chat, 2025")
    assert pasted.layout.title.text == "Half of all &lt;b&gt;customers&lt;/b&gt; wait a day"
    assert pasted.layout.title.subtitle.text == "n = 40 people · Source: Mail &amp; chat, 2025"
    assert (figure.layout.title.text, figure.layout.title.subtitle.text) == ("Who?", "n = 40 people")


def test_long_captions_are_broken_and_have_room():
    figure = new_figure("Who?", x_title="Share", y_title="", subtitle="n = 40 people")
    pasted = caption(figure, title="many words " * 12, source="another archive " * 9)
    lines = pasted.layout.title.text.split("<br>") + pasted.layout.title.subtitle.text.split("<br>")
    assert len(lines) > 3
    assert max(map(len, lines)) <= 95
    assert pasted.layout.margin.t >= figure.layout.margin.t + 21
    again = caption(pasted, source="and more")
    assert again.layout.title.subtitle.text.endswith("and more")
