"""What holds for the files of an account."""

from channelhub.app.media import limits_of
from channelhub.rules.media import MediaLimits
from channelhub.settings.media import AccountMedia, MediaSettings

ALL = MediaSettings(max_file_bytes=1000, max_total_bytes=9000, types=("image/*",))


def test_an_account_without_words_of_its_own_is_limited_as_all_are() -> None:
    assert limits_of(ALL, "bot") == MediaLimits(
        is_on=True, max_file_bytes=1000, max_total_bytes=0, max_hub_bytes=9000, types=("image/*",)
    )


def test_what_is_said_of_an_account_holds_for_it_alone() -> None:
    own = AccountMedia(enabled=False, max_file_bytes=5, max_total_bytes=70, types=())
    settings = MediaSettings(max_file_bytes=1000, max_total_bytes=9000, types=("image/*",), accounts={"bot": own})

    assert limits_of(settings, "bot") == MediaLimits(
        is_on=False, max_file_bytes=5, max_total_bytes=70, max_hub_bytes=9000, types=()
    )
    assert limits_of(settings, "other").is_on
