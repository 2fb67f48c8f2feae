"""Where the saving of the headline may be a loss, page, brief, scorecard and guide say so."""

import pytest

from presentation.money import shown_in
from reports.documents.content.scorecard import scorecard_content
from reports.documents.content.standing import standing_content
from reports.documents.guide.content import guide_content
from tests.cases.loading import frozen
from tests.cases.reconciling import economics_page
from tests.cases.sentences import texts_in

WARNING = "What is recommended may cost more than today"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("units_given", True),  # 8 of 10 futures save −2,626 to 388 USD a month
        ("middling", False),
        ("three_parts", False),
        ("best_already", False),  # nothing is to be changed
        ("no_economics", False),
    ],
)
def test_caution_stands_beside_the_saving(name: str, expected: bool) -> None:
    payload = frozen(name).payload
    with shown_in(payload.currency):
        said = (
            standing_content(payload).sentences[0],
            scorecard_content(payload, "0" * 64).money,
            " ".join(texts_in(guide_content(payload, "0" * 64).chapters)),
            economics_page(payload) if payload.results else "",
        )

    assert [WARNING in each for each in said] == [expected] * 4
    assert ("may-cost-more" in said[-1]) == expected
