"""The world behind the 250: mailboxes, the queue, other houses, reports, what is remembered."""
