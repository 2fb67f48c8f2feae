"""Bundled GPU offers: each with a source and a date, filtered by what a person asks for."""

import csv
import os
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from costing.catalog.offers import (
    Accelerator,
    OfferFilter,
    family_of,
    filter_offers,
    find_offer,
    gpu_offers,
    read_accelerator,
    stands_in_for,
)

# Price tables as their makers publish them, where a machine has them; figures stand here as well.
SHARED = Path(os.environ.get("SHARED_DATA", Path(__file__).parents[4] / "shared/data")) / "gpu"


def keys(**wanted: str) -> list[str]:
    return [offer.key for offer in filter_offers(gpu_offers(), OfferFilter(**wanted))]


def test_gpu_offers_name_a_source_and_the_day_it_was_looked_at() -> None:
    offers = gpu_offers()

    assert Counter((offer.provider, offer.pricing) for offer in offers) == {
        ("aws", "on_demand"): 85,
        ("aws", "spot"): 28,
        ("azure", "on_demand"): 133,
        ("lambda", "on_demand"): 10,
        ("nebius", "on_demand"): 14,
        ("nebius", "spot"): 8,
        ("oci", "on_demand"): 10,
        ("verda", "on_demand"): 22,
        ("verda", "spot"): 19,
    }
    assert all(offer.source_url.startswith("https://") and offer.source for offer in offers)
    assert all(offer.checked_on >= (offer.as_of or date.min) for offer in offers)
    assert [offer.key for offer in offers if offer.usd_per_instance_hour <= 0] == []


def test_gpu_offers_of_aws_in_us_east_1_are_the_76_of_the_price_table() -> None:
    dated = [offer for offer in gpu_offers() if offer.as_of == date(2026, 7, 20)]

    assert len(dated) == 76
    assert {offer.region for offer in dated} == {"us-east-1"}


def test_gpu_offers_keys_name_one_offer_each() -> None:
    counted = Counter(offer.key for offer in gpu_offers())

    assert [key for key, times in counted.items() if times > 1] == []


def test_gpu_offers_without_a_dated_source_say_so() -> None:
    undated = {offer.source for offer in gpu_offers() if offer.as_of is None}

    assert undated == {"SkyPilot catalog v8", "SkyPilot catalog v8, sample"}


@pytest.mark.parametrize(
    ("key", "price"),
    [
        ("aws:p5.48xlarge:us-east-1", "55.04"),
        ("aws:p5.48xlarge:us-east-1/use1-az6:spot", "17.6289"),
        ("aws:p5.48xlarge:eu-north-1", "58.8928"),
        ("azure:standard_nc40ads_h100_v5:eastus", "6.98"),
        ("nebius:gpu-h100-sxm_8gpu-128vcpu-1600gb:eu-north1", "23.60"),
        ("nebius:gpu-h100-sxm_8gpu-128vcpu-1600gb:eu-north1:spot", "10.00"),
        ("lambda:gpu_8x_h100_sxm5:us-south-3", "31.92"),
    ],
)
def test_find_offer_of_each_source(key: str, price: str) -> None:
    offer = find_offer(key)

    assert offer is not None
    assert offer.usd_per_instance_hour == Decimal(price)


def test_gpu_offers_equal_the_price_tables_where_these_are_at_hand() -> None:
    tables = {
        "aws": SHARED / "aws_gpu_ondemand_us-east-1_2026-07-20.csv",
        "azure": SHARED / "azure_gpu_ondemand_2026-06-18.csv",
    }
    listed = {
        f"{provider}:{row['instance_type']}:{row['region']}".lower(): row["usd_per_hour_on_demand"]
        for provider, path in tables.items()
        if path.is_file()
        for row in csv.DictReader(path.open(encoding="utf-8"))
    }
    offered = {offer.key: offer.usd_per_instance_hour for offer in gpu_offers()}

    differing = {
        key for key, price in listed.items() if offered.get(key, Decimal(price)) != Decimal(price)
    }

    assert differing == set()


def test_find_offer_of_a_known_instance() -> None:
    offer = find_offer("aws:g5.4xlarge:us-east-1")

    assert offer is not None
    # 1.624 x 730 h = 1,185.52 USD a month, the framework's "about 1,186"
    assert offer.usd_per_instance_hour * 730 == Decimal("1185.520")
    assert (offer.accelerator, offer.accelerators) == ("A10G", 1)


def test_find_offer_of_an_unknown_instance_is_none() -> None:
    assert find_offer("aws:g99.large:us-east-1") is None


def test_gpu_offers_accelerators_that_the_source_does_not_state_stay_unknown() -> None:
    offer = find_offer("aws:g4ad.xlarge:us-east-1")

    assert offer is not None
    assert (offer.accelerator, offer.accelerators) == (None, None)


def test_filter_offers_by_everything_at_once() -> None:
    found = keys(
        provider="nebius", region="eu-north1", accelerator="h100", pricing="spot", search="8gpu"
    )

    assert found == ["nebius:gpu-h100-sxm_8gpu-128vcpu-1600gb:eu-north1:spot"]


def test_filter_offers_takes_every_form_of_an_accelerator() -> None:
    found = keys(provider="azure", region="westus2", accelerator="H100")

    assert found == [
        "azure:standard_nc40ads_h100_v5:westus2",
        "azure:standard_nc80adis_h100_v5:westus2",
        "azure:standard_nd96isr_h100_v5:westus2",
    ]


def test_filter_offers_needs_every_word() -> None:
    assert keys(search="P5.48XLARGE us-west-2 usw2-az3") == [
        "aws:p5.48xlarge:us-west-2/usw2-az3:spot"
    ]
    assert keys(search="p5.48xlarge nowhere") == []


@pytest.mark.parametrize(
    ("name", "meaning"),
    [
        ("H100", Accelerator("H100")),
        ("H100-NVL-94GB", Accelerator("H100", 94, "NVL")),
        ("A100-40GB", Accelerator("A100", 40)),
        ("NVIDIA L40S", Accelerator("L40S")),
        ("AMD Instinct MI300X", Accelerator("MI300X")),
        ("NVIDIA H100 SXM5 80GB", Accelerator("H100", 80, "SXM5")),
        ("", Accelerator("")),
    ],
)
def test_read_accelerator(name: str, meaning: Accelerator) -> None:
    assert read_accelerator(name) == meaning


@pytest.mark.parametrize(
    ("offered", "measured", "does"),
    [
        ("A100-80GB", "A100-40GB", True),
        ("A100-40GB", "A100-80GB", False),
        ("H100", "H100-80GB", True),
        ("H100-NVL-94GB", "H100-80GB", True),
        ("GH200", "H200-141GB", False),
        ("A10G", "A10", False),
    ],
)
def test_stands_in_for_needs_the_family_and_the_memory(
    offered: str, measured: str, does: bool
) -> None:
    assert stands_in_for(read_accelerator(offered), read_accelerator(measured)) is does


def test_family_of_an_unknown_accelerator_is_empty() -> None:
    assert family_of(None) == ""
