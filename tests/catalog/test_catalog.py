"""What is known of models and providers, and what a user's config.yaml changes of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from importlib import resources
from pathlib import Path

import pytest
import yaml

from workbench.catalog.catalog import Catalog, catalog
from workbench.catalog.config_file import config_file
from workbench.catalog.model import Model, Prices, RateLimits
from workbench.errors import SettingsError

Configured = Callable[[str], Catalog]


@pytest.fixture(autouse=True)
def unread() -> Iterator[None]:
    """A catalog that no other test has read, and that no other test will find."""
    catalog.cache_clear()
    yield
    catalog.cache_clear()


@pytest.fixture
def configured(own_home: Path) -> Configured:
    """The catalog with this text as the user's config.yaml."""

    def write(text: str) -> Catalog:
        config_file().parent.mkdir(parents=True, exist_ok=True)
        config_file().write_text(text, encoding="utf-8")
        return catalog()

    return write


def known(name: str, provider: str = "anthropic") -> Model:
    model = catalog().model(provider, name)
    assert model is not None
    return model


@pytest.mark.parametrize(
    "name",
    ["claude-haiku-4-5", "claude-haiku-4-5-20251001", "claude-haiku-4-5-20991231"],
    ids=["alias", "id", "another date"],
)
def test_a_model_is_found_by_id_alias_and_dated_id(name: str) -> None:
    """The bill names the dated id, the prompt the alias: both mean the same prices."""
    model = known(name)

    assert (model.id, model.name) == ("claude-haiku-4-5-20251001", "claude-haiku-4-5")
    assert model.prices == Prices(*map(Decimal, ("1", "5", "0.1", "1.25", "2")))


def test_a_dated_id_finds_a_model_that_has_no_date() -> None:
    """Providers date their answers even where the id has no date."""
    assert known("claude-haiku-5-5-20261007").id == "claude-haiku-5-5"


@pytest.mark.parametrize("name", ["gpt-5", "claude-haiku", "", "claude-haiku-4-5-2025", "haiku"])
def test_an_unknown_model_is_none(name: str) -> None:
    """No facts, no price, and above all no price of 0."""
    for provider in ("anthropic", "bytespike", "simulator", "a provider nobody added"):
        assert catalog().model(provider, name) is None


def test_haiku_5_5_has_a_dearer_tier() -> None:
    """Above 100,000 prompt tokens every price is five times as high, output included."""
    (tier,) = known("claude-haiku-5-5").tiers

    assert tier.prompt_tokens_above == 100_000
    assert (tier.prices.input, tier.prices.output) == (Decimal("0.5"), Decimal("2.5"))
    assert tier.batch_prices.cache_write_1h == Decimal("0.5")


def test_bytespike_has_limits_of_its_own() -> None:
    """8,192 tokens of output instead of 64,000, and no known price for a write of one hour."""
    theirs, upstream = known("claude-haiku-4-5", "bytespike"), known("claude-haiku-4-5")

    assert (theirs.max_output, upstream.max_output) == (8192, 64000)
    assert (theirs.prices.cache_write_1h, theirs.batch_prices.input) == (None, None)
    assert theirs.thinking["accepts"] == []
    assert theirs.over_window == "error_400"


def test_a_model_that_only_anthropic_lists_has_facts_but_no_price_elsewhere() -> None:
    """What a reseller charges for it is not known; what the model can do is."""
    model = known("claude-haiku-5-5", "bytespike")

    assert (model.provider, model.tokenizer, model.min_cacheable_tokens) == (
        "bytespike",
        "new",
        512,
    )
    assert model.prices == model.batch_prices == Prices()
    assert model.tiers == ()


def test_the_simulator_bills_what_anthropic_bills() -> None:
    """So that a simulated round shows what the real one would cost."""
    assert known("claude-haiku-4-5", "simulator").prices == known("claude-haiku-4-5").prices
    assert known("claude-haiku-4-5", "simulator").provider == "simulator"
    assert "claude-haiku-4-5" in catalog().names("simulator")
    assert catalog().profile("simulator").simulated


def test_every_model_that_ships_has_what_an_estimate_needs() -> None:
    """Prices of input and output, a tokenizer, limits, and the smallest prefix that caches."""
    for provider in ("anthropic", "bytespike"):
        for name in catalog().names(provider):
            model = known(name, provider)
            assert model.prices.input, name
            assert model.prices.output, name
            assert model.tokenizer in ("classic", "new"), name
            assert model.max_output, name
            assert model.context_window, name
            assert model.min_cacheable_tokens, name


def test_the_profiles_that_ship() -> None:
    """Where they are, which key they take, which version they are spoken to in."""
    anthropic, bytespike = catalog().profile("anthropic"), catalog().profile("bytespike")

    assert (anthropic.base_url, anthropic.key_env) == (
        "https://api.anthropic.com",
        "ANTHROPIC_API_KEY",
    )
    assert (bytespike.base_url, bytespike.key_env) == (
        "https://llm.bytespike.ai",
        "BYTESPIKE_API_KEY",
    )
    assert anthropic.api_version == bytespike.api_version == "2023-06-01"
    assert (anthropic.count_tokens, bytespike.count_tokens) == (True, False)
    assert "thinking" in bytespike.undocumented_fields


def test_an_unknown_provider_is_named_with_those_that_are_known() -> None:
    """A slip of the hand is answered with the list and the file to add to."""
    with pytest.raises(SettingsError, match="no provider is called 'antropic'") as refusal:
        catalog().profile("antropic")

    assert "anthropic, bytespike, simulator" in refusal.value.hint
    assert str(config_file()) in refusal.value.hint


def test_a_user_corrects_one_price_and_nothing_else(configured: Configured) -> None:
    """The rest of the model stays as it shipped."""
    prices = (
        configured("providers: {anthropic: {models: {claude-haiku-4-5: {prices: {output: 4.5}}}}}")
        .models["anthropic"]["claude-haiku-4-5"]
        .prices
    )

    assert (prices.input, prices.output) == (Decimal("1"), Decimal("4.5"))


def test_a_user_says_what_rate_limits_a_model_has(configured: Configured) -> None:
    """Of one that we know none of; with a figure missing they are not known."""
    text = "providers: {anthropic: {models: {claude-sonnet-4-5: {rate_limits: {%s}}}}}"
    whole = text % "requests: 50, input_tokens: 30000, output_tokens: 8000"
    found = configured(whole).model("anthropic", "claude-sonnet-4-5")
    assert found is not None
    assert found.rate_limits == RateLimits(50, 30_000, 8_000)
    catalog.cache_clear()
    found = configured(text % "requests: 50").model("anthropic", "claude-sonnet-4-5")
    assert found is not None
    assert found.rate_limits is None
    haiku = known("claude-haiku-4-5")
    assert haiku.rate_limits == RateLimits(1_000, 2_000_000, 400_000)


@pytest.mark.parametrize(
    "keys",
    [
        "key_env: ACME_KEY\n    api_version: 2026-10-21\n    count_tokens: true",
        "auth: {key_env: ACME_KEY}\n    api_versions: {default_for_us: 2026-10-21}\n"
        "    endpoints: {count_tokens: true}",
    ],
    ids=["simple", "as in models.yaml"],
)
def test_a_user_adds_a_provider(configured: Configured, keys: str) -> None:
    """With the simple names or in the shape of models.yaml, and with models of its own."""
    added = configured(
        f"""
providers:
  acme:
    base_url: http://127.0.0.1:8080/
    {keys}
    models:
      tiny: {{prices: {{input: 0.01, output: "0.02"}}, tokenizer: new}}
"""
    )
    profile, model = added.profile("acme"), added.model("acme", "tiny")

    assert (profile.base_url, profile.key_env) == ("http://127.0.0.1:8080", "ACME_KEY")
    assert (profile.api_version, profile.count_tokens) == ("2026-10-21", True)
    assert model is not None
    assert (model.id, model.prices.output) == ("tiny", Decimal("0.02"))
    assert added.model("acme", "claude-haiku-4-5") is not None
    assert added.profile("anthropic").key_env == "ANTHROPIC_API_KEY"


def test_a_simple_name_wins_over_what_shipped(configured: Configured) -> None:
    """`key_env` beside the provider's name replaces the one that models.yaml keeps deeper."""
    profile = configured("providers: {anthropic: {key_env: WORK_KEY}}").profile("anthropic")

    assert (profile.key_env, profile.base_url) == ("WORK_KEY", "https://api.anthropic.com")


def test_a_provider_may_be_billed_by_anothers_prices(configured: Configured) -> None:
    """`prices_from` spares a user from copying a table."""
    acme = "providers: {acme: {base_url: 'https://acme.example', prices_from: anthropic}}"
    model = configured(acme).model("acme", "claude-haiku-4-5")

    assert model is not None
    assert (model.provider, model.prices.input) == ("acme", Decimal("1"))


@pytest.mark.parametrize(
    "text", ["", "# nothing yet\n", "providers:\n", "providers: {}\n", "x: 1\n"]
)
def test_a_config_that_adds_nothing_changes_nothing(configured: Configured, text: str) -> None:
    """An empty file, or one for other settings, leaves the catalog as it shipped."""
    assert configured(text).names("bytespike") == catalog().names("bytespike")
    assert list(configured(text).profiles) == ["anthropic", "bytespike", "simulator"]


MODEL = "providers: {anthropic: {models: {claude-haiku-4-5: {%s}}}}"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: b: c", "config.yaml:1:5: mapping values are not allowed"),
        ("when: 2026-13-01", "month must be in 1..12"),
        ("- a\n- b", "config.yaml:1:1: the file: expected a mapping"),
        ("providers: [a]", "config.yaml:1:12: providers: expected a mapping"),
        ("providers:\n  acme: 7", "config.yaml:2:9: providers.acme: expected a mapping"),
        ("providers: {acme: {key_env: K}}", "providers.acme: base_url is missing"),
        ("providers: {acme: {base_url: acme.example}}", "expected a URL like https://host"),
        ("providers: {anthropic: {key_env: [K]}}", "providers.anthropic.key_env: expected text"),
        ("providers: {anthropic: {auth: {key_env: 3}}}", "anthropic.auth: expected text"),
        ("providers: {anthropic: {auth: K}}", "anthropic.auth: expected a mapping"),
        ("providers: {anthropic: {api_version: 2}}", "api_version: expected text, not 2"),
        ("providers: {anthropic: {count_tokens: 1}}", "expected true or false, not 1"),
        ("providers: {anthropic: {billing: {credits_per_usd: 0}}}", "how many credits a USD is"),
        ("providers: {anthropic: {billing: 3}}", "billing: expected a mapping"),
        ("providers: {anthropic: {retry: 3}}", "retry: expected a mapping"),
        ("providers: {bytespike: {estimated_credits_header: 3}}", "expected text, not 3"),
        ("providers: {anthropic: {models: [a]}}", "anthropic.models: expected a mapping"),
        (MODEL % "prices: {input: cheap}", "prices.input: expected USD per million, not 'cheap'"),
        (MODEL % "prices: {input: -1}", "not -1"),
        (MODEL % "prices: {input: .inf}", "not inf"),
        (MODEL % "prices: {input: .nan}", "not nan"),
        (MODEL % "prices: {input: true}", "not True"),
        (MODEL % "prices: 3", "prices: expected a mapping"),
        (MODEL % "batch_prices: {output: [1]}", "batch_prices.output: expected USD per million"),
        (MODEL % "aliases: haiku", "aliases: expected a list of names"),
        (MODEL % "max_output: lots", "max_output: expected a number of tokens, not 'lots'"),
        (MODEL % "tokenizer: bpe", "tokenizer: expected classic or new, not 'bpe'"),
        (MODEL % "rate_limits: {requests: 0}", "expected how many requests a minute, not 0"),
        (MODEL % "rate_limits: 5", "rate_limits: expected a mapping"),
        (MODEL % "retires: soon", "retires: expected a mapping"),
        (MODEL % "effort: {levels: 3}", "effort: expected a list of names"),
        (MODEL % "tool_prompt_overhead: {any_tool: x}", "overhead: expected a number of tokens"),
        (MODEL % "tool_prompt_overhead: 5", "tool_prompt_overhead: expected a mapping"),
        (MODEL % "long_context_tiers: {a: 1}", "long_context_tiers: expected a list of mappings"),
        (MODEL % "long_context_tiers: [{prices: {}}]", "0: prompt_tokens_above is missing"),
        (
            MODEL % "long_context_tiers: [{prompt_tokens_above: 9, prices: {input: x}}]",
            "long_context_tiers.0.prices.input: expected USD per million, not 'x'",
        ),
    ],
)
def test_a_config_that_cannot_be_used_says_where_and_why(
    configured: Configured, text: str, problem: str
) -> None:
    """One line with path, line and column and what to do; never a traceback, never a guess."""
    with pytest.raises(SettingsError) as refusal:
        configured(text)

    assert problem in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert str(refusal.value).startswith(str(config_file()))
    assert str(config_file()) in refusal.value.hint


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (MODEL % "pricee: 1", "1:53: providers.anthropic.models.claude-haiku-4-5.pricee: {prices}"),
        (MODEL % "prices: {in: 1}", "1:62: {at}.prices.in: {input}"),
        (MODEL % "prices: {cache_write: 1}", "1:62: {at}.prices.cache_write: {cache_write_5m}"),
        (MODEL % "limits: {requests: 9}", "1:53: {at}.limits: {rate_limits}"),
        (MODEL % "rate_limits: {request: 9}", "1:67: {at}.rate_limits.request: {requests}"),
        (MODEL % "released: 1, Prices: 2", "1:66: {at}.Prices: {prices}"),
        (
            MODEL % "long_context_tiers: [{prompt_tokens_above: 9, price: 1}]",
            "1:99: {at}.long_context_tiers.0.price: {prices}",
        ),
        ("providers: {anthropic: {key: K}}", "1:25: providers.anthropic.key: {key_env}"),
        ("providers:\n  anthropic:\n    model: {}", "3:5: providers.anthropic.model: {models}"),
    ],
)
def test_a_misspelt_name_is_told(configured: Configured, text: str, problem: str) -> None:
    """Else a price that a user corrects would not hold, and nobody would say so."""
    at = "providers.anthropic.models.claude-haiku-4-5"
    with pytest.raises(SettingsError) as refusal:
        configured(text)

    told = re.sub(r"\{(\w+)\}$", r"no such name; did you mean \1?", problem).replace("{at}", at)
    assert refusal.value.problem == f"{config_file()}:{told}"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("providers: {}\nproviders: {}", "2:1: providers: given twice; first in line 1"),
        (
            "providers:\n  anthropic: {key_env: A,\n    key_env: B}",
            "3:5: providers.anthropic.key_env: given twice; first in line 2",
        ),
    ],
)
def test_a_name_given_twice_is_told(configured: Configured, text: str, problem: str) -> None:
    """YAML would take the last."""
    with pytest.raises(SettingsError) as refusal:
        configured(text)

    assert refusal.value.problem == f"{config_file()}:{problem}"


def test_what_ships_may_be_written_by_hand_and_names_of_others_stay(configured: Configured) -> None:
    """A copy of models.yaml changes nothing; what is near nothing is meant for somebody else."""
    models = resources.files("workbench.catalog").joinpath("models.yaml").read_text("utf-8")
    shipped = yaml.safe_load(models)
    del shipped["providers"]["bytespike"]["estimated_credits_header"]  # a user names it straight
    before = catalog()
    catalog.cache_clear()

    assert configured(yaml.safe_dump(shipped)) == before
    catalog.cache_clear()
    assert configured(MODEL % "my_own: {in: 1}") == before
    catalog.cache_clear()
    tied = "providers: {anthropic: &a {zzz: *a}, bytespike: {zzz: [*a, *a]}}"
    assert configured(tied) == before


def test_all_that_is_wrong_is_said_at_once(configured: Configured) -> None:
    """A user mends a file once, not once for each mistake."""
    with pytest.raises(SettingsError) as refusal:
        configured(
            """
providers:
  acme:
    key_env: ACME_KEY
    models:
      tiny:
        prices:
          input: cheap
"""
        )

    assert str(refusal.value).splitlines() == [
        f"{config_file()}:4:5: providers.acme: base_url is missing",
        f"{config_file()}:8:18: providers.acme.models.tiny.prices.input: "
        "expected USD per million, not 'cheap'",
    ]


def test_a_config_that_cannot_be_decoded_or_read_is_said_in_one_line(own_home: Path) -> None:
    """Bytes that are no text are a problem of the file, not of the program."""
    config_file().parent.mkdir(parents=True, exist_ok=True)
    config_file().write_bytes(b"providers: \xff\xfe\n")

    with pytest.raises(SettingsError, match=r"config\.yaml") as refusal:
        catalog()

    assert "\n" not in str(refusal.value)


def test_mending_the_file_is_enough(configured: Configured) -> None:
    """A refused config is not remembered."""
    with pytest.raises(SettingsError):
        configured("providers: 3")

    assert configured("providers: {}").profile("anthropic")


@pytest.mark.parametrize(
    ("name", "line", "generation"),
    [
        ("claude-haiku-4-5", "haiku", (4, 5)),
        ("claude-opus-5", "opus", (5, 0)),
        ("claude-sonnet-4-20250514", "sonnet", (4, 0)),
        ("claude-3-5-haiku", "", None),
        ("gpt-like", "", None),
    ],
)
def test_a_name_tells_line_and_generation(
    name: str, line: str, generation: tuple[int, int] | None
) -> None:
    """What holds for 4.6 and later can be asked of a model; a strange name tells nothing."""
    model = Model.of("anthropic", name, {})

    assert (model.line, model.generation) == (line, generation)


def test_fast_mode_and_the_most_images_are_facts_of_a_model() -> None:
    """Opus 5 needs a beta for fast mode, 5.5 none, Haiku has no such mode; 4.5 takes 100 images."""
    opus_5, opus_55 = (catalog().model("anthropic", f"claude-opus-{n}") for n in ("5", "5-5"))
    haiku = catalog().model("anthropic", "claude-haiku-4-5")
    assert opus_5 is not None
    assert opus_5.fast_mode is not None
    assert opus_5.fast_mode["beta_header"] == "fast-mode-2026-02-01"
    assert opus_55 is not None
    assert opus_55.fast_mode is not None
    assert opus_55.fast_mode["beta_header"] is None
    assert haiku is not None
    assert (haiku.fast_mode, haiku.max_images) == (None, 100)


def test_bytespike_says_how_it_wants_to_be_asked_again() -> None:
    """By its reset header; its credits, and the header that may estimate them, are facts too."""
    profile, anthropic = catalog().profile("bytespike"), catalog().profile("anthropic")

    assert (profile.retry_after, profile.reset_header) == (False, "x-ratelimit-reset")
    assert (profile.estimated_credits_header, profile.credits_per_usd) == (
        "x-estimated-credits",
        1_000_000,
    )
    assert profile.api_versions == ("2023-06-01",)
    assert (anthropic.retry_after, anthropic.reset_header) == (True, "")
    assert anthropic.estimated_credits_header == ""
    assert anthropic.api_versions == ("2023-06-01", "2026-10-21")
