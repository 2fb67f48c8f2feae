"""What people may regret: the page that asks before it is done, and the message that undoes it."""

from dataclasses import asdict, dataclass

from django.contrib import messages
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


def say_undoable(request: HttpRequest, text: str, undo: str) -> None:
    """Say on the next page what was done, with a button that posts to `undo`."""
    messages.success(request, text, extra_tags=undo)
