"""A real JupyterLab, on a notebook of some cells."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

_PATIENCE_S = 20.0


@contextmanager
def jupyterlab(folder: Path, cells: Sequence[str]) -> Iterator[str]:
    """JupyterLab in `folder`; the address of `book.ipynb` there, which has these cells."""
    made = [
        {"cell_type": "code", "id": f"c{n}", "metadata": {}, "source": source, "outputs": []}
        | {"execution_count": None}
        for n, source in enumerate(cells)
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    book = {"cells": made, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    (folder / "book.ipynb").write_text(json.dumps(book))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    words = f"lab --no-browser --allow-root --port={port} --ServerApp.port_retries=0".split()
    words.append("--IdentityProvider.token=")
    command = [sys.executable, "-m", "jupyter", *words]
    with subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        for line in server.stderr:
            if "is running at" in line:
                break
        try:
            yield f"http://127.0.0.1:{port}/lab/tree/book.ipynb"
        finally:
            server.terminate()
            try:
                server.communicate(timeout=_PATIENCE_S)
            except subprocess.TimeoutExpired:  # it waits for a kernel that answers no more
                server.kill()
                server.communicate()
