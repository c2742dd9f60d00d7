"""Values of a network that has words of its own: landed as they are, in the forms that its translator knows."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from extractors.files import shapes
from extractors.files.forms import of_another
from extractors.files.incoming import Incoming
from extractors.files.lines import Line
from extractors.recognition import Answer, Json, recogniser_of
from extractors.translation import Translated, translator_of
from rapport.networks import label_of
from rapport.window import moment_in

# As many objects as this are landed together.
PAGE_SIZE = 500
_UNREADABLE = "nothing in it can be read as a post or an account"
_NAMES_SHOWN = 6


@dataclass
class Gathered:
    """Objects of one kind that stood alone, to be landed as one page. `numbers`: the line of each object of `data`."""

    listed: str
    stream: str = ""
    values: list[Json] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    host: str | None = None


def take_in(incoming: Incoming, line: Line) -> None:
    """Lands a value of the file, or keeps it to be landed with others of its kind, or keeps it as refused."""
    recogniser = recogniser_of(incoming.network)
    found = None if line.reason or recogniser is None else recogniser.answer(line.value)
    if line.reason or recogniser is None:
        is_kept = recogniser is None or recogniser.KEEPS_BROKEN
        incoming.reject(line.number, line.raw if is_kept else b"", line.reason)
    elif found is None:
        incoming.reject(line.number, line.raw, _why_unknown(incoming, line.value))
    elif found.refused:
        incoming.reject(line.number, line.raw, found.refused)
    elif found.passed_over:
        incoming.passed_over[found.passed_over] += 1
        incoming.private_count += found.private_count
    elif found.listed:
        add(incoming, found, line.number)
    elif not found.is_empty:
        _land_page(incoming, found, line)


def _why_unknown(incoming: Incoming, value: Any) -> str:
    """What is said of a value of which this network knows nothing."""
    names = [name for name in value if shapes.NAME.fullmatch(name)] if isinstance(value, dict) else []
    has = f": nothing of {label_of(incoming.network)} has the fields {', '.join(names[:_NAMES_SHOWN])}"
    return of_another(value, incoming.network) or shapes.UNKNOWN + (has if names else "")


def add(incoming: Incoming, found: Answer, number: int) -> None:
    """Takes one object, to be landed with those of its kind. `number`: where in the file it stands."""
    alone = _translated(incoming, found.host, {found.listed: [found.value]})
    if not alone:
        incoming.reject(number, _dump(found.value), _UNREADABLE)
        return
    # an account stands there once for each post that it likes
    ids = {
        f"{one.kind} {one.common.get('id')} {one.common.get('about_post_id')}"
        for one in alone
        if one.section == "data"
    }
    gathered: Gathered = incoming.gathered.setdefault(found.group, Gathered(found.listed, found.stream))
    is_other_host = bool(found.host and gathered.host and found.host != gathered.host)
    # A page that has an object twice says once what it says: then its objects would no longer be those of the lines.
    if ids & gathered.ids or is_other_host or len(gathered.values) >= PAGE_SIZE:
        _land_gathered(incoming, gathered)
        gathered = incoming.gathered[found.group] = Gathered(found.listed, found.stream)
    gathered.values.append(found.value)
    gathered.numbers += [number] * sum(one.section == "data" and one.kind != "error" for one in alone)
    gathered.ids |= ids
    gathered.host = gathered.host or found.host
    incoming.private_count += found.private_count


def finish(incoming: Incoming) -> None:
    """Lands what was kept."""
    for gathered in incoming.gathered.values():
        _land_gathered(incoming, gathered)
    incoming.gathered = {}


def why_nothing(incoming: Incoming) -> str:
    """What is said of a file of which nothing can be taken in."""
    label = label_of(incoming.network)
    if incoming.rejects.count:
        first = incoming.rejects.first
        return (
            f"none of its {incoming.value_count} values is usable as {label}'s; "
            f"line {first['line_number']}: {first['reason']}"
        )
    because = ", ".join(f"{count:,} × {why}" for why, count in incoming.passed_over.most_common())
    return f"it holds nothing of {label} that is taken in" + (f": {because}" if because else "")


def _land_gathered(incoming: Incoming, gathered: Gathered) -> None:
    if gathered.values:
        recogniser = recogniser_of(incoming.network)
        body: Json = {gathered.listed: gathered.values}
        if incoming.owner and recogniser and gathered.listed == recogniser.LIST_MEMBER:
            body = {recogniser.OWNER_MEMBER: incoming.owner, **body}
        _land(incoming, body, _dump(body), gathered.numbers, {"host": gathered.host}, gathered.stream)


def _land_page(incoming: Incoming, found: Answer, line: Line) -> None:
    is_as_it_was = not found.private_count
    body, raw = (line.value, line.raw) if is_as_it_was else (found.value, _dump(found.value))
    details = {"host": found.host, "about_post_id": found.about_post_id}
    objects = _translated(incoming, found.host, body, found.about_post_id)
    if not objects:
        incoming.reject(line.number, raw, _UNREADABLE)
        return
    own = sum(one.section == "data" for one in objects)
    one_value = ("data" if own else "includes", own or len(objects))
    incoming.private_count += found.private_count
    _land(incoming, body, raw, [line.number], details, found.stream, one_value)


def _land(
    incoming: Incoming,
    body: Json,
    raw: bytes,
    line_numbers: list[int],
    details: dict[str, Any],
    stream: str,
    one_value: tuple[str, int] | None = None,
) -> None:
    objects = _translated(incoming, details.get("host"), body, details.get("about_post_id"))
    incoming.posts.update(_ids(objects, "post"))
    incoming.users.update(_ids(objects, "user"))
    own = [one.kind for one in objects if one.section == "data"]
    details |= ({"stream": stream} if stream else {}) | {
        "data_kind": own[0] if own and own[0] in ("post", "user") else "other",
        "fetched_at": _seen_at(incoming, objects),
        "result_count": len(own),
        "object_count": len(objects),
    }
    if len(line_numbers) == 1 and one_value is None:
        one_value = ("data", len(own))
    incoming.land(details, raw, body, line_numbers, one_value)


def _translated(
    incoming: Incoming, host: str | None, body: Json, about_post_id: str | None = None
) -> list[Translated]:
    translator = translator_of(incoming.network)
    envelope = {"network": incoming.network, "host": host, "about_post_id": about_post_id}
    return list(translator(envelope, body)) if translator else []


def _ids(objects: Iterable[Translated], kind: str) -> set[str]:
    return {str(one.common["id"]) for one in objects if one.kind == kind and one.common.get("id")}


def _seen_at(incoming: Incoming, objects: list[Translated]) -> str:
    """When the file was written; but nobody sees a post before it is written, whatever a file's date is."""
    written = [moment_in(one.common.get("created_at")) for one in objects]
    now = datetime.now(UTC)
    return max([incoming.opened.modified_at, *(at for at in written if at and at <= now)]).isoformat()


def _dump(body: Json) -> bytes:
    return json.dumps(body, ensure_ascii=True).encode()
