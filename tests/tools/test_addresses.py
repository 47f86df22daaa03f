"""Nothing about anybody's machine in tracked files."""

import pytest

from tools import addresses


def test_tracked_files_name_no_machine(capsys: pytest.CaptureFixture[str]) -> None:
    assert addresses.main() == 0, capsys.readouterr().out


@pytest.mark.parametrize(
    "text",
    [
        "see /home/anna/siegel",
        'open("/root/x")',
        "--index-url https://pypi.example/simple",
        "http://10.1.2.3:3141/root",
        "http://mirror.corp/x",
    ],
)
def test_an_address_is_found(text: str) -> None:
    assert list(addresses.strays(text))


@pytest.mark.parametrize(
    "text", ["https://siegel.example/home/", "version 10.1.2", "/path/file", "{% url 'home' %}"]
)
def test_what_is_no_address_is_left_alone(text: str) -> None:
    assert not list(addresses.strays(text))
