"""What selling knows: where a deal begins, and what a stage asks for."""

from kizuna.domains.sales.queries.stages import first_stage, missing_for, reasons_for, stage_of_kind

__all__ = ["first_stage", "missing_for", "reasons_for", "stage_of_kind"]
