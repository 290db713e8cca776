"""Screens that every resource has, under its plural: /contacts, /contacts/42, /contacts/new."""

from django.conf import settings
from django.urls import path

from kizuna.base.ui import converters  # noqa: F401 - registers <resource:…>
from kizuna.base.ui.views import (
    bulk,
    cells,
    files,
    filter_dialog,
    forms,
    kitchen_sink,
    lists,
    palette,
    picking,
    records,
    saved,
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
    path("<resource:resource>/views/new", saved.new),
    path("<resource:resource>/views/<int:view_id>/save", saved.save),
    path("<resource:resource>/views/<int:view_id>/edit", saved.edit),
    path("<resource:resource>/views/<int:view_id>/delete", saved.delete),
    path("<resource:resource>/views/<int:view_id>/restore", saved.restore),
    path("<resource:resource>/views/<int:view_id>/default", saved.default),
    path("<resource:resource>/views/<int:view_id>/defaults", saved.defaults),
    path("<resource:resource>/views/<int:view_id>/pin", saved.pin, {"is_pinned": True}),
    path("<resource:resource>/views/<int:view_id>/unpin", saved.pin, {"is_pinned": False}),
    path("<resource:resource>/views/<int:view_id>/move/left", saved.move, {"by": -1}),
    path("<resource:resource>/views/<int:view_id>/move/right", saved.move, {"by": 1}),
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
    path("<resource:resource>/<int:record_id>/files", files.panel),
    path("<resource:resource>/<int:record_id>/files/<int:file_id>", files.download),
    path("<resource:resource>/<int:record_id>/files/<int:file_id>/preview", files.preview),
    path("<resource:resource>/<int:record_id>/files/<int:file_id>/pictures/<int:number>", files.picture),
    path("<resource:resource>/<int:record_id>/files/<int:file_id>/rename", files.rename),
    path("<resource:resource>/<int:record_id>/files/<int:file_id>/delete", files.delete),
    path("<resource:resource>/<int:record_id>/files/<int:file_id>/restore", files.restore),
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
