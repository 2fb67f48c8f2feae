"""The cheapest levers of each application, beside what applications share (section 9).

`choosing` is the way in: what applications may run, what is known from an earlier choice, and which
search is taken. What they may run (`applications`) are rows of arrays (`options`), and so is what
they cost (`prices`), units they share included (`units`). `few` searches many lever sets side by
side (`sets`); `search` follows one set's partial choices as long as `bounds` leave hope, with what
`beside` and, where they are too many to follow, `dual` find.
"""

from costing.engine.assignment.choosing import Assignment, cheapest_by_application

__all__ = ["Assignment", "cheapest_by_application"]
