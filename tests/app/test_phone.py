"""The phone as camera: who may come in, what it may see, one at a time, lost and found again."""

import signal
import ssl
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPSConnection
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from app_room import ADDRESS, browser, no_analysis, running
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from formcoach.app import lan
from formcoach.app.jobs import VideoQueue
from formcoach.app.phone import SILENT_AFTER_S, PhoneLink, PhoneState
from formcoach.app.phone_pages import create_phone_app, qr_of
from formcoach.app.pushed_camera import MAX_JPEG_BYTES, PushedCamera
from formcoach.app.room import BROWSER, PHONE, LiveRoom, Wanted, _Session
from formcoach.app.serving import config_of
from formcoach.app.state import AppState
from formcoach.capture.live.camera import CameraEvent
from formcoach.capture.source import Image
from formcoach.errors import OutputError
from formcoach.history.notebook import Notebook
from formcoach.words.phrases import load_phrases

PHONE_TOKEN = "p" * 43
HOST, PORT = "127.0.0.2", 8750
PHONE_ADDRESS = f"https://{HOST}:{PORT}"
LISTENING = "0A"


class Session:
    """A session that looks through the phone, or not, and a clock."""

    def __init__(self) -> None:
        self.wanted = True
        self.now_s = 100.0
        self.pictures: list[bytes] = []

    def link(self) -> PhoneLink:
        return PhoneLink(
            address=f"{PHONE_ADDRESS}/?token={PHONE_TOKEN}",
            fingerprint="AA:BB",
            wanted=lambda: self.wanted,
            take=self.pictures.append,
            clock=lambda: self.now_s,
        )


@contextmanager
def phone(
    folder: Path, session: Session, *, known: bool = True, lang: str = "en"
) -> Iterator[tuple[TestClient, PhoneLink]]:
    """Give a phone's browser, with what the computer knows of it."""
    with Notebook.open(folder) as notebook:
        own = folder / "app"
        own.mkdir(exist_ok=True)
        queue = VideoQueue(own, run=no_analysis)
        room = LiveRoom(notebook, queue.results)
        state = AppState(notebook=notebook, folder=own, queue=queue, room=room, data=folder)
        link = session.link()
        app = create_phone_app(state, link, PHONE_TOKEN, HOST, PORT)
        headers = {"accept-language": lang, "origin": PHONE_ADDRESS}
        with TestClient(app, base_url=PHONE_ADDRESS, headers=headers) as client:
            if known:
                assert client.get(f"/?token={PHONE_TOKEN}").status_code == 200
            yield client, link
        state.close()


@contextmanager
def connected(client: TestClient, name: str) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Give a phone's socket, and the answer to its name."""
    with client.websocket_connect(f"wss://{HOST}:{PORT}/socket") as socket:
        socket.send_json({"type": "hello", "phone": name})
        yield socket, socket.receive_json()


def state_of(link: PhoneLink) -> PhoneState:
    return link.state


# --- who may come in, and what it may see ---


def test_the_token_becomes_a_cookie_for_this_encrypted_page_alone(tmp_path: Path) -> None:
    with phone(tmp_path, Session(), known=False) as (client, _):
        answer = client.get(f"/?token={PHONE_TOKEN}", follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        kept = {part.strip().lower() for part in answer.headers["set-cookie"].split(";")}
        assert {"secure", "httponly", "samesite=strict"} <= kept


@pytest.mark.parametrize("token", ["", "t" * 43, PHONE_TOKEN[:-1]])
def test_a_wrong_token_is_told_to_scan_again(tmp_path: Path, token: str) -> None:
    with phone(tmp_path, Session(), known=False) as (client, _):
        answer = client.get("/", params={"token": token})
        assert answer.status_code == 403
        assert "Scan the code once more" in answer.text
        assert client.get("/").status_code == 403
        with pytest.raises(WebSocketDisconnect), connected(client, "a"):
            pass


@pytest.mark.parametrize("host", ["evil.example", HOST, f"localhost:{PORT}", f"127.0.0.1:{PORT}"])
def test_another_name_for_it_is_refused(tmp_path: Path, host: str) -> None:
    with phone(tmp_path, Session()) as (client, _):
        for path in ("/", "/static/app.css"):
            assert client.get(path, headers={"host": host}).status_code == 421


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", ADDRESS, f"http://{HOST}:{PORT}"]
)
def test_another_sites_upload_and_socket_are_refused(tmp_path: Path, origin: str) -> None:
    with phone(tmp_path, Session()) as (client, link):
        client.headers["origin"] = origin
        answer = client.post("/upload", content=b"x", headers={"x-file-name": "a.mp4"})
        assert answer.status_code == 403
        with pytest.raises(WebSocketDisconnect), connected(client, "a"):
            pass
        assert state_of(link) == PhoneState.WAITING


def test_a_phone_sees_its_own_page_and_nothing_else(tmp_path: Path) -> None:
    other = (
        *("/sessions", "/sessions/1", "/settings", "/live", "/live/socket", "/healthz", "/setup/1"),
        *(
            "/phone",
            "/phone/state",
            "/video",
            "/video/list",
            "/progress",
            "/plan",
            "/today",
            "/try",
        ),
        *(
            "/static/live.js",
            "/static/../server.py",
            "/static/%2e%2e/server.py",
            "/upload/x",
            "/try",
        ),
    )
    with phone(tmp_path, Session()) as (client, _):
        assert [client.get(path).status_code for path in other] == [404] * len(other)
        assert client.post("/video/upload", content=b"x").status_code == 404
        assert client.get("/upload").status_code == 405
        for name in ("app.css", "phone.css", "phone.js", "icon.svg"):
            assert client.get(f"/static/{name}").status_code == 200
        assert client.get("/").headers["content-security-policy"].startswith("default-src 'none'")


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_the_phones_page_speaks_the_phones_language(tmp_path: Path, lang: str) -> None:
    with phone(tmp_path, Session(), lang=lang) as (client, _):
        text = client.get("/").text
        assert f'<html lang="{lang}">' in text
        assert load_phrases(lang).text("app.phone.start") in text
        assert "style=" not in text


def test_a_film_goes_to_the_queue_of_the_computer(tmp_path: Path) -> None:
    with phone(tmp_path, Session()) as (client, _):
        queue = client.app.state.formcoach.queue  # type: ignore[attr-defined]  # starlette types it as any ASGI app
        answer = client.post("/upload", content=b"film", headers={"x-file-name": "IMG_1.MOV"})
        assert answer.status_code == 200
        assert [(job.id, job.name) for job in queue.jobs()] == [(answer.json()["id"], "IMG_1.MOV")]
        odd = client.post("/upload", content=b"x", headers={"x-file-name": "a.exe"})
        assert odd.status_code == 415
        large = {"x-file-name": "a.mp4", "content-length": str(10 * 1024**3)}
        assert client.post("/upload", content=b"x", headers=large).status_code == 413


# --- one at a time, lost and found ---


def test_pictures_go_on_only_while_a_session_wants_them(tmp_path: Path) -> None:
    session = Session()
    with phone(tmp_path, session) as (client, link), connected(client, "a") as (socket, hello):
        assert hello == {"type": "welcome", "wanted": True}
        assert state_of(link) == PhoneState.HERE
        socket.send_bytes(b"one")
        assert socket.receive_json() == {"type": "took", "wanted": True}
        session.wanted = False
        socket.send_bytes(b"two")
        assert socket.receive_json() == {"type": "took", "wanted": False}
        for odd in ("", "[]", "{", '{"jpeg": "x"}', '{"type": 7}'):
            socket.send_text(odd)
            assert socket.receive_json()["type"] == "took"
        assert session.pictures == [b"one"]


def test_a_second_phone_is_refused_and_the_first_stays(tmp_path: Path) -> None:
    session = Session()
    with phone(tmp_path, session) as (client, _), connected(client, "a") as (first, _):
        with connected(client, "b") as (second, answer):
            assert answer == {"type": "busy"}
            with pytest.raises(WebSocketDisconnect):
                second.receive_json()
        first.send_bytes(b"one")
        assert first.receive_json()["type"] == "took"
        assert session.pictures == [b"one"]


def test_a_phone_that_is_gone_is_lost_and_found_again(tmp_path: Path) -> None:
    session = Session()
    with phone(tmp_path, session) as (client, link):
        with connected(client, "a"):
            pass
        assert state_of(link) == PhoneState.LOST
        with connected(client, "a") as (socket, hello):
            assert hello["type"] == "welcome"
            assert state_of(link) == PhoneState.HERE
            socket.send_json({"type": "over"})
            assert socket.receive_json()["type"] == "took"
            with pytest.raises(WebSocketDisconnect):
                socket.receive_json()
        assert state_of(link) == PhoneState.WAITING, "whoever turned it off is not missed"


def test_the_same_phone_comes_back_though_its_old_connection_hangs(tmp_path: Path) -> None:
    session = Session()
    with phone(tmp_path, session) as (client, _), connected(client, "a") as (old, _):
        with connected(client, "a") as (new, hello):
            assert hello["type"] == "welcome"
            old.send_bytes(b"old")
            assert old.receive_json() == {"type": "busy"}
            new.send_bytes(b"new")
            assert new.receive_json()["type"] == "took"
        assert session.pictures == [b"new"]


def test_a_phone_without_a_socket_posts_its_pictures(tmp_path: Path) -> None:
    session, jpeg = Session(), encoded(np.zeros((40, 60, 3), np.uint8))
    with phone(tmp_path, session) as (client, link):

        def posted(name: str, content: bytes) -> Any:
            return client.post("/picture", content=content, headers={"x-phone": name}).json()

        assert posted("a", b'{"type": "here"}') == {"type": "took", "wanted": True}
        assert posted("a", jpeg) == {"type": "took", "wanted": True}
        assert posted("b", jpeg) == {"type": "busy"}
        with connected(client, "b") as (_, answer):
            assert answer == {"type": "busy"}
        assert session.pictures == [jpeg]
        assert client.post("/picture", content=b"x" * (MAX_JPEG_BYTES + 1)).status_code == 413
        assert state_of(link) == PhoneState.HERE
        posted("a", b'{"type": "over"}')
        assert state_of(link) == PhoneState.WAITING
        client.headers["origin"] = "https://evil.example"
        assert client.post("/picture", content=jpeg).status_code == 403


def test_another_phone_takes_the_place_of_a_silent_one() -> None:
    session = Session()
    link = session.link()
    first = link.come("a")
    assert first is not None
    session.now_s += SILENT_AFTER_S
    assert link.come("b") is None
    session.now_s += 0.1
    assert state_of(link) == PhoneState.LOST
    second = link.come("b")
    assert second is not None
    assert not link.hear(first, b"old")
    link.go(first)
    assert state_of(link) == PhoneState.HERE
    assert link.hear(second, b"new")
    assert session.pictures == [b"new"]


# --- on the computer ---


@contextmanager
def session_of(
    folder: Path, source: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[LiveRoom, _Session, list[Any]]]:
    """Give a session that has not begun, and what its page is told."""
    with Notebook.open(folder) as notebook:
        told: list[Any] = []
        room = LiveRoom(notebook, folder)
        monkeypatch.setattr(room, "post", told.append)
        yield room, _Session(room, Wanted(source=source, exercise="squat")), told


@pytest.mark.parametrize("source", [PHONE, BROWSER])
def test_lost_and_found_again_is_said_and_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    now = load_phrases("en").text("app.phone.here")
    with session_of(tmp_path, source, monkeypatch) as (_, one, told):
        said: list[str] = []
        monkeypatch.setattr(one, "_say", lambda text, wait, said=said: said.append(text))
        one._camera_event(CameraEvent.LOST, "no pictures come")
        assert (told[-1]["type"], told[-1]["gone"], said) == ("camera", True, [])
        one._camera_event(CameraEvent.BACK, "is back")
        assert said == ([now] if source == PHONE else [])
        assert [each["text"] for each in told if each["type"] == "tell"] == said


@pytest.mark.parametrize("source", [PHONE, BROWSER])
def test_only_the_camera_that_is_wanted_is_looked_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    with session_of(tmp_path, source, monkeypatch) as (room, _, _):
        monkeypatch.setattr(LiveRoom, "source", source)
        with PushedCamera("a camera", lambda event, detail: None) as camera:
            room.pushed = camera
            room.push(encoded(np.zeros((40, 60, 3), np.uint8)), source)
            other = BROWSER if source == PHONE else PHONE
            room.push(b"of another", other)
            frame = camera.read(0.0)
            assert frame is not None
            assert frame.image_bgr.shape == (40, 60, 3)


def encoded(image: Image) -> bytes:
    return cv2.imencode(".jpg", image)[1].tobytes()


@pytest.mark.parametrize("odd", [b"", b"x", b"\xff\xd8", b"\xff\xd8\xff\xe0" + b"\0" * 200])
def test_what_is_no_picture_ends_nothing(odd: bytes) -> None:
    with PushedCamera("a camera", lambda event, detail: None) as camera:
        camera.push(odd)
        assert camera.read(0.0) is None
        camera.push(encoded(np.zeros((40, 60, 3), np.uint8)))
        assert camera.read(0.0) is not None


def test_a_phone_that_is_turned_shows_a_body_in_its_shape() -> None:
    with PushedCamera("a camera", lambda event, detail: None) as camera:
        camera.push(encoded(np.full((180, 320, 3), 255, np.uint8)))
        assert camera.read(0.0) is not None
        camera.push(encoded(np.full((320, 180, 3), 255, np.uint8)))
        frame = camera.read(0.0)
        assert frame is not None
        bright = frame.image_bgr[90].mean(axis=1) > 128
        assert frame.image_bgr.shape == (180, 320, 3)
        assert abs(int(bright.sum()) - 180 * 180 // 320) <= 2


def test_nobody_can_choose_a_phone_that_was_not_let_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []

    def begin(room: LiveRoom, wanted: Wanted) -> None:
        begun.append(wanted.source)
        room.post({"type": "begun"})

    monkeypatch.setattr(LiveRoom, "begin", begin)
    with browser(tmp_path) as client:
        for let_in in (False, True):
            state = client.app.state.formcoach  # type: ignore[attr-defined]  # starlette types it as any ASGI app
            state.phone = Session().link() if let_in else None
            with client.websocket_connect("ws://127.0.0.1:8737/live/socket") as page:
                assert page.receive_json()["type"] == "state"
                for source in (PHONE, BROWSER):
                    page.send_json({"type": "begin", "source": source, "exercise": "squat"})
                    assert page.receive_json() == {"type": "begun"}
    assert begun == ["0", BROWSER, PHONE, BROWSER]


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_the_computers_page_shows_the_code_only_where_a_phone_is_let_in(
    tmp_path: Path, lang: str
) -> None:
    words, session = load_phrases(lang), Session()
    with browser(tmp_path, lang=lang) as client:
        text = client.get("/phone").text
        assert "formcoach app --lan" in text
        assert "<svg" not in text
        assert client.get("/phone/state").json() == {"state": None}
        assert 'value="phone"' not in client.get("/live?exercise=squat").text
        link = session.link()
        client.app.state.formcoach.phone = link  # type: ignore[attr-defined]  # starlette types it as any ASGI app
        text = client.get("/phone").text
        assert '<svg viewBox="0 0' in text
        assert words.text("app.phone.waiting") in text
        assert words.text("app.phone.warning") in text
        assert "AA:BB" in text
        assert 'value="phone"' in client.get("/live?exercise=squat").text
        link.come("a")
        assert client.get("/phone/state").json() == {"state": "here"}
        assert words.text("app.phone.here") in client.get("/phone").text
        assert 'value="phone" checked' in client.get("/live?exercise=squat").text
        for path in ("/", "/live"):
            assert 'href="/phone"' in client.get(path).text


def test_the_code_has_no_style_of_its_own() -> None:
    drawn = qr_of("https://192.168.1.20:8737/?token=" + "a" * 43)
    assert drawn.startswith("<svg")
    assert "style" not in drawn


@pytest.mark.parametrize("address", ["0.0.0.0", "8.8.8.8", "localhost", "::1", "192.168.1", ""])
def test_an_address_that_is_not_at_home_is_refused(address: str) -> None:
    with pytest.raises(OutputError) as refused:
        lan.own_address(address)
    assert "\n" not in str(refused.value)


def test_the_own_address_is_found_or_it_is_said_that_there_is_no_network(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lan, "ELSEWHERE", ("127.0.0.1", 9))
    assert lan.own_address() == "127.0.0.1"

    def unreachable(*_: object) -> None:
        raise OSError(101, "Network is unreachable")

    monkeypatch.setattr("socket.socket.connect", unreachable)
    with pytest.raises(OutputError, match="in no network"):
        lan.own_address()


# --- the program ---


def listening_of(pid: int) -> set[str]:
    """Return the addresses that a process listens on, in /proc's writing; IPv6 as it stands."""
    own = set()
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        try:
            own.add(str(entry.readlink()))
        except OSError:
            continue  # closed meanwhile
    found = set()
    for table in ("tcp", "tcp6"):
        path = Path(f"/proc/{pid}/net/{table}")
        rows = path.read_text().splitlines()[1:] if path.exists() else []
        for parts in (row.split() for row in rows):
            if parts[3] == LISTENING and f"socket:[{parts[9]}]" in own:
                found.add(parts[1].partition(":")[0])
    return found


needs_proc = pytest.mark.skipif(not Path("/proc/self/net/tcp").exists(), reason="needs /proc")


@needs_proc
def test_nothing_but_loopback_listens_unless_a_phone_is_asked_for(tmp_path: Path) -> None:
    with running(tmp_path) as (server, address):
        assert address
        assert listening_of(server.pid) == {"0100007F"}


@needs_proc
def test_the_second_door_is_open_while_it_runs_and_leaves_no_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = tmp_path / "made"
    made.mkdir()
    monkeypatch.setenv("TMPDIR", str(made))
    with running(tmp_path, "--lan-address", HOST) as (server, address):
        assert address.startswith("http://127.0.0.1:")
        assert server.stdout is not None
        phones = server.stdout.readline().strip()
        assert listening_of(server.pid) == {"0100007F", "0200007F"}
        assert list(made.rglob("*.pem")) == []
        base, _, token = phones.partition("/?token=")
        assert token not in address
        port = int(base.rpartition(":")[2])
        blind = ssl._create_unverified_context()
        for path, status in (("/", 403), (f"/?token={token}", 303), ("/healthz", 404)):
            connection = HTTPSConnection(HOST, port, timeout=20, context=blind)
            connection.request("GET", path)
            assert connection.getresponse().status == status
            connection.close()
        server.send_signal(signal.SIGTERM)
        server.wait(60)
        with pytest.raises(OSError, match="refused"):
            HTTPSConnection(HOST, port, timeout=20, context=blind).connect()
    assert list(made.iterdir()) == []


def test_the_key_is_for_this_user_alone_and_gone_once_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[int, bool]] = []
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def watched(app: Any, **more: Any) -> Any:
        key = Path(more["ssl_keyfile"])
        seen.append((stat.S_IMODE(key.stat().st_mode), key.is_relative_to(tmp_path)))
        return config_of(app, **more)

    monkeypatch.setattr(lan, "config_of", watched)
    with browser(tmp_path) as client:
        state = client.app.state.formcoach  # type: ignore[attr-defined]  # starlette types it as any ASGI app
        with lan.open_lan(state, HOST) as link:
            assert (state.phone, list(tmp_path.rglob("*.pem"))) == (link, [])
        assert client.get("/phone/state").json() == {"state": None}
    assert seen == [(0o600, True)]
