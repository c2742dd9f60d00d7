"""What the machinery of extractors/fetching needs of X."""

from extractors.fetching.registry import Extractor
from extractors.x.client import Client
from extractors.x.dialect import DIALECT
from extractors.x.fetchers import FETCHERS

EXTRACTOR = Extractor(DIALECT, Client, FETCHERS)
