"""A picture of a client's ties, the same as a list, and a file for Gephi.

    published/reports/<client>/ties.html   who is how close to us, and who talks with whom in conversations with us
    published/reports/<client>/ties.gexf   all of it, for Gephi and other tools

Both lie in the client's own folder, too, and are made of the client's own publication.
"""
