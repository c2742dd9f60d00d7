"""What it was about: the client's own topics."""

from reporting.section import Section
from reporting.sections.topics import words
from reporting.sections.topics.query import read

SECTION = Section("topics", words, read, link=words.link)
