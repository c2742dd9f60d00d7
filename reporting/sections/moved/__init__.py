"""Relationships that moved."""

from reporting.section import Section
from reporting.sections.moved import words
from reporting.sections.moved.query import read

SECTION = Section("moved", words, read, sentences=words.sentences, link=words.link)
