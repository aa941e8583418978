"""One button for many rows: written down first, then done row by row by workers.

    batch = actions.start("members.affiliate.hand_over", keys, typed=..., once=..., by=..., ...)

Each row is done in a transaction of its own, together with the note that it is done. A worker that
dies takes both back, and the next one goes on: nothing is lost, nothing is done twice. What is
refused keeps its sentence and holds up nobody else.
"""
