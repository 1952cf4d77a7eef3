"""The examples as a folder of the user's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.documents.examples import data_folder, own_examples
from workbench.documents.prompt import load_prompt, prompts_in
from workbench.errors import WorkbenchError


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of our own."""
    monkeypatch.setenv("WORKBENCH_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


def test_the_first_call_copies_prompts_and_sessions(data: Path) -> None:
    """The copies are prompts that load; the recorded sessions lie beside them."""
    own = own_examples()

    assert own == data / "examples" / "prompts"
    assert {load_prompt(path).name for path in prompts_in(own)} >= {"triage", "policy", "orders"}
    assert list((own.parent / "sessions").glob("example-*.jsonl"))
    assert {path.name for path in own.parent.iterdir()} == {"prompts", "sessions"}


def test_what_the_user_changed_is_never_overwritten(data: Path) -> None:
    """A later call leaves changed, added and deleted files as they are."""
    own = own_examples()
    (own / "triage.prompt.yaml").write_text("mine")
    (own / "policy.md").unlink()
    (own / "new.prompt.yaml").write_text("mine too")
    before = {path.name: path.read_text() for path in own.iterdir()}
    assert own_examples() == own

    assert {path.name: path.read_text() for path in own.iterdir()} == before


def test_a_folder_that_cannot_be_written_is_one_clear_line(data: Path) -> None:
    """A file where the folder should be says what to do, and nothing half copied is left."""
    data.write_text("a file")

    with pytest.raises(WorkbenchError, match="cannot be copied") as refused:
        own_examples()
    assert "WORKBENCH_DATA_DIR" in refused.value.hint


def test_without_the_variable_it_is_the_users_data_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's own place for a program's data."""
    monkeypatch.delenv("WORKBENCH_DATA_DIR", raising=False)

    assert data_folder().name == "workbench"


def test_a_copy_that_fails_halfway_leaves_nothing(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next call begins anew."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("shutil.copyfile", full)
        with pytest.raises(WorkbenchError, match="No space left on device"):
            own_examples()
    assert list((data / "examples").iterdir()) == []
    assert prompts_in(own_examples())
