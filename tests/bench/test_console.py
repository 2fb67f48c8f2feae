"""How long one move of a slider of the demo console takes on the server; bound: 150 ms."""

from typing import Any

from django.http import HttpResponse
from django.test import Client as Browser
from django.urls import reverse

from reports.demo.console import start


def test_one_move_of_a_slider(benchmark: Any, client: Browser) -> None:
    """The whole request: middleware, economics, curves, charts and page."""
    start()
    move = {"requests_per_month": "9000000", "usd_per_instance_hour": "8"}

    response: HttpResponse = benchmark(client.get, reverse("reports:demo-economics"), move)

    assert response.status_code == 200


def test_a_move_to_the_ends_of_the_sliders(benchmark: Any, client: Browser) -> None:
    """The longest calls and the most of them, where hosting climbs in the most steps."""
    start()
    move = {
        "requests_per_month": "30000000",
        "input_tokens_per_call": "20000",
        "prefix_percent": "100",
        "output_tokens_per_call": "4000",
        "usd_per_instance_hour": "1",
    }

    response: HttpResponse = benchmark(client.get, reverse("reports:demo-economics"), move)

    assert response.status_code == 200
