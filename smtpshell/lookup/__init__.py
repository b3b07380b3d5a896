"""What DNS says about mail and what that is worth: one resolver interface, live or a zone file.

Read ``resolver.py`` (a question and its answer), ``zone.py`` and ``live.py`` (who answers), then a
check each: ``mx.py``, ``identity.py``, ``spf.py``, ``dkim.py``, ``dmarc.py``, ``policy.py``.
``report.py`` asks all of them about a domain, ``results.py`` writes their verdicts into a letter.
Nothing here is imported on the way to the prompt, and dnspython only when it is needed.
"""
