"""Are these the right people? How far we have come with those whom the client wants to talk with."""

from reporting.section import Section
from reporting.sections.stakeholders import words
from reporting.sections.stakeholders.query import read

SECTION = Section("stakeholders", words, read, link=words.link)
