"""A page for each person, and a page on which everybody is found.

    published/reports/<client>/people/index.html     everybody, from A to Z, with a search
    published/reports/<client>/people/<key>.html     one person

They are made of the client's own publication, as the reports are, and lie beside these in the folder that is handed
over. A page that would come out as it was is left alone; a page of somebody who is no longer published goes.
"""
