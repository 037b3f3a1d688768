"""What lies where in a state directory."""

DATABASE_FILE = "channelhub.db"
BLOB_FOLDER = "blobs"  # large bodies and attachments
SECRET_FILE = "secret.key"  # noqa: S105 - a file's name: what signs the reply tokens of sent mail
