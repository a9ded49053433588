"""The archive: one form, which other readers understand, and nothing else is read."""

import io
import stat
import struct
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iotassess.bundle import archive
from iotassess.bundle.archive import UnreadableBundle, read, write

FILES = {"a.txt": b"hello", "b/c": b"", "ü.bin": bytes(range(256))}
NAMES = st.sampled_from(["a", "b/c", "b/d", "ü", "manifest.json", "z.bin", ".hidden"])
CENTRAL, END = b"PK\x01\x02", b"PK\x05\x06"


def why(data):
    with pytest.raises(UnreadableBundle) as caught:
        read(data)
    assert caught.value.exit_code == 3
    return caught.value.message


def zipped(*entries, **options):
    """An archive by the standard library: pairs of a name or ZipInfo and bytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", **options) as opened:
        for name, data in entries:
            opened.writestr(name, data)
    return file.getvalue()


# --- the one form -------------------------------------------------------------------------------


@given(st.dictionaries(NAMES, st.binary(max_size=50), max_size=5))
def test_what_was_written_is_read_and_is_written_again_the_same(files):
    data = write(files)
    assert read(data) == files
    assert write(dict(reversed(files.items()))) == data


@given(st.dictionaries(NAMES, st.binary(max_size=50), max_size=5))
def test_another_reader_finds_the_same_files(files):
    with zipfile.ZipFile(io.BytesIO(write(files))) as opened:
        assert opened.testzip() is None
        assert {name: opened.read(name) for name in opened.namelist()} == files
        for info in opened.infolist():
            assert info.date_time == (1980, 1, 1, 0, 0, 0)
            assert stat.S_ISREG(info.external_attr >> 16)
            assert info.compress_type == zipfile.ZIP_STORED


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"../x": b""}, "leaves the folder"),
        ({"A": b"", "a": b""}, "would be one"),
        ({"a": b"", "a/b": b""}, "would be one"),
    ],
)
def test_nothing_is_written_that_would_not_be_read(files, said):
    with pytest.raises(UnreadableBundle, match=said):
        write(files)


def test_limits_hold_for_writing_and_for_reading(monkeypatch):
    data = write(FILES)
    for limit, value in (("MAX_ENTRIES", 2), ("MAX_FILE_BYTES", 255), ("MAX_TOTAL_BYTES", len(data) - 1)):
        with monkeypatch.context() as patch:
            patch.setattr(archive, limit, value)
            with pytest.raises(UnreadableBundle):
                write(FILES)
            with pytest.raises(UnreadableBundle):
                read(data)
    assert read(data) == FILES


# --- everything else ----------------------------------------------------------------------------


def info(name, mode=stat.S_IFREG | 0o644, **fields):
    made = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    made.external_attr, made.create_system = mode << 16, 3
    for field, value in fields.items():
        setattr(made, field, value)
    return made


def patched(data, mark, offset, form, value):
    """Change one field behind the first mark."""
    at = data.index(mark) + offset
    return data[:at] + struct.pack(form, value) + data[at + struct.calcsize(form) :]


def with_mode(mode):
    """The archive with another mode of its first entry."""
    return patched(write(FILES), CENTRAL, 38, "<I", mode << 16)


def lying(name):
    """An archive of one entry under a name that the writer refuses."""
    data, raw = b"x", name.encode()
    head = archive._local(raw, zlib.crc32(data), 1)
    entry = archive._central(raw, zlib.crc32(data), 1, 0)
    return head + data + entry + archive._end(1, len(entry), len(head) + 1)


def twice():
    """An archive that has one entry two times, each in the directory."""
    body, directory, at = b"", b"", 0
    for data in (b"good", b"evil"):
        head = archive._local(b"a", zlib.crc32(data), 4)
        directory += archive._central(b"a", zlib.crc32(data), 4, at)
        body += head + data
        at = len(body)
    return body + directory + archive._end(2, len(directory), at)


def more_in_the_directory():
    """An archive whose directory names its entry again."""
    head = archive._local(b"a", 0, 0)
    entry = archive._central(b"a", 0, 0, 0)
    return head + entry + entry + archive._end(1, 2 * len(entry), len(head))


GOOD = write(FILES)
BOMB = zipped((info("a", compress_type=zipfile.ZIP_DEFLATED), bytes(10 << 20)))
HOSTILE = [
    pytest.param(b"", "does not begin", id="empty"),
    pytest.param(b"PK", "does not begin", id="two-bytes"),
    pytest.param(b"{}", "does not begin", id="json"),
    pytest.param(END, "cut off", id="the-mark-of-an-end"),
    pytest.param(b"\x7fELF" + GOOD, "does not begin", id="data-before"),
    pytest.param(GOOD + b"\n", "1 byte(s) stand behind the end", id="data-behind"),
    pytest.param(GOOD + GOOD, "between the directory and the end, from byte 517", id="two-archives"),
    pytest.param(GOOD[:-30], "cut off", id="cut-in-the-directory"),
    pytest.param(GOOD[:-1], "its end was cut off", id="cut-in-the-end"),
    pytest.param(GOOD[:40], "cut off", id="cut-in-an-entry"),
    pytest.param(BOMB, "is compressed (method 8)", id="zip-bomb"),
    pytest.param(
        GOOD[:18] + struct.pack("<II", 1 << 31, 1 << 31) + GOOD[26:],
        "which are not there",
        id="bomb-of-nothing",
    ),
    pytest.param(GOOD[:18] + struct.pack("<II", 4, 5) + GOOD[26:], "which are not there", id="two-sizes"),
    pytest.param(patched(GOOD, b"PK\x03\x04", 6, "<H", 0x801), "is encrypted", id="encrypted"),
    pytest.param(patched(GOOD, b"PK\x03\x04", 8, "<H", 99), "method 99", id="unknown-compression"),
    pytest.param(patched(GOOD, b"PK\x03\x04", 6, "<H", 0x808), "size behind it", id="data-descriptor"),
    pytest.param(patched(GOOD, b"PK\x03\x04", 14, "<I", 1), "checksum does not hold", id="checksum"),
    pytest.param(patched(GOOD, b"PK\x03\x04", 12, "<H", 0x5000), "header of the entry", id="another-date"),
    pytest.param(with_mode(stat.S_IFLNK | 0o777), "is a symbolic link", id="symlink"),
    pytest.param(with_mode(stat.S_IFDIR | 0o755), "is a folder", id="folder"),
    pytest.param(with_mode(stat.S_IFCHR | 0o644), "is a device", id="device"),
    pytest.param(with_mode(stat.S_IFREG | 0o755), "attributes is", id="executable"),
    pytest.param(patched(GOOD, CENTRAL, 16, "<I", 7), "checksum is 7", id="directory-has-another-checksum"),
    pytest.param(patched(GOOD, CENTRAL, 24, "<I", 7), "size is 7", id="directory-has-another-size"),
    pytest.param(patched(GOOD, CENTRAL, 42, "<I", 7), "offset is 7", id="directory-leads-elsewhere"),
    pytest.param(
        GOOD.replace(b"b/c" + CENTRAL, b"b/d" + CENTRAL), "another name", id="directory-has-another-name"
    ),
    pytest.param(patched(GOOD, END, 10, "<H", 2), "does not have 'a.txt' in its place", id="one-too-few"),
    pytest.param(more_in_the_directory(), "names more entries than there are", id="more-in-the-directory"),
    pytest.param(patched(GOOD, END, 10, "<H", 60000), "60000 entries", id="far-too-many"),
    pytest.param(patched(GOOD, END, 10, "<H", 4), "no entry begins", id="one-too-many"),
    pytest.param(patched(GOOD, END, 4, "<H", 1), "between the directory and the end", id="another-disk"),
    pytest.param(patched(GOOD, END, 20, "<H", 5), "has a comment", id="a-comment-that-is-not-there"),
    pytest.param(twice(), "'a' stands twice", id="an-entry-twice"),
    pytest.param(zipped((info("b"), b""), (info("a"), b"")), "header of the entry", id="written-by-others"),
    pytest.param(lying("../../etc/cron.d/x"), "leaves the folder", id="leaves-the-folder"),
    pytest.param(lying("/etc/passwd"), "absolute", id="absolute"),
    pytest.param(lying("C:\\x"), "backslash", id="drive-letter"),
    pytest.param(lying("a/"), "empty part", id="folder-by-its-name"),
    pytest.param(lying("a\0.txt"), "do not show", id="nul"),
    pytest.param(lying("x" * 2000), "longer than", id="long-name"),
]


@pytest.mark.parametrize(("data", "said"), HOSTILE)
def test_an_archive_of_another_form_is_refused_and_told_why(data, said):
    assert said in why(data)


def test_a_comment_is_refused():
    file = io.BytesIO(GOOD)
    with zipfile.ZipFile(file, "a") as opened:
        opened.comment = b"hello"
    assert "byte(s) stand behind the end" in why(file.getvalue())


def test_a_name_that_is_not_utf_8_is_refused():
    data = lying("abc").replace(b"abc", b"a\xffc")
    assert "is not UTF-8" in why(data)


def test_entries_out_of_order_are_refused():
    body, directory = b"", b""
    for name in (b"b", b"a"):
        directory += archive._central(name, 0, 0, len(body))
        body += archive._local(name, 0, 0)
    data = body + directory + archive._end(2, len(directory), len(body))
    assert "order of their names" in why(data)


@given(st.data())
def test_no_byte_of_an_archive_can_be_changed_without_being_seen(data):
    place = data.draw(st.integers(0, len(GOOD) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda value: value != GOOD[place]))
    changed = GOOD[:place] + bytes([other]) + GOOD[place + 1 :]
    with pytest.raises(UnreadableBundle):
        read(changed)


@given(st.data())
def test_whatever_was_cut_out_or_put_in_is_refused(data):
    first, second = sorted((data.draw(st.integers(0, len(GOOD))), data.draw(st.integers(0, len(GOOD)))))
    changed = GOOD[:first] + data.draw(st.binary(max_size=30)) + GOOD[second:]
    if changed != GOOD:
        with pytest.raises(UnreadableBundle):
            read(changed)


@given(st.binary(max_size=200))
def test_bytes_of_nobody_are_refused(data):
    with pytest.raises(UnreadableBundle):
        read(b"PK\x03\x04" + data)
