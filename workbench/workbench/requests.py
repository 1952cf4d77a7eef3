"""The requests of a round, by run: kept as what makes them, and made when they are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workbench.catalog.catalog import catalog
from workbench.variants import Form
from workbench.wire.request import MessagesRequest
from workbench.workbench.inputs import FormInputs, Input
from workbench.workbench.watched import Tell, watched

Made = tuple[Form, Mapping[str, str]]
"""A variant, and what fills its variables."""


class Requests(Mapping[str, MessagesRequest]):
    """Run id to request. 100,000 cases of a long prompt would not fit into memory otherwise.

    Args:
        made: Run id to what makes its request.
        provider: The name of the profile that they go to.
    """

    def __init__(self, made: Mapping[str, Made], provider: str) -> None:
        self._made, self._provider = made, provider
        self._inputs: list[Input] | None = None

    def __getitem__(self, run_id: str) -> MessagesRequest:
        form, filling = self._made[run_id]
        return form.request(filling)

    def __iter__(self) -> Iterator[str]:
        return iter(self._made)

    def __len__(self) -> int:
        return len(self._made)

    def __contains__(self, run_id: object) -> bool:
        return run_id in self._made

    def inputs(self, tell: Tell | None = None) -> list[Input]:
        """What each will be billed for as input, in their order; counted once."""
        if self._inputs is None:
            counters: dict[int, FormInputs] = {}
            found = []
            for form, filling in watched([*self._made.values()], "counting tokens", tell):
                if (counter := counters.get(id(form))) is None:
                    model = catalog().model(self._provider, form.model)
                    counter = counters[id(form)] = FormInputs(form, model)
                found.append(counter.of(filling))
            self._inputs = found
        return self._inputs
