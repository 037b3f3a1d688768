"""What lies where in a state directory."""

DATABASE_FILE = "channelhub.db"
BLOB_FOLDER = "blobs"  # large bodies and attachments
SECRET_FILE = "secret.key"  # noqa: S105 - a file's name: what signs the reply tokens of sent mail
ERASED_FILE = "erased.jsonl"  # digests of whom was erased: a restore leaves it where it is
ASIDE_PREFIX = "before-restore-"  # of folders with the state that a restore replaced
