"""What the machinery of extractors/fetching needs of Mastodon."""

from extractors.fetching.registry import Extractor
from extractors.mastodon.client import Client
from extractors.mastodon.dialect import DIALECT
from extractors.mastodon.fetchers import FETCHERS

EXTRACTOR = Extractor(DIALECT, Client, FETCHERS)
