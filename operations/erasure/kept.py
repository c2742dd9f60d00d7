"""Whether anything is kept under a handle that no network has ever shown here."""

from collections.abc import Iterator
from itertools import chain

from extractors.files import telling as files
from extractors.files.erasing import entries_about
from extractors.raw import telling as raw
from operations.backup.files import as_home, known_backups
from quality import telling as quality
from rapport.config import Settings
from rapport.forgotten import Forgotten, Pair
from rapport.held import Held, Subject
from reporting import telling as reporting

# Tables of what the networks sent, and nobody wrote by hand.
_OF_NETWORKS = {"rejects", "errors", "pages"}


def is_kept(settings: Settings, handle: Pair) -> bool:
    """Whether it stands in what people keep by hand in the home, or in tables that were made of it."""
    subject = _called(settings, handle)
    told = chain.from_iterable(room.tell(settings, subject) for room in (raw, quality))
    made_of_it = (held for held in told if held.place.split(".")[-1] not in _OF_NETWORKS)
    return any(chain(_by_hand(settings, subject), made_of_it))


def is_kept_anywhere(settings: Settings, handle: Pair) -> bool:
    """The same, also by what people have kept by hand in a home that a backup is of."""
    if is_kept(settings, handle):
        return True
    homes = (as_home(settings, folder) for folder in known_backups(settings))
    return any(any(_by_hand(home, _called(home, handle))) for home in homes)


def _by_hand(settings: Settings, subject: Subject) -> Iterator[Held]:
    yield from files.tell(settings, subject)
    yield from reporting.forewords(settings, subject)


def _called(settings: Settings, handle: Pair) -> Subject:
    about = Forgotten(handles=frozenset({handle}), unseen=frozenset({handle}))
    return Subject(about | Forgotten(entries=entries_about(settings, about)), frozenset())
