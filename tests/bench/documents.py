"""How long a prompt takes to load: `python tests/bench/documents.py`. CPU time, best of 20."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from workbench.documents.check import check_file, check_prompt
from workbench.documents.prompt import load_prompt
from workbench.variants import build
from workbench.workbench.foreseen import foreseen

LINE = '  A line of a long policy with {{name}}, "quotes" and words enough to be one.\n'
SYSTEM = "system: |-\n" + LINE * 2500
TURN = "  - {role: %s, content: [{type: text, text: 'Turn %d, {{name}}: and what now?'}]}\n"
PROMPT = (
    "model: claude-haiku-4-5\nmax_tokens: 100\n"
    + SYSTEM
    + "inputs: {name: {default: x}}\n"
    + "variants: {base: {}, warm: {temperature: 0.7}, low: {top_k: 5}}\n"
    + "messages:\n"
    + "".join(TURN % (("user", "assistant")[i % 2], i) for i in range(401))
)


def best_ms(act: Callable[[], object]) -> float:
    """CPU milliseconds of the quickest of twenty."""
    took = []
    for _ in range(20):
        began = time.process_time()
        act()
        took.append(time.process_time() - began)
    return min(took) * 1000


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "big.prompt.yaml"
        path.write_text(PROMPT)
        prompt = load_prompt(path)
        print(f"a prompt of {len(PROMPT) / 1000:.0f} kB, 401 messages, 3 variants")
        print(f"  load_prompt   {best_ms(lambda: load_prompt(path)):6.1f} ms")
        print(f"  check_file    {best_ms(lambda: check_file(path)):6.1f} ms")
        print(f"  check_prompt  {best_ms(lambda: check_prompt(prompt, 'anthropic')):6.1f} ms")
        print(f"  foreseen      {best_ms(lambda: foreseen(prompt, 'anthropic')):6.1f} ms")
        print(f"  build         {best_ms(lambda: build(prompt)):6.1f} ms")
    code = "import sys, workbench.documents.check; print(*sorted(sys.modules))"
    loaded = subprocess.check_output([sys.executable, "-c", code], text=True).split()
    heavy = {"textual", "httpx", "aiohttp", "tiktoken", "rich", "click"} & set(loaded)
    print(
        f"import workbench.documents.check: {len(loaded)} modules, of the heavy ones: {heavy or 0}"
    )


if __name__ == "__main__":
    main()
