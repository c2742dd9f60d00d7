"""The conversations themselves."""

from reporting.section import Section
from reporting.sections.conversations import words
from reporting.sections.conversations.query import read

SECTION = Section("conversations", words, read, link=words.link)
