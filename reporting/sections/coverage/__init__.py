"""What we know, and what we do not."""

from reporting.section import Section
from reporting.sections.coverage import words
from reporting.sections.coverage.query import read

SECTION = Section("coverage", words, read, sentences=words.sentences, link=words.link, is_always_there=True)
