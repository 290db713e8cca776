"""KIZUNA_DATA_DIR: the folder for everything that Kizuna keeps beside the database server."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def data_folder(name: str) -> Path:
    """The folder, made if need be. Raises ImproperlyConfigured where nothing can be kept in it."""
    folder = Path(name).resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"KIZUNA_DATA_DIR: the folder {folder} cannot be made: {error.strerror}.") from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise ImproperlyConfigured(f"KIZUNA_DATA_DIR: the folder {folder} may not be written by whoever runs Kizuna.")
    return folder
