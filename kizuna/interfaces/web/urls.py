"""Today, the person's own pages and the settings."""

from django.urls import path

from kizuna.interfaces.web.views import custom_fields, custom_objects, home, layouts, me, people, roles, teams, told

urlpatterns = [
    path("", home.home, name="home"),
    path("help", home.help_page, name="guide"),
    path("me", me.me, name="me"),
    path("me/language", me.choose_language, name="me_language"),
    path("me/theme", me.choose_theme, name="me_theme"),
    path("me/calendar", me.open_calendar, name="me_calendar"),
    path("me/calendar/revoke", me.revoke_calendar, name="me_calendar_revoke"),
    path("me/notifications", told.told, name="me_told"),
    path("me/browsers", told.add_browser, name="me_browsers"),
    path("me/browsers/<int:browser_id>/remove", told.remove_browser, name="me_browser_remove"),
    path("push.js", told.service_worker, name="service_worker"),
    path("me/tokens", me.issue_token, name="me_tokens"),
    path("me/tokens/<int:token_id>/revoke", me.revoke_token, name="me_token_revoke"),
    path("settings", people.settings_home, name="settings"),
    path("settings/people", people.people, name="settings_people"),
    path("settings/people/new", people.new_person, name="settings_person_new"),
    path("settings/people/<int:user_id>", people.person, name="settings_person"),
    path("settings/people/<int:user_id>/active", people.set_active, name="settings_person_active"),
    path("settings/teams", teams.team_page, name="settings_teams"),
    path("settings/roles", roles.roles, name="settings_roles"),
    path("settings/roles/<int:role_id>", roles.role_page, name="settings_role"),
    path("settings/roles/<int:role_id>/delete", roles.delete_role, name="settings_role_delete"),
    path("settings/roles/<int:role_id>/rights", roles.set_right, name="settings_role_rights"),
    path("settings/roles/<int:role_id>/fields/<str:key>", roles.role_fields, name="settings_role_fields"),
    path("settings/layouts", layouts.layouts_home, name="settings_layouts"),
    path("settings/layouts/<str:key>", layouts.layout_page, name="settings_layout"),
    path("settings/layouts/<str:key>/reset", layouts.reset, name="settings_layout_reset"),
    path("settings/layouts/<str:key>/preview", layouts.preview, name="settings_layout_preview"),
    path("settings/layouts/<str:key>/back/<int:event_id>", layouts.back, {"is_before": False}),
    path("settings/layouts/<str:key>/undo/<int:event_id>", layouts.back, {"is_before": True}),
    path("settings/objects", custom_objects.objects, name="settings_objects"),
    path("settings/objects/new", custom_objects.new_object, name="settings_object_new"),
    path("settings/objects/<int:object_id>", custom_objects.object_page, name="settings_object"),
    path("settings/objects/<int:object_id>/remove", custom_objects.remove_object, name="settings_object_remove"),
    path("settings/objects/<int:object_id>/restore", custom_objects.restore_object, name="settings_object_restore"),
    path("settings/objects/<int:object_id>/purge", custom_objects.purge_object, name="settings_object_purge"),
    path("settings/fields", custom_fields.fields_home, name="settings_fields"),
    path("settings/fields/<str:key>", custom_fields.fields_of, name="settings_fields_of"),
    path("settings/fields/<str:key>/new", custom_fields.new_field, name="settings_field_new"),
    path("settings/fields/<str:key>/<int:field_id>", custom_fields.field_page, name="settings_field"),
    path("settings/fields/<str:key>/<int:field_id>/move", custom_fields.move_field, name="settings_field_move"),
    path("settings/fields/<str:key>/<int:field_id>/remove", custom_fields.remove_field, name="settings_field_remove"),
    path(
        "settings/fields/<str:key>/<int:field_id>/restore", custom_fields.restore_field, name="settings_field_restore"
    ),
    path("settings/fields/<str:key>/<int:field_id>/purge", custom_fields.purge_field, name="settings_field_purge"),
]
