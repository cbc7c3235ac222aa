"""The policy resolver: whatever it is asked, one level wins, and no order decides it."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from dockmon_cli.core.container_settings import Rule
from dockmon_cli.core.policy import LABELS, WORDS, Pattern, Subject, Word, resolve, subject_of
from dockmon_cli.core.selection import parse_selector
from tests.core.test_policy import container, rule

WORD = st.sampled_from(WORDS)
TEXT = st.text(max_size=12) | st.sampled_from(["db", "nas", "media", "nas/db", "allow", "blok"])
SUBJECTS = st.builds(
    lambda name, image, labels: subject_of(container(name, image, labels)),
    TEXT,
    TEXT | st.sampled_from(["postgres:16", "ghcr.io/team/web", "sha256:" + "d" * 64]),
    st.dictionaries(st.sampled_from([*LABELS, "dockmon.tags"]), TEXT),
)
FILTERS = st.lists(st.sampled_from(["name=d*", "image=*", "status=exited", "label=a"]), max_size=2)
WORDS_TYPED = st.lists(TEXT.filter(bool), max_size=2)
RULES = st.lists(
    st.builds(
        lambda name, verdict, selector, origin: Rule("policy", verdict, selector, origin=origin, name=name),
        TEXT, WORD, st.builds(parse_selector, WORDS_TYPED, WORDS_TYPED, WORDS_TYPED, FILTERS), TEXT,
    ),
    max_size=5,
)  # fmt: skip
GLOBS = TEXT | st.sampled_from(["*", "name:*", "postgres", "*/web"])
PATTERNS = st.lists(st.builds(Pattern, GLOBS, WORD, own=st.booleans()), max_size=5)


@given(SUBJECTS, RULES, PATTERNS)
def test_whatever_is_asked_exactly_one_level_wins_and_it_is_the_strongest_that_says_something(
    subject: Subject, rules: list[Rule], patterns: list[Pattern]
) -> None:
    verdict = resolve(subject, rules, patterns)
    assert [found.level for found in verdict.levels] == ["label", "container", "pattern", "default"]
    assert [found for found in verdict.levels if found.wins] == [verdict.winner]
    strongest = next(found for found in verdict.levels if found.verdict is not None)
    assert strongest == verdict.winner
    assert verdict.verdict == strongest.verdict
    assert all(found.why for found in verdict.levels)


@given(SUBJECTS, RULES, PATTERNS, st.randoms())
def test_the_order_of_rules_and_patterns_decides_nothing(
    subject: Subject, rules: list[Rule], patterns: list[Pattern], random: Random
) -> None:
    before = resolve(subject, rules, patterns)
    random.shuffle(rules)
    random.shuffle(patterns)
    after = resolve(subject, rules, patterns)
    assert [found.verdict for found in before.levels] == [found.verdict for found in after.levels]


@given(SUBJECTS, RULES, PATTERNS, WORD, st.integers(0, 5))
def test_one_more_rule_never_changes_what_a_label_says(
    subject: Subject, rules: list[Rule], patterns: list[Pattern], word: Word, place: int
) -> None:
    before = resolve(subject, rules, patterns)
    more = [*rules[:place], rule(word, targets=["nas/db"]), *rules[place:]]
    after = resolve(subject, more, patterns)
    assert before.winner.level != "label" or after.verdict == before.verdict
