"""CSV files of GPU offers: two shapes, every bad file refused in one clear sentence."""

import gzip
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costing.catalog.offer_files import (
    MAX_HEADER_LENGTH,
    MAX_ROWS,
    OfferList,
    OfferSource,
    file_offers,
)
from costing.catalog.offers import GpuOffer
from costing.catalog.price_fields import UnusableFile

FACTS = OfferSource("A catalog", "https://prices.example/", date(2026, 11, 26), provider="acme")
SKYPILOT_HEADER = (
    "InstanceType,AcceleratorName,AcceleratorCount,Region,AvailabilityZone,Price,SpotPrice"
)
SKYPILOT = f"""{SKYPILOT_HEADER}
gpu.8,H100,8,eu-1,eu-1a,68.8,68.8
gpu.8,H100,8,eu-1,eu-1b,68.8,23.1449
gpu.1,H100,1.0,eu-1,eu-1a,8.6,
cpu.4,,,eu-1,eu-1a,0.2,
gpu.half,A10,0.5,eu-1,eu-1a,0.4,
gpu.none,A10,1,eu-1,eu-1a,,
"""
PLAIN_HEADER = (
    "provider,instance_type,region,accelerator,accelerators,pricing,usd_per_instance_hour"
)
PLAIN = f"""{PLAIN_HEADER}
Acme,gpu.8,EU-1,H100-80GB,8,reserved,18.40
acme,gpu.8,eu-1,H100-80GB,8,,24
acme,box,eu-1,,,on_demand,1.5
"""


def read(text: str | bytes, *, keeps_good_rows: bool = False) -> OfferList:
    source = text if isinstance(text, bytes) else text.encode()
    return file_offers(source, facts=FACTS, keeps_good_rows=keeps_good_rows)


def refusal(text: str | bytes) -> UnusableFile:
    with pytest.raises(UnusableFile) as refused:
        read(text)
    return refused.value


def skypilot(row: str) -> str:
    return f"{SKYPILOT_HEADER}\n{row}\n"


def test_file_offers_of_skypilots_shape_are_on_demand_by_region_and_spot_by_zone() -> None:
    listed = read(SKYPILOT)

    assert listed.shape == "skypilot"
    assert {offer.key: offer.usd_per_instance_hour for offer in listed.offers} == {
        "acme:gpu.8:eu-1": Decimal("68.8"),
        "acme:gpu.8:eu-1/eu-1a:spot": Decimal("68.8"),
        "acme:gpu.8:eu-1/eu-1b:spot": Decimal("23.1449"),
        "acme:gpu.1:eu-1": Decimal("8.6"),
    }
    assert listed.left_out == {"no accelerator": 1, "part of an accelerator": 1, "no price": 1}


def test_file_offers_of_skypilots_shape_pass_over_other_columns() -> None:
    text = "InstanceType,AcceleratorName,AcceleratorCount,vCPUs,MemoryGiB,Price,Region,GpuInfo\n"
    text += "gpu.1,H100,1,26,360.0,2.29,eu-1,\"{'Gpus': [{'Name': 'H100', 'Count': 1.0}]}\"\n"

    [offer] = read(text).offers

    assert (offer.accelerator, offer.accelerators, offer.pricing) == ("H100", 1, "on_demand")


def test_file_offers_of_our_shape() -> None:
    listed = read(PLAIN)

    assert listed.shape == "plain"
    assert listed.offers == (
        GpuOffer(
            key="acme:box:eu-1",
            provider="acme",
            instance_type="box",
            region="eu-1",
            zone="",
            pricing="on_demand",
            usd_per_instance_hour=Decimal("1.5"),
            accelerator=None,
            accelerators=None,
            source="A catalog",
            source_url="https://prices.example/",
            as_of=None,
            checked_on=date(2026, 11, 26),
        ),
        *(offer for offer in listed.offers[1:]),
    )
    assert [(offer.key, str(offer.usd_per_instance_hour)) for offer in listed.offers[1:]] == [
        ("acme:gpu.8:eu-1", "24"),
        ("acme:gpu.8:eu-1:reserved", "18.4"),
    ]


@pytest.mark.parametrize(
    "text", [f"\ufeff{PLAIN}", PLAIN.replace("\n", "\r\n"), PLAIN + "\n\n,,,\n"]
)
def test_file_offers_read_what_spreadsheets_write(text: str) -> None:
    assert read(text.replace(",,,\n", "")).offers == read(PLAIN).offers


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "The file is empty."),
        (b"  \n \n", "The file is empty."),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "The file is not text."),
        (gzip.compress(PLAIN.encode()), "The file is compressed: unpack it first."),
        (gzip.compress(PLAIN.encode())[:20], "The file is compressed: unpack it first."),
        (b"PK\x03\x04bomb", "The file is compressed: unpack it first."),
        (PLAIN.encode("utf-16"), "The file is not text."),
        (PLAIN.replace("box", "böx").encode("latin-1"), "The file is not UTF-8."),
        (b"a," * 10_000_000, "The first line is too long to be the header of such a file."),
        (b"x" * 20_000_001, "The file is larger than 20 MB."),
        (",".join(f"c{n}" for n in range(101)), "The header has over 100 columns."),
        (f"{PLAIN_HEADER},region\n", "The header has a column twice: region."),
        (f"{PLAIN_HEADER},secret\n", "The header has an unknown column: 'secret'."),
        (
            "provider,price\nacme,1\n",
            "The header is neither SkyPilot's (InstanceType, AcceleratorName, AcceleratorCount, "
            "Price, Region) nor ours: it lacks instance_type, region, usd_per_instance_hour.",
        ),
        (f"{PLAIN_HEADER}\n", "The file has no offer of GPU capacity."),
        (skypilot("cpu.4,,,eu-1,,0.2,"), "The file has no offer of GPU capacity."),
        (f'{PLAIN_HEADER}\n"acme,gpu', "The file is not valid CSV: unexpected end of data."),
        (
            f'{PLAIN_HEADER}\n"' + "x" * 200_000,
            "The file is not valid CSV: field larger than field limit (131072).",
        ),
        (skypilot("\n".join([",,,,,,x"] * (MAX_ROWS + 1))), "The file has over 50,000 rows."),
    ],
    ids=lambda value: "" if isinstance(value, bytes) or len(value) > 60 else value,
)
def test_file_offers_of_a_bad_file_are_refused_in_one_sentence(
    text: str | bytes, message: str
) -> None:
    assert str(refusal(text)) == message


def test_file_offers_of_a_header_at_the_bound_are_read() -> None:
    padded = PLAIN_HEADER + " " * (MAX_HEADER_LENGTH - len(PLAIN_HEADER))

    assert len(read(PLAIN.replace(PLAIN_HEADER, padded)).offers) == 3


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("gpu,H100,8,eu-1,,nan,", "has a Price that is not a price above 0, up to 100,000 USD"),
        ("gpu,H100,8,eu-1,,-3,", "has a Price that is not a price above 0, up to 100,000 USD"),
        ("gpu,H100,8,eu-1,,0,", "has a Price that is not a price above 0, up to 100,000 USD"),
        ("gpu,H100,8,eu-1,,1e6,", "has a Price that is not a price above 0, up to 100,000 USD"),
        ("gpu,H100,8,eu-1,,=1+1,", "has a Price that is not a price above 0, up to 100,000 USD"),
        (
            "gpu,H100,8,eu-1,,1,inf",
            "has a SpotPrice that is not a price above 0, up to 100,000 USD",
        ),
        ("=HYPERLINK(1),H100,8,eu-1,,1,", "has a formula in InstanceType"),
        ("gpu,@H100,8,eu-1,,1,", "has a formula in AcceleratorName"),
        (",H100,8,eu-1,,1,", "has no InstanceType"),
        ("gpu,H100,,eu-1,,1,", "has a AcceleratorCount that is not a whole number from 1"),
        ("gpu,H100,0,eu-1,,1,", "has a AcceleratorCount that is not a whole number from 1"),
        ("gpu,H100,eight,eu-1,,1,", "has a AcceleratorCount that is not a whole number from 1"),
        (f"{'g' * 101},H100,8,eu-1,,1,", "has a InstanceType that is not a name"),
        ("g\x1bpu,H100,8,eu-1,,1,", "has a InstanceType that is not a name"),
        ("gpu,H100,8", "has 3 cells where the header has 7"),
    ],
)
def test_file_offers_name_a_bad_row_by_line_and_reason(row: str, reason: str) -> None:
    refused = refusal(skypilot(f"gpu.8,H100,8,eu-1,eu-1a,68.8,\n{row}"))

    assert str(refused) == "Some rows cannot be used."
    assert refused.lines() == [f"line 3: {reason}"]


def test_file_offers_name_a_price_that_an_earlier_line_contradicts() -> None:
    refused = refusal(skypilot("gpu.8,H100,8,eu-1,a,68.8,\ngpu.8,H100,8,eu-1,b,70,"))

    assert refused.lines() == ["line 3: says of acme:gpu.8:eu-1 another thing than line 2"]


def test_file_offers_can_keep_the_good_rows() -> None:
    listed = read(
        skypilot("gpu.8,H100,8,eu-1,,nan,\ngpu.1,H100,1,eu-1,,8.6,"), keeps_good_rows=True
    )

    assert [offer.key for offer in listed.offers] == ["acme:gpu.1:eu-1"]
    assert list(listed.errors) == ["line 2"]


def test_file_offers_name_at_most_twenty_bad_rows_and_count_the_others() -> None:
    lines = refusal(skypilot("\n".join(["gpu,H100,8,eu-1,,nan,"] * 25))).lines()

    assert len(lines) == 21
    assert lines[-1] == "and 5 more."


def test_file_offers_of_skypilots_shape_need_a_provider() -> None:
    nobody = OfferSource("A catalog", "https://prices.example/", date(2026, 11, 26))

    with pytest.raises(UnusableFile, match="names no provider: say whose prices these are"):
        file_offers(SKYPILOT.encode(), facts=nobody)


@given(st.one_of(st.binary(max_size=400), st.text(max_size=400).map(str.encode)))
def test_file_offers_of_anything_are_read_or_refused(source: bytes) -> None:
    for text in (source, f"{PLAIN_HEADER}\n".encode() + source):
        try:
            listed = file_offers(text, facts=FACTS, keeps_good_rows=True)
        except UnusableFile:
            continue
        assert all(offer.usd_per_instance_hour > 0 for offer in listed.offers)
