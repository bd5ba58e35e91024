"""Charts as SVG that stands in the page itself: bars from nought, each with its number beside it, in two colours.

Colours are written as they are on white; the page's style sheet turns them for a dark screen by their value.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from html import escape
from typing import Any

import attrs

INK, MUTED, FIRST, SECOND = "#1b1b1a", "#5c5c5b", "#0072b2", "#d55e00"
"""Text, what is less important, and the two colours of bars, which the colour-blind tell apart."""
_WIDTH = 760
_FONT = "Arial, Helvetica, sans-serif"
_LONGEST = 46
"""Characters of a label; the rest is cut, and stands in the table."""


@attrs.frozen
class Bar:
    """One bar: what it is, how long, and what is written beside it; ``second`` gives it the other colour."""

    label: str
    value: float
    written: str
    second: bool = False


@attrs.frozen(kw_only=True)
class Chart:
    """Bars with a title and a sentence that says what they show; ``upright`` for what goes on through time."""

    name: str
    title: str
    description: str
    bars: tuple[Bar, ...]
    upright: bool = False
    limit: float | None = None
    """The end of the scale, where it is not the longest bar."""
    axis: str = ""
    unlike: tuple[str, str] | None = None
    """What the two colours stand for."""


def svg(chart: Chart) -> str:
    """The chart as an SVG element with a title and a description, as wide as there is room."""
    import vl_convert

    drawn = vl_convert.vegalite_to_svg(json.dumps(_upright(chart) if chart.upright else _lying(chart)))
    return _inline(drawn, chart)


def _inline(drawn: str, chart: Chart) -> str:
    opening = re.match(r"<svg[^>]*>", drawn)
    assert opening is not None
    width, height = (float(found) for found in re.findall(r'(?:width|height)="([\d.]+)"', opening[0])[:2])
    id = f"chart-{chart.name}"
    body = re.sub(r'\s(?:role|aria-[a-z]+)="[^"]*"', "", drawn[opening.end() :])
    body = re.sub(r'(id="|url\(#|href="#)', rf"\1{id}-", body)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" aria-labelledby="{id}-title {id}-desc" '
        f'viewBox="0 0 {width:g} {height:g}" style="--wide: {width:g}px">'
        f'<title id="{id}-title">{escape(chart.title)}</title><desc id="{id}-desc">{escape(chart.description)}</desc>'
        + body
    )


def _rows(chart: Chart) -> list[dict[str, Any]]:
    return [
        {
            "place": place,
            "value": bar.value,
            "written": bar.written,
            "colour": SECOND if bar.second else FIRST,
        }
        for place, bar in enumerate(chart.bars)
    ]


def _config() -> dict[str, Any]:
    text = {"labelColor": INK, "titleColor": INK, "labelFont": _FONT, "titleFont": _FONT, "labelFontSize": 13}
    return {
        "background": "transparent",
        "aria": False,
        "view": {"stroke": "transparent"},
        "axis": text | {"titleFontSize": 13, "titleFontWeight": "normal", "domainColor": MUTED, "tickColor": MUTED},
        "text": {"font": _FONT, "fontSize": 13, "color": INK},
    }


def _chart(encoded: Any, layers: Sequence[Any], **size: Any) -> dict[str, Any]:
    import altair as alt

    config = _config()
    made = alt.layer(*layers).properties(**size)
    made.config = alt.Config(**config)
    made.data = encoded
    told: dict[str, Any] = made.to_dict()
    return told


def _lying(chart: Chart) -> dict[str, Any]:
    import altair as alt

    longest = max((bar.value for bar in chart.bars), default=0)
    widest = max((len(bar.written) for bar in chart.bars), default=0)
    scale = alt.Scale(domain=[0, chart.limit or longest or 1], nice=False, zero=True)
    # What is written stands right of the longest bar, so there has to be room.
    label_width = min(max((len(bar.label) for bar in chart.bars), default=0), _LONGEST) * 7.2
    width = max(_WIDTH - label_width - widest * 7.6 - 20, 160)
    y = alt.Y(
        "place:O",
        title=None,
        axis=alt.Axis(labelExpr=_labels(chart), labelLimit=340, ticks=False, domain=True, labelPadding=8),
        scale=alt.Scale(paddingInner=0.3, paddingOuter=0.15),
    )
    x = alt.X("value:Q", scale=scale, axis=None)
    data = alt.InlineData(values=_rows(chart))
    bars = alt.Chart().mark_bar().encode(x=x, y=y, color=alt.Color("colour:N", scale=None))
    text = alt.Chart().mark_text(align="left", dx=6, baseline="middle").encode(x=x, y=y, text="written:N")
    return _chart(data, [bars, text], width=width, height=max(27 * len(chart.bars), 30))


def _upright(chart: Chart) -> dict[str, Any]:
    import altair as alt

    every = -(-len(chart.bars) // 12)
    x = alt.X(
        "place:O",
        title=None,
        axis=alt.Axis(
            labelExpr=_labels(chart),
            values=list(range(0, len(chart.bars), every)),
            labelAngle=0,
            labelOverlap=False,
            labelFontSize=12,
            labelPadding=6,
            ticks=False,
        ),
        scale=alt.Scale(paddingInner=0.15),
    )
    y = alt.Y(
        "value:Q",
        title=chart.axis or None,
        axis=alt.Axis(
            tickCount=4, format=",d", tickMinStep=1, grid=True, gridColor=MUTED, gridOpacity=0.25, domain=False
        ),
        scale=alt.Scale(zero=True),
    )
    data = alt.InlineData(values=_rows(chart))
    bars = alt.Chart().mark_bar().encode(x=x, y=y, color=alt.Color("colour:N", scale=None))
    layers = [bars]
    if len(chart.bars) <= 12:
        layers.append(alt.Chart().mark_text(baseline="bottom", dy=-4).encode(x=x, y=y, text="written:N"))
    return _chart(data, layers, width=_WIDTH - 70, height=220)


def _labels(chart: Chart) -> str:
    # By their place: two bars may have the same label.
    return json.dumps([bar.label for bar in chart.bars]) + "[datum.value]"


def short(label: str) -> str:
    """A label that is not too long for an axis."""
    return label if len(label) <= _LONGEST else label[: _LONGEST - 1].rstrip() + "…"
