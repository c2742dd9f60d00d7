"""Packed, encoded, archived: the posts within are the same. What is no file is never waited for."""

import bz2
import gzip
import io
import json
import lzma
import os
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zstandard

from extractors.files import quarantine
from extractors.files.importer import import_files
from extractors.landing import landing_files
from rapport.config import Settings
from tests.extractors.server import post, user

Query = Callable[[str], list[tuple[Any, ...]]]
FLAT = [post(number, text=f"grüße ☀ 🌱 {number}") for number in range(1, 6)]
LINES = "\n".join(json.dumps(one, ensure_ascii=False) for one in FLAT) + "\n"
POSTS = [(str(number), f"grüße ☀ 🌱 {number}") for number in range(1, 6)]


@pytest.fixture
def settings(make_settings: Callable[..., Settings]) -> Settings:
    return make_settings()


@pytest.fixture
def posts(query: Query) -> Callable[[], list[tuple[Any, ...]]]:
    return lambda: query("select post_id, text from raw.posts order by 1")


def tar_of(members: dict[str, bytes], mode: str = "w") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return out.getvalue()


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, zstandard.compress])
def test_a_packed_file_and_one_cut_short(
    pack: Callable[[bytes], bytes], settings: Settings, tmp_path: Path, posts: Callable[[], list[Any]]
) -> None:
    path = tmp_path / "packed"
    path.write_bytes(pack(LINES[:200].encode()) + pack(LINES[200:].encode()))
    assert import_files(settings, [path])["files"][0]["read"] == 5
    assert posts() == POSTS
    path.write_bytes(pack(os.urandom(10).hex().encode() + LINES.encode())[:-9])
    [found] = import_files(settings, [path])["files"]
    assert "cut short" in found["reason"] + " ".join(found["refused_because"])


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig"])
@pytest.mark.parametrize("name", ["posts.jsonl", "posts.jsonl.gz", "posts.tar"])
def test_other_encodings_of_unicode_are_read_and_landed_as_utf8(
    encoding: str, name: str, settings: Settings, tmp_path: Path, posts: Callable[[], list[Any]]
) -> None:
    content = LINES.encode(encoding)
    if encoding == "utf-16":
        content = "\ufeff".encode("utf-16-le") + LINES.replace("\n", "\r\n").encode("utf-16-le")
    path = tmp_path / name
    pack = {".gz": gzip.compress, ".tar": lambda plain: tar_of({"a.jsonl": plain})}.get(path.suffix, bytes)
    path.write_bytes(pack(content))
    [found] = import_files(settings, [path])["files"]
    assert (found["status"], found["read"], found["refused"]) == ("imported", 5, 0)
    assert posts() == POSTS
    for key in landing_files.keys(settings.landing_dir):
        landing_files.unpacked(landing_files.path_of(settings.landing_dir, key)).decode()


def test_the_same_content_in_another_encoding_adds_nothing(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(LINES, encoding="utf-8")
    (tmp_path / "b.jsonl").write_text(LINES, encoding="utf-16")
    assert import_files(settings, [tmp_path / "a.jsonl"])["load"]["posts"] == 5
    assert import_files(settings, [tmp_path / "b.jsonl"])["load"]["posts"] == 0


def test_an_encoding_that_ends_in_the_middle_of_a_sign_says_so(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "cut.jsonl"
    path.write_bytes(LINES.encode("utf-16")[:-1])
    [found] = import_files(settings, [path])["files"]
    assert (found["posts"], found["refused"]) == (5, 1)
    assert "cut short or damaged" in " ".join(found["refused_because"])


@pytest.mark.parametrize(
    ("mode", "pack"),
    [("w", bytes), ("w:gz", bytes), ("w:bz2", bytes), ("w:xz", bytes), ("w", zstandard.compress)],
    ids=["tar", "gz", "bz2", "xz", "zst"],
)
def test_members_of_a_tar_archive(
    mode: str,
    pack: Callable[[bytes], bytes],
    settings: Settings,
    tmp_path: Path,
    posts: Callable[[], list[Any]],
) -> None:
    first, *others = LINES.splitlines(keepends=True)
    members = {
        "stream/00.json": first.encode(),
        "stream/01.json.bz2": bz2.compress("".join(others).encode()),
        "stream/notes.md": b"# notes",
        "stream/more.tar": tar_of({"x.json": first.encode()}),
    }
    path = tmp_path / "collected.anything"
    path.write_bytes(pack(tar_of(members, mode)))
    result = import_files(settings, [path])
    found = [(file["file"], file["status"], file["read"], file["refused"]) for file in result["files"]]
    assert found == [
        (f"{path}/stream/00.json", "imported", 1, 0),
        (f"{path}/stream/01.json.bz2", "imported", 4, 0),
    ]
    assert posts() == POSTS
    reasons = {Path(file["file"]).name: file["reason"] for file in result["skipped"]}
    assert "within an archive" in reasons["more.tar"] and ".md" in reasons["notes.md"]


def test_a_tar_archive_in_a_folder_and_one_that_is_cut(
    settings: Settings, tmp_path: Path, posts: Callable[[], list[Any]]
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    lines = LINES.splitlines()
    half = {f"{number}.json": line.encode() for number, line in enumerate(lines)}
    whole = tar_of(half)
    # ends within the header of the fourth member
    (folder / "cut.tar").write_bytes(whole[: 3 * 1024 + 100])
    (folder / "last.tgz").write_bytes(gzip.compress(tar_of({"4.json": lines[4].encode()})))
    result = import_files(settings, [folder])
    assert [row[0] for row in posts()] == ["1", "2", "3", "5"]
    assert [(Path(file["file"]).name, file["status"]) for file in result["files"]] == [
        ("0.json", "imported"),
        ("1.json", "imported"),
        ("2.json", "imported"),
        ("cut.tar", "refused"),
        ("4.json", "imported"),
    ]
    assert "cut short" in result["files"][3]["reason"]


def test_links_and_devices_in_a_tar_archive_are_named_and_left(settings: Settings, tmp_path: Path) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        link = tarfile.TarInfo("passwords.json")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
        pipe = tarfile.TarInfo("pipe.json")
        pipe.type = tarfile.FIFOTYPE
        archive.addfile(pipe)
        escaping = tarfile.TarInfo("../../escaping.json")
        escaping.size = len(LINES.encode())
        archive.addfile(escaping, io.BytesIO(LINES.encode()))
    path = tmp_path / "odd.tar"
    path.write_bytes(out.getvalue())
    result = import_files(settings, [path])
    [escaping_file] = result["files"]
    assert "leads out of the archive" in escaping_file["reason"]
    assert [Path(file["file"]).name for file in result["skipped"]] == ["passwords.json", "pipe.json"]
    assert not (tmp_path.parent.parent / "escaping.json").exists()


def test_a_refused_line_of_a_tar_archive_can_be_tried_again(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "a.tgz"
    whole = json.dumps({"data": post(6, text="x" * 5000), "includes": {"users": [user(7, "us")]}})
    path.write_bytes(gzip.compress(tar_of({"in/a.jsonl": f"{LINES}{whole[:-1]}\n".encode()})))
    import_files(settings, [path])
    [refused] = quarantine.waiting(settings)
    assert (refused.source_path, refused.line_number, refused.kept_line) == (f"{path}/in/a.jsonl", 6, None)
    path.write_bytes(gzip.compress(tar_of({"in/a.jsonl": f"{LINES}{whole}\n".encode()})))
    assert [outcome.is_taken_in for outcome in quarantine.retry(settings, [refused], "ana")] == [True]


def test_a_zip_archive_made_on_windows(settings: Settings, tmp_path: Path, query: Query) -> None:
    """Its names are parted by backslashes; account.js lies beside the posts all the same."""
    tweet = {"id_str": "9", "full_text": "hello", "created_at": "Wed Oct 10 20:19:24 +0000 2018"}
    account = {"account": {"accountId": "42", "username": "our_lab", "accountDisplayName": "Lab"}}
    path = tmp_path / "archive.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, value in (("tweets", {"tweet": tweet}), ("account", account), ("like", {"like": {}})):
            content = f"window.YTD.{name}.part0 = {json.dumps([value])}"
            archive.writestr(zipfile.ZipInfo(f"twitter-1\\data\\{name}.js"), content)
    result = import_files(settings, [path])
    assert [(file["status"], file["posts"]) for file in result["files"]] == [("imported", 1)]
    assert query("select post_id, author_id from raw.posts") == [("9", "42")]
    assert sorted(file["reason"] for file in result["skipped"]) == [
        "likes in an archive carry neither a time nor an author",
        "read together with the posts beside it",
    ]


def test_pipes_and_devices_are_refused_and_never_waited_for(settings: Settings, tmp_path: Path) -> None:
    """A pipe that nobody writes to would be waited for for ever."""
    folder = tmp_path / "folder"
    folder.mkdir()
    os.mkfifo(tmp_path / "pipe.jsonl")
    os.mkfifo(folder / "pipe.jsonl")
    (folder / "gone.jsonl").symlink_to(tmp_path / "nowhere")
    (folder / "linked").symlink_to(tmp_path)
    (folder / "a.jsonl").write_text(LINES)
    result = import_files(settings, [tmp_path / "pipe.jsonl", Path("/dev/null"), folder])
    assert [file["status"] for file in result["files"]] == ["refused", "refused", "imported"]
    assert all("no file" in file["reason"] for file in result["files"][:2])
    reasons = {Path(file["file"]).name: file["reason"] for file in result["skipped"]}
    assert set(reasons) == {"pipe.jsonl", "gone.jsonl", "linked"}
    assert "nowhere" in reasons["gone.jsonl"] and "folder" in reasons["linked"]


def test_an_archive_that_is_damaged_does_not_stop_its_folder(
    settings: Settings, tmp_path: Path, posts: Callable[[], list[Any]]
) -> None:
    (tmp_path / "a.zip").write_bytes(b"PK\x03\x04 and no more")
    (tmp_path / "b.jsonl").write_text(LINES)
    result = import_files(settings, [tmp_path])
    assert [(Path(file["file"]).name, file["status"]) for file in result["files"]][:2] == [
        ("a.zip", "refused"),
        ("b.jsonl", "imported"),
    ]
    assert posts() == POSTS
