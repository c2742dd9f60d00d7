"""Worth seeking out."""

from reporting.section import Section
from reporting.sections.seek_out import words
from reporting.sections.seek_out.query import read

SECTION = Section("seek_out", words, read, link=words.link)
