"""One vocabulary of facts about an event, for notes, goals and practice servers' rules."""
