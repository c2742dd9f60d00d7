"""Files that hold no JSON at all: what they are, and what to do to have their posts. Told by their beginning."""

import re
from pathlib import Path

_READ = 64 * 1024
_HYDRATE = "fetch the posts by their ids (`twarc2 hydrate ids.txt posts.jsonl`), then import the file that this writes"
_MAGIC = {
    b"PAR1": "a Parquet file",
    b"SQLite format 3\x00": "an SQLite database",
    b"%PDF": "a PDF",
    b"\x80\x04\x95": "a pickle of Python",
    b"\x80\x05\x95": "a pickle of Python",
    b"\xd0\xcf\x11\xe0": "a document of an office program",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive: unpack it first",
    b"Rar!": "a RAR archive: unpack it first",
}
_ID = re.compile(r"[\"']?[0-9]{8,19}[\"']?,?")
_HEADER_OF_IDS = re.compile(
    r"[\"']?(?:id|ids|id_str|tweet_?ids?|status_?ids?|post_?ids?)[\"']?", re.IGNORECASE
)
_SEPARATORS = (",", "\t", ";", "|")
_LINES = 20


def what_it_is(path: Path) -> str:
    """What a plain file is that holds no JSON, and what to do; "" if it may hold some."""
    with path.open("rb") as file:
        start = file.read(_READ)
    for magic, name in _MAGIC.items():
        if start.startswith(magic):
            return f"it is {name}; posts are read as JSON"
    text = start.decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    if not text or text[0] in "[{":
        return ""
    if "\x00" in text[:1000]:
        return "it is no text: posts are read as JSON"
    if re.match(r"<(?:!doctype|html|\?xml)", text, re.IGNORECASE):
        return "it is a page of the web (HTML or XML), not what the API answered; posts are read as JSON"
    lines = [line.strip() for line in text.splitlines() if line.strip()][:_LINES]
    if len(start) == _READ and len(lines) > 1:
        lines.pop()  # it may be cut
    if any(line[0] in "[{" for line in lines):
        return ""
    ids = lines[1:] if _HEADER_OF_IDS.fullmatch(lines[0]) else lines
    if ids and all(_ID.fullmatch(line) for line in ids):
        return f"it is a list of ids, without the posts: {_HYDRATE}"
    return _table(lines)


def _table(lines: list[str]) -> str:
    """Whether the lines are those of a table: names of columns in the first, and the same separator in the next."""
    for separator in _SEPARATORS:
        names = [name.strip().strip("\"'") for name in lines[0].split(separator)]
        has_rows = len(lines) > 1 and separator in lines[1]
        if has_rows and len(names) > 1 and all(re.fullmatch(r"[\w .#/()-]{1,40}", name) for name in names):
            return (
                "it is a table (CSV), in which much of what X says of a post is missing: import the JSON that it was "
                f"made from, or take its column of ids and {_HYDRATE}"
            )
    return ""
