"""Today, the person's own pages and the settings."""

from django.urls import path

from kizuna.interfaces.web.views import home, me, people, roles

urlpatterns = [
    path("", home.home, name="home"),
    path("help", home.help_page),
    path("me", me.me),
    path("me/language", me.choose_language),
    path("me/theme", me.choose_theme),
    path("me/tokens", me.issue_token),
    path("me/tokens/<int:token_id>/revoke", me.revoke_token),
    path("settings", people.settings_home),
    path("settings/people", people.people),
    path("settings/people/new", people.new_person),
    path("settings/people/<int:user_id>", people.person),
    path("settings/people/<int:user_id>/active", people.set_active),
    path("settings/teams", people.team_page),
    path("settings/roles", roles.roles),
    path("settings/roles/<int:role_id>", roles.role_page),
    path("settings/roles/<int:role_id>/rights", roles.set_right),
    path("settings/roles/<int:role_id>/fields/<str:key>", roles.role_fields),
]
