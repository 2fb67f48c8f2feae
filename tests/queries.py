"""How often a request asks the database."""

import re

from django.test.utils import CaptureQueriesContext

MAX_PAGE_QUERIES = 8
# What a test counts of a request without any query of the page's own: a savepoint and its end, the
# statement that finds the member and enters their tenant, and the one that leaves it.
TENANT = 4
MAX_CAPTURED = MAX_PAGE_QUERIES + TENANT - 1
# What begins and ends a test's part of its transaction stands for BEGIN and COMMIT; what a tenant
# leaves is set again only where it was entered inside of another transaction, as in tests alone.
OF_TRANSACTIONS = re.compile(r"(?i)(savepoint|release|rollback|begin|commit)\b|select set_config")


def queries(captured: CaptureQueriesContext) -> list[str]:
    """Return the queries of a request, as production sends them, without its transaction's ends."""
    statements = (each["sql"].strip() for each in captured.captured_queries)
    return [each for each in statements if not OF_TRANSACTIONS.match(each)]
