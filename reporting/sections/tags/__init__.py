"""How we stand with the people of each tag."""

from reporting.section import Section
from reporting.sections.tags import words
from reporting.sections.tags.query import read

SECTION = Section("tags", words, read, link=words.link)
