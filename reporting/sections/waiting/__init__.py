"""Who is waiting for us."""

from reporting.section import Section
from reporting.sections.waiting import words
from reporting.sections.waiting.query import read

SECTION = Section("waiting", words, read, sentences=words.sentences, link=words.link, badge=words.badge)
