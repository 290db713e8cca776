"""Screens that every resource has, under its plural: /contacts, /contacts/42, /contacts/new."""

from django.conf import settings
from django.urls import path

from kizuna.base.ui import converters  # noqa: F401 - registers <resource:…>
from kizuna.base.ui.views import (
    bulk,
    cells,
    filter_dialog,
    forms,
    kitchen_sink,
    lists,
    palette,
    picking,
    records,
    transfer,
    verbs,
    working,
)

app_name = "ui"

urlpatterns = [
    path("palette", palette.results),
    path("jobs/<int:job_id>", working.job_page),
    path("jobs/<int:job_id>/cancel", working.cancel),
    path("<resource:resource>", lists.list_page),
    path("<resource:resource>/count", lists.count),
    path("<resource:resource>/filter", filter_dialog.filter_dialog),
    path("<resource:resource>/pick", picking.pick),
    path("<resource:resource>/tags/<str:name>", picking.tags),
    path("<resource:resource>/export", transfer.export),
    path("<resource:resource>/import", transfer.upload),
    path("<resource:resource>/import/<int:import_id>", transfer.one_import),
    path("<resource:resource>/import/<int:import_id>/start", transfer.start),
    path("<resource:resource>/import/<int:import_id>/cancel", transfer.cancel),
    path("<resource:resource>/import/<int:import_id>/rejected.csv", transfer.rejected),
    path("<resource:resource>/new", forms.new),
    path("<resource:resource>/bulk/edit", bulk.edit),
    path("<resource:resource>/bulk/actions/<str:name>", bulk.act),
    path("<resource:resource>/bulk/<str:operation>", bulk.change),
    path("<resource:resource>/<int:record_id>", records.record_page),
    path("<resource:resource>/<int:record_id>/row", lists.row),
    path("<resource:resource>/<int:record_id>/cells/<str:name>", cells.cell),
    path("<resource:resource>/<int:record_id>/fields/<str:name>", records.field),
    path("<resource:resource>/<int:record_id>/timeline", records.timeline_page),
    path("<resource:resource>/<int:record_id>/history", records.history_page),
    path("<resource:resource>/<int:record_id>/compose/<str:key>", records.compose),
    path("<resource:resource>/<int:record_id>/edit", forms.edit),
    path("<resource:resource>/<int:record_id>/merge-edits", forms.merge_edits),
    path("<resource:resource>/<int:record_id>/delete", verbs.delete),
    path("<resource:resource>/<int:record_id>/restore", verbs.restore),
    path("<resource:resource>/<int:record_id>/undo/<int:version>", verbs.undo),
    path("<resource:resource>/<int:record_id>/actions/<str:name>", verbs.act),
]

if settings.DEBUG:
    urlpatterns += [
        path("ui/kitchen-sink", kitchen_sink.show, name="kitchen_sink"),
        path("ui/kitchen-sink/<str:part>", kitchen_sink.answer, name="kitchen_sink_part"),
    ]
