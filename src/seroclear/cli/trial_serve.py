"""`seroclear trial serve`: the web application for site staff."""

from __future__ import annotations

import ipaddress
from datetime import date
from pathlib import Path
from typing import Final

import click

from seroclear.cli.options import PATH
from seroclear.cli.trial_session import TRIAL
from seroclear.errors import SeroclearError

_HERE: Final = "127.0.0.1"
_PORT: Final = 8765


@click.command("serve")
@TRIAL
@click.option("--host", default=_HERE, show_default=True, help="Address to listen at.")
@click.option("--port", type=click.IntRange(1, 65535), default=_PORT, show_default=True)
@click.option(
    "--key",
    "key_file",
    type=PATH,
    envvar="SEROCLEAR_TRIAL_KEY",
    help="File of the randomisation's key; without it nobody is randomised here.",
)
@click.option("--tls-certificate", type=PATH, help="PEM file; with --tls-key, serves https.")
@click.option("--tls-key", type=PATH, help="PEM file of the certificate's key.")
@click.option(
    "--behind-tls",
    is_flag=True,
    help="A proxy on the way speaks https to browsers, and the rest of the way is trusted.",
)
@click.option("--recruit-until", metavar="YYYY-MM-DD", help="Planned end, for the accrual chart.")
def serve(
    trial: str,
    host: str,
    port: int,
    key_file: Path | None,
    tls_certificate: Path | None,
    tls_key: Path | None,
    behind_tls: bool,
    recruit_until: str | None,
) -> None:
    """Serves the web application of TRIAL, on this machine alone unless it is told otherwise."""
    tls = behind_tls or tls_certificate is not None
    if (tls_certificate is None) != (tls_key is None):
        raise SeroclearError("--tls-certificate and --tls-key go together; give both.")
    if not tls and not is_loopback(host):
        raise SeroclearError(
            f"{host} can be reached from elsewhere, and passwords would go in the clear: give "
            "--tls-certificate and --tls-key, or --behind-tls where a proxy does it."
        )
    if recruit_until is not None:
        try:
            date.fromisoformat(recruit_until)
        except ValueError:
            raise SeroclearError("--recruit-until is a day written YYYY-MM-DD.") from None
    import uvicorn

    from seroclear.trial.trust.session import open_trial
    from seroclear.trial.web.app import make_app

    app = make_app(open_trial(trial), key_file, tls=tls, plan_ends=recruit_until)
    reach = "this machine alone" if is_loopback(host) else "other machines as well"
    click.echo(f"http{'s' if tls_certificate else ''}://{host}:{port} for {reach}; Ctrl-C ends it.")
    uvicorn.run(
        app,
        host=host,
        port=port,
        ssl_certfile=tls_certificate,
        ssl_keyfile=tls_key,
        # The address that counts failures is the connection's; a header of a browser is no proof.
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_level="warning",
    )


def is_loopback(host: str) -> bool:
    """Whether an address is this machine's alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


COMMANDS = (serve,)
