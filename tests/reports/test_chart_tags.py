"""Charts and numbers in templates."""

from django.template import Context, Template

from presentation import charts
from tests.reports.charts import samples


def render(source: str, **context: object) -> str:
    return Template("{% load charts %}" + source).render(Context(context))


def test_chart_tag_draws_for_wide_and_narrow_places():
    drawn = render('{% strategies_chart bars title="A finding" %}', bars=samples.BARS)

    wide, narrow = (
        charts.strategies_chart(samples.BARS, title="A finding", width=width)
        for width in (720, 336)
    )
    assert drawn == (
        f'<div class="chart-drawing"><div class="chart-wide">{wide}</div>'
        f'<div class="chart-narrow">{narrow}</div></div>'
    )


def test_chart_tag_escapes_labels_and_title():
    bars = [charts.Bar(label="<img src=x>", usd_per_month=1)]

    drawn = render("{% strategies_chart bars title=title %}", bars=bars, title='"><script>')

    assert "<img" not in drawn
    assert "<script>" not in drawn


def test_address_breaks_before_its_at_and_its_dots() -> None:
    broken = render("{{ address|with_breaks }}", address="a.b&c@harbourlight.example")

    assert broken == "a<wbr>.b&amp;c<wbr>@harbourlight<wbr>.example"


def test_chart_table_unfolds_the_rows_inside_it():
    closed = render("{% chart_table %}<tbody>{{ row }}</tbody>{% endchart_table %}", row="<b>")
    opened = render(
        "{% chart_table title is_open=True %}{% endchart_table %}", title="Every <month>"
    )

    assert closed == (
        '<details class="details chart-table"><summary>Show the numbers</summary>'
        '<div class="table-scroll"><table class="table"><tbody>&lt;b&gt;</tbody></table></div>'
        "</details>"
    )
    assert opened.startswith(
        '<details class="details chart-table" open><summary>Every &lt;month&gt;</summary>'
    )


def test_chart_tag_takes_every_chart():
    source = (
        '{% scorecard_chart rows title="t" %}{% waterfall_chart start steps end title="t" %}'
        "{% staircase_chart curves cheaper_intervals=intervals first_requests_per_month=1"
        " dominance_requests_per_month=None present_requests_per_month=2 window=window"
        ' title="t" %}{% saving_chart saving break_even_month=2 title="t" %}'
        '{% plan_chart plan title="t" %}{% triage_chart flow title="t" %}'
    )

    drawn = render(
        source,
        rows=samples.ROWS,
        start=samples.START,
        steps=samples.STEPS,
        end=samples.END,
        curves=samples.CURVES,
        intervals=[[150, None]],
        window=[0, 400],
        saving=samples.SAVING,
        plan=samples.MILESTONES,
        flow=samples.FLOW,
    )

    assert drawn.count("<svg") == 12


def test_number_filters():
    source = (
        "{{ 44550|usd }} {{ 44550|amount }} {{ 3000000|count }} {{ 8874552|compact }}"
        " {{ 44550|compact_usd }} {{ 0.123|ratio_percent }} {{ 10650000000|tokens }}"
        " {{ 2.25|level }} {{ 2.3|months }} {{ none|usd }}"
    )

    assert render(source) == (
        "$44,550 44,550 3,000,000 8.87 M $44.6 k 12.3 % 10.7 bn 2.3 2.3 months –"
    )
