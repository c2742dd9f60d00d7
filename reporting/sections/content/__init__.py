"""What we say that starts conversations."""

from reporting.section import Section
from reporting.sections.content import words
from reporting.sections.content.query import read

SECTION = Section("content", words, read, link=words.link)
