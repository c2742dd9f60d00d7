"""The board page: one side of A4 for each client and edition, as HTML and as PDF. See `pages`.

published/reports/<client>/<edition>/board.html   and in the client's own folder
published/reports/<client>/<edition>/board.pdf    drawn of that HTML, and of nothing else
"""
