from django.urls import include, path

urlpatterns = [
    path("api/v1/", include("kizuna.interfaces.api.urls")),
    path("accounts/", include("kizuna.base.identity.urls")),
    path("", include("kizuna.base.ui.urls")),
]
