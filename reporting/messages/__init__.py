"""What is sent by mail and chat: short messages made of a client's own publication, as data and in each form.

No message holds a post's text. What was sent can't be called back, and what is deleted on the network is to be deleted
here: so a message names people, says what is open, and links to the posts.
"""
