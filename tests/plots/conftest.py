import pytest


@pytest.fixture
def series():
    """The marks of a figure, without the names that are written beside them."""
    return lambda figure: [trace for trace in figure.data if trace.mode != "text"]


@pytest.fixture
def names():
    """The names written in a figure: beside marks and at the ends of lines, without their signs."""

    def read(figure):
        beside = [
            text.strip("\u00a0") for trace in figure.data if trace.mode == "text" for text in trace.text
        ]
        notes = [note.text.replace("<br>", " ") for note in figure.layout.annotations]
        ends = [text for text in notes if len(text) > 1]
        return beside + ends

    return read
