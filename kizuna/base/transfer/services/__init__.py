"""Import and export: `from kizuna.base.transfer import services as transfer`."""

from kizuna.base.transfer.services.dry_runs import cancel_dry_run, check_rows, run_dry_run, start_dry_run
from kizuna.base.transfer.services.export_files import (
    cancel_export,
    forget_exports,
    is_large,
    may_lose,
    run_export,
    start_export,
    write_export,
)
from kizuna.base.transfer.services.exports import Export, export, rejected_rows
from kizuna.base.transfer.services.imports import (
    cancel_import,
    forget_files,
    pause_import,
    prepare_import,
    read_again,
    resume_import,
    start_import,
)
from kizuna.base.transfer.services.running import run_import
from kizuna.base.transfer.services.undoing import cancel_undo, run_undo, start_undo

__all__ = [
    "Export",
    "cancel_dry_run",
    "cancel_export",
    "cancel_import",
    "cancel_undo",
    "check_rows",
    "export",
    "forget_exports",
    "forget_files",
    "is_large",
    "may_lose",
    "pause_import",
    "prepare_import",
    "read_again",
    "rejected_rows",
    "resume_import",
    "run_dry_run",
    "run_export",
    "run_import",
    "run_undo",
    "start_dry_run",
    "start_export",
    "start_import",
    "start_undo",
    "write_export",
]
