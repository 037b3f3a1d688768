"""Rules of files are told in a sentence before anything is sent."""

import pytest

from channelhub.domain.outbound import OutgoingFile
from channelhub.sdk.files import FileRules, no_files, shown_bytes

PICTURES = FileRules(most=2, types={"image/png": 10, "image/*": 5, "video/mp4": 0})


def file(content_type: str = "image/png", size: int = 1) -> OutgoingFile:
    return OutgoingFile(filename="a", content_type=content_type, size=size, sha256="")


def test_anything_goes_where_a_channel_has_no_rules() -> None:
    assert FileRules().refusal([file("x/y", 10**9)] * 50) == ""
    assert FileRules().refusal([]) == ""


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ([file()] * 3, "at most 2 files go with an answer"),
        ([file("text/plain")], "file 1 is text/plain: only image/png, image/*, video/mp4 can be sent"),
        ([file(), file("")], "file 2 is of no type"),
        ([file("image/gif", 6)], "file 1 is larger than the 5 bytes that are taken of image/gif"),
        ([file("image/png", 11)], "larger than the 10 bytes"),
    ],
)
def test_what_is_not_taken_is_told_with_the_bound(files: list[OutgoingFile], sentence: str) -> None:
    assert sentence in PICTURES.refusal(files)


def test_the_narrowest_type_counts_and_parameters_do_not() -> None:
    assert PICTURES.refusal([file("image/PNG; name=a", 10), file("image/gif", 5)]) == ""
    assert PICTURES.refusal([file("video/mp4", 10**9)]) == ""


def test_the_bytes_count_whatever_was_said_of_them() -> None:
    lying = OutgoingFile(filename="a", content_type="image/gif", size=1, sha256="", content=b"123456")

    assert "larger" in PICTURES.refusal([lying])


def test_where_no_files_go_the_reason_is_told() -> None:
    assert no_files("comments take none").refusal([file()]) == "comments take none"
    assert no_files("comments take none").refusal([]) == ""
    assert FileRules(most=1).refusal([file()] * 2) == "at most 1 file goes with an answer"


@pytest.mark.parametrize(
    ("count", "shown"), [(2**20 * 3, "3 MiB"), (2**10 * 976, "976 KiB"), (10**6, "1000000 bytes"), (1, "1 byte")]
)
def test_bounds_are_written_for_people(count: int, shown: str) -> None:
    assert shown_bytes(count) == shown


@pytest.mark.parametrize(("name", "is_taken"), [("a.exe", False), ("a.tar.EXE", False), ("exe.pdf", True), ("b", True)])
def test_a_barred_ending_is_not_taken_whatever_its_type(name: str, is_taken: bool) -> None:
    named = OutgoingFile(filename=name, content_type="image/png", size=1, sha256="")
    refusal = FileRules(barred=frozenset({"exe"})).refusal([named])

    assert refusal == ("" if is_taken else "file 1 is named .exe: such files can't be sent")
