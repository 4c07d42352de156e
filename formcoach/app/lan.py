"""The second door, for the phone: the network's own address, encrypted, open only when asked for.

    with open_lan(state, "192.168.1.20") as link:      # None: the address this machine has
        ...                                            # the phone's pages answer

Nothing of it is left at the end: the key was on the disk only while it was read.
"""

import contextlib
import ipaddress
import os
import secrets
import socket
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread

import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from formcoach.app.phone import PhoneLink
from formcoach.app.phone_pages import create_phone_app
from formcoach.app.room import PHONE
from formcoach.app.serving import config_of
from formcoach.app.state import AppState, bound
from formcoach.errors import OutputError

__all__ = ["open_lan", "own_address"]

ELSEWHERE = ("192.0.2.1", 9)
"""An address for examples (RFC 5737): asking the way to it sends nothing, and tells our own."""
VALID_DAYS = 30
BEGINNING_S, ENDING_S = 30.0, 5.0


def own_address(wanted: str | None = None) -> str:
    """Return this machine's address in its network.

    Args:
        wanted: the one to take, where there are several.

    Raises:
        OutputError: there is none, or it is none of a network of one's own.
    """
    if wanted is None:
        try:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
                asking.connect(ELSEWHERE)
                wanted = str(asking.getsockname()[0])
        except OSError as error:
            reason = error.strerror
            raise OutputError(
                f"this computer is in no network ({reason}); connect it to the phone's Wi-Fi"
            ) from error
    try:
        address = ipaddress.IPv4Address(wanted)
    except ValueError as error:
        raise OutputError(
            f"{wanted!r} is no IPv4 address; write it like 192.168.1.20, or leave it out"
        ) from error
    if address.is_unspecified or not address.is_private:
        raise OutputError(f"{wanted} is not of a network at home; name another with --lan-address")
    return str(address)


@contextlib.contextmanager
def open_lan(state: AppState, address: str | None) -> Iterator[PhoneLink]:
    """Answer the phone as long as the block lasts.

    Args:
        state: what all pages share; its ``phone`` is set meanwhile.
        address: this machine's address in the network; None to find it.

    Raises:
        OutputError: it cannot be listened on.
    """
    address = own_address(address)
    try:
        listening = bound(None, address)
    except OutputError as error:
        raise OutputError(
            f"{address} cannot be listened on; leave --lan-address out, or name another"
        ) from error
    with contextlib.closing(listening):
        port = int(listening.getsockname()[1])
        token = secrets.token_urlsafe(32)
        certificate, key = _certificate(address)
        link = PhoneLink(
            address=f"https://{address}:{port}/?token={token}",
            fingerprint=_fingerprint(certificate),
            wanted=lambda: state.room.source == PHONE,
            take=lambda jpeg: state.room.push(jpeg, PHONE),
        )
        config = _config(state, link, token, address, port, certificate, key)
        state.phone = link
        try:
            with _answering(config, listening):
                yield link
        finally:
            state.phone = None


def _config(
    state: AppState,
    link: PhoneLink,
    token: str,
    address: str,
    port: int,
    certificate: x509.Certificate,
    key: ec.EllipticCurvePrivateKey,
) -> uvicorn.Config:
    """Return how the phone is served; the key is on the disk only while it is read."""
    app = create_phone_app(state, link, token, address, port)
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with tempfile.TemporaryDirectory(prefix="formcoach-") as made:
        own, public = Path(made) / "key.pem", Path(made) / "certificate.pem"
        with os.fdopen(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(private)
        public.write_bytes(certificate.public_bytes(pem))
        config = config_of(app, lifespan="off", ssl_keyfile=str(own), ssl_certfile=str(public))
        config.load()
    return config


class _Server(uvicorn.Server):
    """A server in a thread of its own, which tells when it answers."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer, and tell so."""
        await super().startup(sockets)
        self.ready.set()


@contextlib.contextmanager
def _answering(config: uvicorn.Config, listening: socket.socket) -> Iterator[None]:
    server = _Server(config)
    thread = Thread(target=server.run, args=([listening],), name="formcoach-phone", daemon=True)
    thread.start()
    try:
        if not server.ready.wait(BEGINNING_S):
            raise OutputError("the phone's door does not open; start it again, or without --lan")
        yield
    finally:
        server.should_exit = True
        thread.join(ENDING_S)


def _certificate(address: str) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    """Make a certificate for one address, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "FormCoach on your computer")])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))  # the phone's clock may be behind
        .not_valid_after(now + timedelta(days=VALID_DAYS))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    return certificate, key


def _fingerprint(certificate: x509.Certificate) -> str:
    """Return the SHA-256 of a certificate as phones show it."""
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()
