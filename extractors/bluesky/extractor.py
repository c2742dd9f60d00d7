"""Bluesky, as the machinery takes it up."""

from extractors.bluesky.client import Client
from extractors.bluesky.dialect import DIALECT
from extractors.bluesky.fetchers import FETCHERS
from extractors.fetching.registry import Extractor

EXTRACTOR = Extractor(DIALECT, Client, FETCHERS)
