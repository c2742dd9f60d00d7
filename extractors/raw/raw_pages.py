"""Landing files as rows that DuckDB can read: a page's objects cut out of its bytes, nothing of them changed.

Objects are found, not parsed: msgspec gives each as a slice of the page. Slices of one kind are packed into Arrow
arrays, which DuckDB reads in place, some at a time: memory is bounded whatever the number of pages. Only pages of
networks that have words of their own are parsed, and their objects translated (extractors/translation.py).
"""

import json
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import nanoarrow
import numpy
import zstandard
from nanoarrow.c_array_stream import CArrayStream

from extractors import damaged_text, translation
from extractors.landing import landing_files

# Rows of a batch: exactly what DuckDB stores as one group. A thread takes a batch at a time, so it writes whole groups;
# what is less than one, DuckDB writes again at the next checkpoint, which doubled the cost of a load.
BATCH_ROWS = 122_880
# Where objects are large, their size ends a batch.
BATCH_BYTES = 256 * 1024 * 1024
# Batches handed over together, each for a thread of its own.
_BATCHES = 2
# Kinds of data that have a table; of others only the page, what it includes and its errors are loaded.
_DATA_KINDS = ("post", "user", "message")

# Any JSON value: a list is cut into its objects; of everything else only the type matters.
_Objects = list[msgspec.Raw] | dict[str, msgspec.Raw] | str | float | bool | None
_NotThere = list[msgspec.Raw] | str | float | bool | None


class _Includes(msgspec.Struct, gc=False):
    tweets: _Objects = None
    posts: _Objects = None
    users: _Objects = None


class _Body(msgspec.Struct, gc=False):
    data: _Objects = None
    includes: _Includes | _NotThere = None
    errors: _Objects = None
    rejects: _Objects = None


class _Envelope(msgspec.Struct, gc=False):
    page_key: str
    network: str
    fetched_at: str | None = None
    data_kind: str | None = None


class _Page(msgspec.Struct, gc=False):
    envelope: msgspec.Raw
    body: _Body | _NotThere


class _SingleBody(msgspec.Struct, gc=False):
    data: msgspec.Raw = msgspec.Raw(b"null")
    errors: msgspec.Raw = msgspec.Raw(b"null")


class _SinglePage(msgspec.Struct, gc=False):
    body: _SingleBody


class _AnyPage(msgspec.Struct, gc=False):
    envelope: dict[str, Any]
    body: Any


_decode_any = msgspec.json.Decoder(_AnyPage).decode
_decode_page = msgspec.json.Decoder(_Page).decode
_decode_single = msgspec.json.Decoder(_SinglePage).decode
_decode_envelope = msgspec.json.Decoder(_Envelope).decode

_TEXT = nanoarrow.large_string()
_JSON = nanoarrow.extension_type(_TEXT, "arrow.json")
_NUMBER = nanoarrow.int32()
_FLAG = nanoarrow.int8()
_PLACES = {"data": 0, "includes": 1, "beyond": 2}
_ROW = nanoarrow.struct(
    {
        "page_key": _TEXT,
        "network": _TEXT,
        "fetched_at": _TEXT,
        "place": _FLAG,
        "position": _NUMBER,
        "payload": _JSON,
    }
)
_TRANSLATED_ROW = nanoarrow.struct({**{field.name: field for field in _ROW.fields}, "common": _JSON})


@dataclass(frozen=True)
class Rows:
    """Rows of one kind: page, post, user, message, error or reject.

    page_key, network, fetched_at (ISO), place (0: data, 1: includes, 2: beyond), position in its list (from 0),
    payload: the object, or the envelope of a page. If they are translated, `common` is the object in the words of raw.
    """

    kind: str
    is_translated: bool
    array: nanoarrow.Array
    # how many pages had been read when these were handed over
    page_count: int


def read(landing_dir: Path, keys: list[str], refused: dict[str, str]) -> Iterator[Rows]:
    """All that is in the pages of these keys, some rows of one kind at a time.

    A page that can't be read is noted in `refused` with the reason, and nothing of it is in the rows.
    """
    unpack = zstandard.ZstdDecompressor().decompress
    gathered: dict[tuple[str, bool], _Gathered] = {}
    for number, key in enumerate(keys, start=1):
        try:
            lists = list(_lists(key, unpack(landing_files.path_of(landing_dir, key).read_bytes())))
        except (OSError, zstandard.ZstdError, ValueError, RecursionError) as problem:
            refused[key] = f"{type(problem).__name__}: {problem}"[:500]
            continue
        for objects in lists:
            is_translated = objects.common is not None
            rows = gathered.setdefault((objects.kind, is_translated), _Gathered(objects.kind, is_translated))
            rows.add(objects)
            if len(rows.batches) >= _BATCHES:
                yield rows.handed_over(number)
    for rows in gathered.values():
        rows.end_batch()
        if rows.batches:
            yield rows.handed_over(len(keys))


@dataclass(frozen=True)
class _List:
    """A page's objects of one kind, from one place in it. `common`: the same in the words of raw, if translated."""

    kind: str
    origin: _Envelope
    place: int
    objects: Sequence[bytes | msgspec.Raw]
    common: Sequence[bytes] | None = None
    # the position of the first
    first: int = 0


def _lists(key: str, content: bytes) -> Iterator[_List]:
    """Cuts one page up. Raises ValueError if it is not what landing wrote."""
    try:
        page, origin = _opened(key, content)
    except ValueError:
        content = _mended(content)
        page, origin = _opened(key, content)
    body = page.body if isinstance(page.body, _Body) else _Body()
    translate = translation.translator_of(origin.network)
    if translate:
        yield from _translated_lists(translate, content, origin)
        body = _Body(rejects=body.rejects)
    includes = body.includes if isinstance(body.includes, _Includes) else _Includes()
    data, errors = body.data, body.errors
    if isinstance(data, dict) or isinstance(errors, dict):
        # One object instead of a list: a lookup of one post, streaming output.
        single = _decode_single(content).body
        data = [single.data] if isinstance(data, dict) else data
        errors = [single.errors] if isinstance(errors, dict) else errors
    # What an import refused is no page, and only pages of that name are what an import refused.
    refused = body.rejects if key.endswith("/" + landing_files.REJECTS) else None
    for kind, place, objects in (
        ("page", 0, None if isinstance(refused, list) and refused else [page.envelope]),
        (origin.data_kind, 0, data if origin.data_kind in _DATA_KINDS else None),
        ("post", 1, includes.tweets),
        ("post", 1, includes.posts),
        ("user", 1, includes.users),
        ("error", 0, errors),
        ("reject", 0, refused),
    ):
        if kind and isinstance(objects, list) and objects:
            yield _List(kind, origin, place, objects)


@dataclass
class _Run:
    """Translated objects of one kind and section, one after another on their page."""

    first: int
    objects: list[bytes] = field(default_factory=list)
    common: list[bytes] = field(default_factory=list)


def _translated_lists(
    translate: translation.Translator, content: bytes, origin: _Envelope
) -> Iterator[_List]:
    """The objects of a page whose network has words of its own. ValueError if it can't be translated."""
    page = _decode_any(content)
    if not isinstance(page.body, dict):
        return
    runs: dict[tuple[str, str], list[_Run]] = {}
    try:
        for one in translate(page.envelope, page.body):
            of_place = runs.setdefault((one.kind, one.section), [])
            if not of_place or one.position != of_place[-1].first + len(of_place[-1].objects):
                of_place.append(_Run(one.position))
            is_erased = isinstance(one.payload, dict) and one.payload.get("erased") is True
            of_place[-1].common.append(msgspec.json.encode({"erased": True} if is_erased else one.common))
            of_place[-1].objects.append(msgspec.json.encode(one.payload))
    except Exception as problem:
        # where, and not what it says: that may be somebody's words
        place = traceback.extract_tb(problem.__traceback__)[-1]
        raise ValueError(
            f"it can't be translated: {type(problem).__name__} in {Path(place.filename).name}, line {place.lineno}"
        ) from problem
    for (kind, section), of_place in runs.items():
        for run in of_place:
            yield _List(kind, origin, _PLACES[section], run.objects, run.common, run.first)


class _Gathered:
    """Rows of one kind: whole batches, and the one that grows."""

    def __init__(self, kind: str, is_translated: bool) -> None:
        self.kind, self.is_translated = kind, is_translated
        self.batches: list[Any] = []
        self._begin()

    def _begin(self) -> None:
        self._content, self._common = bytearray(), bytearray()
        self._lengths: list[int] = []
        self._common_lengths: list[int] = []
        # per list: where its rows come from, place, the position of the first of them in its list, how many.
        # Never the list itself: an object cut out keeps the whole page in memory.
        self._parts: list[tuple[_Envelope, int, int, int]] = []

    def add(self, page_list: _List) -> None:
        """Takes its objects; a list may be divided between two batches."""
        taken = 0
        while taken < len(page_list.objects):
            views = [
                memoryview(raw) for raw in page_list.objects[taken : taken + BATCH_ROWS - len(self._lengths)]
            ]
            self._content += b"".join(views)
            self._lengths += map(len, views)
            self._parts.append((page_list.origin, page_list.place, page_list.first + taken, len(views)))
            if page_list.common is not None:
                common = page_list.common[taken : taken + len(views)]
                self._common += b"".join(common)
                self._common_lengths += map(len, common)
            taken += len(views)
            if len(self._lengths) >= BATCH_ROWS or len(self._content) + len(self._common) >= BATCH_BYTES:
                self.end_batch()

    def end_batch(self) -> None:
        """What has gathered becomes a batch, however small."""
        if not self._lengths:
            return
        origins, places, firsts, counts = zip(*self._parts, strict=True)
        starts = numpy.cumsum(counts) - counts
        columns = [
            *(
                _repeated([getattr(origin, name) for origin in origins], counts)
                for name in ("page_key", "network", "fetched_at")
            ),
            _integers(_FLAG, numpy.repeat(places, counts).astype(numpy.int8)),
            _integers(
                _NUMBER,
                (numpy.arange(len(self._lengths)) + numpy.repeat(firsts - starts, counts)).astype(
                    numpy.int32
                ),
            ),
            _texts(_JSON, self._lengths, self._content),
        ]
        if self.is_translated:
            columns.append(_texts(_JSON, self._common_lengths, self._common))
        self.batches.append(
            nanoarrow.c_array_from_buffers(self._row, len(self._lengths), [None], children=columns)
        )
        self._begin()

    @property
    def _row(self) -> Any:
        return _TRANSLATED_ROW if self.is_translated else _ROW

    def handed_over(self, page_count: int) -> Rows:
        """The whole batches, which are no longer kept here."""
        stream = CArrayStream.from_c_arrays(self.batches, nanoarrow.c_schema(self._row))
        self.batches = []
        return Rows(self.kind, self.is_translated, nanoarrow.Array(stream), page_count)


def _opened(key: str, content: bytes) -> tuple[_Page, _Envelope]:
    content.decode()  # what is cut out unparsed must be UTF-8
    page = _decode_page(content)
    envelope = _decode_envelope(page.envelope)
    if envelope.page_key != key:
        raise ValueError(f"its envelope names another page, {envelope.page_key}")
    return page, envelope


def _mended(content: bytes) -> bytes:
    """Without what JSON allows and DuckDB refuses: half of a surrogate pair. ValueError if it is damaged."""
    return damaged_text.mended(json.dumps(json.loads(content), ensure_ascii=False)).encode()


def _repeated(texts: list[str | None], counts: tuple[int, ...]) -> Any:
    """A column in which each text stands as often as its count says."""
    encoded = [(text or "").encode() for text in texts]
    content = b"".join(text * count for text, count in zip(encoded, counts, strict=True))
    return _texts(_TEXT, numpy.repeat([len(text) for text in encoded], counts), content)


def _texts(schema: Any, lengths: Any, content: bytes | bytearray) -> Any:
    ends = numpy.zeros(len(lengths) + 1, dtype=numpy.int64)
    numpy.cumsum(lengths, out=ends[1:])
    return nanoarrow.c_array_from_buffers(schema, len(lengths), [None, ends, content])


def _integers(schema: Any, values: Any) -> Any:
    return nanoarrow.c_array_from_buffers(schema, len(values), [None, values])
