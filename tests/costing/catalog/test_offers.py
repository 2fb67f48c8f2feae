"""GPU offers and measured throughput."""

from decimal import Decimal

from costing.catalog import find_offer, gpu_offers, throughput_profiles


def test_gpu_offers_name_source_and_date_of_each() -> None:
    offers = gpu_offers()

    assert len(offers) == 76
    assert {offer.pricing for offer in offers} == {"on_demand"}
    assert {(offer.region, offer.checked_on.isoformat()) for offer in offers} == {
        ("us-east-1", "2026-07-20")
    }
    assert all(offer.source_url.startswith("https://") for offer in offers)


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


def test_throughput_profiles_reproduce_the_measured_mix() -> None:
    profile = throughput_profiles()[0]

    # 24.3656 requests a second x (512 + 256) tokens = 18,712.8
    assert profile.prefill_tokens_per_second == Decimal(18713)
    assert profile.decode_tokens_per_second == Decimal(18713)
    assert profile.is_vendor_tuned is False


def test_throughput_profiles_name_instances_that_are_on_offer() -> None:
    on_offer = {offer.instance_type for offer in gpu_offers()}

    unknown = {
        name for profile in throughput_profiles() for name in profile.instance_types
    } - on_offer

    assert unknown == set()


def test_gpu_offers_all_have_a_price() -> None:
    free = [offer.key for offer in gpu_offers() if offer.usd_per_instance_hour <= 0]

    assert free == []
