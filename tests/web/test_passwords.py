"""How passwords are kept."""

from channelhub.web.passwords import hashed, is_right


def test_a_password_is_kept_as_argon2id_with_a_salt_of_its_own() -> None:
    one, other = hashed("correct horse battery"), hashed("correct horse battery")

    assert one != other
    assert one.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert is_right("correct horse battery", one)
    assert not is_right("correct horse", one)
    assert not is_right("", "")
    assert not is_right("anything", "of no known form")
