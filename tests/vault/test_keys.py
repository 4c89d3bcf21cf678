"""The key file: whole or not at all, for its owner alone, and never shown."""

import json
import os
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from triage.vault.keys import (
    BadKeys,
    KeyFileExists,
    KeyFileInvalid,
    KeyFileMissing,
    KeyFileShared,
    Keys,
    generate,
    read_keys,
    rotated,
    write_keys,
)


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    keys = rotated(generate())
    write_keys(tmp_path / "keys.json", keys)

    assert read_keys(tmp_path / "keys.json") == keys


def test_only_the_owner_can_read_the_file(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        write_keys(tmp_path / "new" / "keys.json", generate())
    finally:
        os.umask(before)

    assert mode(tmp_path / "new" / "keys.json") == 0o600
    assert mode(tmp_path / "new") == 0o700


def test_keys_are_never_overwritten(tmp_path: Path) -> None:
    first = generate()
    write_keys(tmp_path / "keys.json", first)

    with pytest.raises(KeyFileExists):
        write_keys(tmp_path / "keys.json", generate())

    assert read_keys(tmp_path / "keys.json") == first
    assert list(tmp_path.iterdir()) == [tmp_path / "keys.json"]


def test_a_dangling_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "keys.json").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(KeyFileExists):
        write_keys(tmp_path / "keys.json", generate())

    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("others", [0o640, 0o604, 0o620, 0o601])
def test_a_file_that_others_can_touch_is_refused(tmp_path: Path, others: int) -> None:
    write_keys(tmp_path / "keys.json", generate())
    (tmp_path / "keys.json").chmod(others)

    with pytest.raises(KeyFileShared):
        read_keys(tmp_path / "keys.json")


def test_a_mounted_secret_may_be_readable_for_others_when_asked_for(tmp_path: Path) -> None:
    keys = generate()
    write_keys(tmp_path / "keys.json", keys)
    (tmp_path / "keys.json").chmod(0o444)

    assert read_keys(tmp_path / "keys.json", allow_shared=True) == keys


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(KeyFileMissing, match=r"absent\.json"):
        read_keys(tmp_path / "absent.json")


def test_a_directory_is_no_key_file(tmp_path: Path) -> None:
    with pytest.raises(KeyFileInvalid):
        read_keys(tmp_path, allow_shared=True)


@pytest.mark.parametrize(
    "change",
    [
        {"digest": "secret-that-is-no-base64!"},
        {"digest": "c2hvcnQtc2VjcmV0"},
        {"version": 2},
        {"secret-field": "secret-value"},
        {"current": "secret-id"},
        {"encryption": {}},
        {"receipt": None},
    ],
)
def test_a_file_that_is_wrong_is_refused_without_a_word_of_it(
    tmp_path: Path, change: dict[str, Any]
) -> None:
    write_keys(tmp_path / "keys.json", generate())
    content = json.loads((tmp_path / "keys.json").read_text())
    (tmp_path / "keys.json").write_text(json.dumps(content | change))

    with pytest.raises(KeyFileInvalid) as refused:
        read_keys(tmp_path / "keys.json")

    assert "secret" not in str(refused.value)
    assert not any(content[use] in str(refused.value) for use in ("digest", "receipt", "current"))
    assert refused.value.__suppress_context__


def test_what_is_not_json_is_refused_without_a_word_of_it(tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_bytes(b'{"current": secret \xff')
    (tmp_path / "keys.json").chmod(0o600)

    with pytest.raises(KeyFileInvalid) as refused:
        read_keys(tmp_path / "keys.json")

    assert "secret" not in str(refused.value)


def test_rotation_changes_only_the_key_that_wraps_and_keeps_the_old_ones() -> None:
    keys = generate()
    after = rotated(keys)

    assert after.current != keys.current
    assert set(after.encryption) == {keys.current, after.current}
    assert after.encryption[keys.current] == keys.encryption[keys.current]
    assert replace(after, current=keys.current, encryption=keys.encryption) == keys


def test_no_two_installations_have_a_key_in_common() -> None:
    assert not material(generate()) & material(generate())


def test_keys_of_a_wrong_length_are_refused() -> None:
    with pytest.raises(BadKeys):
        replace(generate(), receipt=b"short")


def test_one_key_for_two_uses_is_refused() -> None:
    keys = generate()

    with pytest.raises(BadKeys):
        replace(keys, receipt=keys.digest)


def test_a_key_id_that_does_not_fit_an_envelope_is_refused() -> None:
    kid = "k" * 33

    with pytest.raises(BadKeys):
        replace(generate(), current=kid, encryption={kid: b"k" * 32})


def test_keys_do_not_show_themselves() -> None:
    keys = Keys(
        current="k1",
        encryption={"k1": b"A" * 32},
        digest=b"B" * 32,
        receipt=b"C" * 32,
        signing_seed=b"D" * 32,
    )

    assert repr(keys) == str(keys) == "Keys(current='k1')"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def material(keys: Keys) -> set[bytes]:
    return {*keys.encryption.values(), keys.digest, keys.receipt, keys.signing_seed}
