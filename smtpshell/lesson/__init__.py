"""What to try next: lessons, their goals, hints and progress; lint and test for authors.

Reading order: `lesson` (the values), `lessonfile` (the file), `clause` and `judge` (goals), `run`
(one learner in one lesson), `progress` (all lessons, and the file). For authors: `stage`, `player`,
`trial`, `lint`.
"""
