"""The page that asks before something is done that people may regret."""

from dataclasses import asdict, dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@dataclass(frozen=True)
class Question:
    """What is about to happen: `act` is the button's word, `back` where nothing happens."""

    heading: str
    text: str
    act: str
    back: str


def ask(request: HttpRequest, question: Question) -> HttpResponse:
    """Show the question; what it sends comes to the same address by POST."""
    return render(request, "organizations/confirm.html", asdict(question))
