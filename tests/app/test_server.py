"""The server as a program: its one line, its port, its end, and a second one."""

import os
import signal
import socket
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path

import pytest
from app_room import running

from formcoach.app.state import bound, kept_token, note_running, running_at
from formcoach.errors import OutputError


def answer_of(port: int, path: str) -> tuple[int, bytes]:
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def test_it_prints_where_it_is_and_answers_there_and_at_loopback_alone(tmp_path: Path) -> None:
    with running(tmp_path) as (server, line):
        address, _, token = line.partition("/?token=")
        assert address.startswith("http://127.0.0.1:")
        assert token == kept_token(tmp_path / "app")
        port = int(address.rpartition(":")[2])
        assert answer_of(port, "/healthz") == (200, b"ok")
        assert answer_of(port, "/")[0] == 403
        assert running_at(tmp_path / "app") == port
        with pytest.raises(OutputError, match="leave --port out"):
            bound(port)
        second = subprocess.run(
            [sys.executable, "-m", "formcoach", "app", "--no-browser", "--data", str(tmp_path)],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert (second.returncode, second.stdout.strip()) == (0, line)
        assert "it runs already" in second.stderr
        server.send_signal(signal.SIGTERM)
        server.wait(60)
        assert running_at(tmp_path / "app") is None


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="no such signal on this system")
def test_it_ends_with_its_terminal(tmp_path: Path) -> None:
    with running(tmp_path) as (server, line):
        assert line
        server.send_signal(signal.SIGHUP)
        assert server.wait(60) == 0


def test_a_port_that_is_taken_is_said_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [
                *(sys.executable, "-m", "formcoach", "app", "--no-browser"),
                *("--data", str(tmp_path), "--port", str(port)),
            ],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
    assert done.returncode == 1
    assert done.stdout == ""
    assert f"port {port} cannot be used" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_a_port_the_next_free_one_is_taken() -> None:
    first = bound(None)
    try:
        second = bound(None)
        assert second.getsockname()[1] != first.getsockname()[1]
        second.close()
    finally:
        first.close()


def test_the_token_stays_and_is_for_this_user_alone(tmp_path: Path) -> None:
    token = kept_token(tmp_path)
    assert len(token) >= 32
    assert kept_token(tmp_path) == token
    if os.name == "posix":
        assert (tmp_path / "token").stat().st_mode & 0o077 == 0
    (tmp_path / "token").write_text("short", encoding="ascii")
    assert kept_token(tmp_path) != "short"


@pytest.mark.parametrize("written", ["", "{", "[]", '{"port": "x"}', '{"port": 1}'])
def test_an_old_note_of_a_server_misleads_nobody(tmp_path: Path, written: str) -> None:
    (tmp_path / "running.json").write_text(written, encoding="utf-8")
    assert running_at(tmp_path) is None
    note_running(tmp_path, None)
    assert not (tmp_path / "running.json").exists()
