"""Today, the person's own pages and the settings."""

from django.urls import path

from kizuna.interfaces.web.views import home, me, people, roles, teams

urlpatterns = [
    path("", home.home, name="home"),
    path("help", home.help_page, name="guide"),
    path("me", me.me, name="me"),
    path("me/language", me.choose_language, name="me_language"),
    path("me/theme", me.choose_theme, name="me_theme"),
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
]
