"""Sends what the report says to those who want it by mail or chat, each message once to each of them.

`due` says what is to be sent, `ledger` remembers what was, `mail` and `chat` speak with the servers, `deliver` brings
them together. The messages themselves are made in `reporting/messages`.
"""
