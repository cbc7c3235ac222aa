"""Certificates for engines with mutual TLS: right ones, and wrong ones to be refused."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tests.lab.processes import run

# What is wrong with the server's certificate, if anything.
ServerFault = Literal["expired", "wrong-name"]
# What is wrong with the client's folder: a foreign authority in ca.pem, a certificate that the engine's authority did
# not sign, one that has expired, no certificate at all, a key that others can read.
ClientFault = Literal["wrong-ca", "foreign", "expired", "no-cert", "open-key"]

KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
DAYS = 30
ELSEWHERE = "192.0.2.1"
# A configuration of our own: the machine's may add extensions or ask for more.
CONFIG = "[req]\ndistinguished_name=name\n[name]\n"


@dataclass(frozen=True)
class Authority:
    """A certificate authority with its files in a folder."""

    folder: Path

    @property
    def certificate(self) -> Path:
        """Its own certificate."""
        return self.folder / "ca.pem"

    def issue(self, name: str, alternative: str, *, expired: bool = False) -> tuple[Path, Path]:
        """Return certificate and key for NAME, with ALTERNATIVE (`IP:…` or `DNS:…`) as what it may be called."""
        base = self.folder / name
        certificate, key, request = (base.with_suffix(end) for end in (".pem", ".key", ".csr"))
        extensions = ["-addext", f"subjectAltName={alternative}"]
        _openssl("req", "-new", *KEY, "-keyout", key, "-out", request, "-subj", f"/CN={name}", *extensions, config=base)
        signer = ["-CA", self.certificate, "-CAkey", self.folder / "ca.key", "-copy_extensions", "copy"]
        days = -1 if expired else DAYS
        _openssl("x509", "-req", "-in", request, *signer, "-days", days, "-out", certificate)
        return certificate, key


def make_authority(folder: Path) -> Authority:
    """Make a new authority in FOLDER."""
    folder.mkdir()
    uses = ("basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign", "subjectKeyIdentifier=hash")
    extensions = [word for use in uses for word in ("-addext", use)]
    files = ["-keyout", folder / "ca.key", "-out", folder / "ca.pem"]
    _openssl(
        "req", "-x509", *KEY, *files, "-days", DAYS, "-subj", "/CN=dockmon lab", *extensions, config=folder / "openssl"
    )
    return Authority(folder)


@dataclass(frozen=True)
class Tls:
    """The certificates of one engine and its clients."""

    folder: Path
    authority: Authority
    server: tuple[Path, Path]

    @property
    def settings(self) -> dict[str, object]:
        """What the engine's configuration says about them."""
        certificate, key = map(str, self.server)
        return {"tlsverify": True, "tlscacert": str(self.authority.certificate), "tlscert": certificate, "tlskey": key}

    def client(self, fault: ClientFault | None = None) -> Path:
        """Return a folder with ca.pem, cert.pem and key.pem (mode 0600), as docker names them, with one FAULT."""
        folder = self.folder / f"client-{fault or 'right'}"
        if folder.exists():
            return folder
        other = make_authority(self.folder / f"other-{fault}") if fault in {"wrong-ca", "foreign"} else self.authority
        signer = other if fault == "foreign" else self.authority
        certificate, key = signer.issue(f"client-{fault}", "DNS:client", expired=fault == "expired")
        folder.mkdir()
        _copy((other if fault == "wrong-ca" else self.authority).certificate, folder / "ca.pem", 0o644)
        if fault != "no-cert":
            _copy(certificate, folder / "cert.pem", 0o644)
            _copy(key, folder / "key.pem", 0o644 if fault == "open-key" else 0o600)
        return folder


def make_tls(folder: Path, address: str, fault: ServerFault | None) -> Tls:
    """Make an authority in FOLDER and a server's certificate for ADDRESS, with one FAULT."""
    folder.mkdir()
    authority = make_authority(folder / "ca")
    name = f"IP:{ELSEWHERE if fault == 'wrong-name' else address}"
    return Tls(folder, authority, authority.issue("server", name, expired=fault == "expired"))


def _copy(source: Path, target: Path, mode: int) -> None:
    target.touch(mode)
    target.write_bytes(source.read_bytes())
    target.chmod(mode)


def _openssl(*words: object, config: Path | None = None) -> None:
    argv = ["openssl", *map(str, words)]
    if config:
        file = config.with_suffix(".cnf")
        file.write_text(CONFIG)
        argv += ["-config", str(file)]
    run(argv)
