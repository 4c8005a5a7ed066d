"""Labelled CSV files are read, in any common spelling."""

from pathlib import Path

import pytest

from edge.errors import ConfigError, RefusedError
from edge.publish.evaluate import read_labelled
from edge.publish.evaluate.labelled_csv import Labelled, parse_labelled

TWO = [Labelled("hi there", "greet"), Labelled("when", "time")]

READABLE = {
    "plain": b"text,label\nhi there,greet\nwhen,time\n",
    "a byte order mark": b"\xef\xbb\xbftext,label\nhi there,greet\nwhen,time\n",
    "Windows line ends": b"text,label\r\nhi there,greet\r\nwhen,time\r\n",
    "no last line end": b"text,label\nhi there,greet\nwhen,time",
    "more columns, in another order": b"split,label,text\ntrain,greet,hi there\ntest,time,when\n",
    "a header with capitals and spaces": b"Text, Label\nhi there, greet \nwhen,time\n",
    "empty lines": b"text,label\n\nhi there,greet\n\n\nwhen,time\n\n",
    "needless quotes": b'"text","label"\n"hi there","greet"\n"when","time"\n',
}


@pytest.mark.parametrize("content", READABLE.values(), ids=READABLE)
def test_spellings_of_the_same_rows(content: bytes) -> None:
    """Spreadsheets and scripts write CSV differently; all of these give the same rows."""
    assert TWO == parse_labelled(content, name="t.csv")


def test_quoted_text_is_kept_unchanged() -> None:
    """Line ends, commas, quotes, emoji and other scripts are part of the text."""
    text = ' wo ist,\n"mein"\r\n заказ 🙏 '
    content = 'text,label\n" wo ist,\n""mein""\r\n заказ 🙏 ",order\n'.encode()

    assert [Labelled(text, "order")] == parse_labelled(content, name="t.csv")


REFUSED = {
    "nothing": (b"", "t.csv has no rows, expected a line text,label and one line for each text"),
    "a header alone": (b"text,label\n", "t.csv has no rows, expected a line text,label and one line for each text"),
    "no label column": (
        b"text,intent\nhi,greet\n",
        "t.csv:1: no column 'label' among 'text', 'intent', expected the columns text,label separated by commas",
    ),
    "semicolons": (
        b"text;label\nhi;greet\n",
        "t.csv:1: no column 'text' among 'text;label', expected the columns text,label separated by commas",
    ),
    "a comma outside quotes": (
        b"text,label\nhi,greet\noh, hi,greet\n",
        "t.csv:3: 3 fields, expected 2: put texts with commas in quotes",
    ),
    "a row without label": (b"text,label\nhi\n", "t.csv:2: 1 fields, expected 2: put texts with commas in quotes"),
    "an empty label": (b"text,label\nhi, \n", "t.csv:2: label is empty, expected one for each text"),
    "an open quote": (b'text,label\n"hi,greet\n', "t.csv:2: not a CSV: unexpected end of data"),
    "another encoding": (
        b"text,label\nhi,greet\nol\xe9,greet\n",
        "t.csv:3: byte 0xe9 is not UTF-8, expected a CSV saved as UTF-8",
    ),
}


@pytest.mark.parametrize(("content", "text"), REFUSED.values(), ids=REFUSED)
def test_ambiguous_file_is_refused(content: bytes, text: str) -> None:
    """The error names file and line."""
    with pytest.raises(RefusedError) as caught:
        parse_labelled(content, name="t.csv")

    assert text == caught.value.text


def test_missing_file(tmp_path: Path) -> None:
    """The error says which kind of file is expected."""
    with pytest.raises(ConfigError) as caught:
        read_labelled(tmp_path / "t.csv")

    expected = f"cannot read {tmp_path}/t.csv: No such file or directory, give a CSV with the columns text,label"
    assert expected == caught.value.text
