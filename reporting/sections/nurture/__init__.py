"""Whom we are losing."""

from reporting.section import Section
from reporting.sections.nurture import words
from reporting.sections.nurture.query import read

SECTION = Section("nurture", words, read, link=words.link)
