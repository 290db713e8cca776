"""The sample company for the journeys: `python -m tests.site FOLDER` loads it there and prints who can sign in.

It begins with the database that the tests have migrated, so that no migration runs twice.
"""

import os
import shutil
import sys
from pathlib import Path

import django

from tests.database import migrated_file


def main(folder: Path) -> None:
    django.setup()
    shutil.copyfile(migrated_file(), folder / "kizuna.sqlite3")
    kept = {
        name: value for name, value in os.environ.items() if name not in ("DJANGO_SETTINGS_MODULE", "TESTS_DATA_DIR")
    }
    command = [sys.executable, "-m", "kizuna", "demo", "--no-serve"]
    os.execve(command[0], command, kept | {"KIZUNA_DATA_DIR": str(folder)})


if __name__ == "__main__":
    main(Path(sys.argv[1]))
