"""Untrusted files are read safely, or refused with a message for a person."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costing.catalog.documents import UnreadableDocument, load_document, read_document


@pytest.mark.parametrize(
    ("source", "document"),
    [
        (b'{"a": [1, 2.5, null]}', {"a": [1, 2.5, None]}),
        (b"a: [1, 2.5, null]", {"a": [1, 2.5, None]}),
        (b"\xef\xbb\xbfa: 1", {"a": 1}),
        (b"{a: 1}", {"a": 1}),
        (b"a: 3e6", {"a": 3_000_000.0}),
        (b"a: 1e-5", {"a": 0.00001}),
        (b"a: 3_000", {"a": 3000}),
        (b"", None),
    ],
)
def test_sound_document_is_read(source: bytes, document: object) -> None:
    assert load_document(source) == document


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (b"a: &x [1]\nb: *x", "The file uses YAML aliases, which are not allowed."),
        (b"a: 1\na: 2", "The file is not YAML: the key 'a' is there twice, line 2, column 1."),
        (b'{"a": 1, "a": 2}', "The key 'a' is there twice."),
        (b"\xff\xfe", "The file is not UTF-8 text."),
        (b" " * 1_000_001, "The file is larger than 1 MB."),
        (b"[" * 100_000, "The file is nested too deeply."),
        (b"- " * 5_000, "The file is nested too deeply."),
        (b'{"a": ' * 5_000, "The file is nested too deeply."),
        (b"a: " + b"9" * 5_000, "The file has a number or date that cannot be read."),
        (b'{"a": ' + b"9" * 5_000 + b"}", "The file has a number with too many digits."),
        (b"a: 2026-13-45", "The file has a number or date that cannot be read."),
        (b"a: \x00", "The file is not YAML: it has control characters."),
        (b'{"a": 1,', "The file is not JSON: Expecting property name enclosed in double quotes"),
        (b"a: !!python/object:os.system {}", "The file is not YAML: could not determine a"),
        (b"? [1]\n: 2", "The file is not YAML: found unhashable key"),
        (b"a: [" + b"[]," * 300_000 + b"]", "The file has over 20,000 values."),
    ],
)
def test_unsound_document_is_refused(source: bytes, reason: str) -> None:
    with pytest.raises(UnreadableDocument) as caught:
        load_document(source)

    assert str(caught.value).startswith(reason)


@pytest.mark.parametrize("path", ["/nowhere/scenario.yaml", "/", "a\x00b"])
def test_file_that_cannot_be_opened_is_refused(path: str) -> None:
    with pytest.raises(UnreadableDocument, match="cannot be read"):
        read_document(path)


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=200) | st.text("{}[]:,-&*!|>'\"#%@ab01.e \n\t", max_size=60))
def test_any_bytes_are_read_or_refused(source: bytes | str) -> None:
    data = source if isinstance(source, bytes) else source.encode()

    try:
        outcome = "read", load_document(data)
    except UnreadableDocument as error:
        outcome = "refused", str(error)

    assert outcome[0] == "read" or str(outcome[1]).endswith(".")
