"""Texts with their evidence marked, for the terminal and as HTML."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.analysis.marked import html_marked, marked, segments
from pipeline.words import Evidence

EVIDENCE = st.lists(
    st.builds(
        Evidence,
        st.sampled_from(["date", "type", "countries[0]", "foreign_people[1]"]),
        st.none() | st.integers(-3, 60),
        st.none() | st.integers(-3, 60),
        st.just("rule"),
        st.just(0.5),
    ),
    max_size=6,
)


def _mark(field: str, start: int, end: int) -> Evidence:
    return Evidence(field, start, end, "rule", 0.9)


def test_segments_carry_their_fields() -> None:
    text = "刘建超会见门萨"
    found = list(segments(text, [_mark("type", 3, 5), _mark("foreign_people[0]", 5, 7), _mark("countries[0]", 5, 7)]))
    assert [(segment.text, segment.fields) for segment in found] == [
        ("刘建超", ()),
        ("会见", ("type",)),
        ("门萨", ("foreign_people", "countries")),
    ]


@given(st.text(max_size=60), EVIDENCE)
def test_the_segments_together_are_the_text(text: str, evidence: list[Evidence]) -> None:
    found = list(segments(text, evidence))
    assert "".join(segment.text for segment in found) == text
    assert all(segment.text for segment in found)


@given(st.text(alphabet="[]/\\ab会\n", max_size=60), EVIDENCE)
def test_a_pages_own_brackets_are_no_markup(text: str, evidence: list[Evidence]) -> None:
    assert marked(text, evidence).plain == text


def test_without_colours_the_fields_are_named() -> None:
    assert marked("刘建超会见门萨", [_mark("type", 3, 5)], colour=False).plain == "刘建超[type:会见]门萨"


def test_with_colours_each_field_has_its_own() -> None:
    shown = marked("刘建超会见门萨", [_mark("type", 3, 5), _mark("foreign_people[0]", 5, 7)])
    assert [(span.start, span.end, span.style) for span in shown.spans] == [
        (3, 5, "underline yellow"),
        (5, 7, "underline magenta"),
    ]


def test_an_escape_sequence_does_not_reach_the_terminal() -> None:
    assert "\x1b" not in marked("\x1b[31mred", [], colour=False).plain
    assert "\x1b" not in marked("\x1b]0;title\x07", [_mark("date", 0, 4)]).plain


def test_html_is_escaped() -> None:
    shown = html_marked('<script>"x"</script>会见', [_mark("type", 20, 22)])
    assert shown == '&lt;script&gt;&quot;x&quot;&lt;/script&gt;<mark class="type" title="type">会见</mark>'
