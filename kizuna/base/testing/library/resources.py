"""Declarations of the library's nouns."""

from kizuna.base.resources.registry import register
from kizuna.base.resources.resource import Resource, Section, TimelineEntry
from kizuna.base.testing.library import services
from kizuna.base.testing.library.models import Author, Book, Review


@register
class Authors(Resource):
    model = Author
    group = "customers"
    reading = "reading"
    is_person = True
    mergeable = True
    columns = ("name", "emails", "owner")
    search = ("emails",)
    match_keys = ("name",)


@register
class Books(Resource):
    model = Book
    group = "customers"
    title = "title"
    mergeable = True
    columns = ("title", "author", "status", "subjects", "price", "published_on")
    facts = ("owner", "status")
    subtitle = ("author",)
    sections = (
        Section("Book", "title", "author", "status", "subjects", "owner"),
        Section("Print", "pages", "price", "rating", "published_on", "lent_at", "is_rare", "website", "summary"),
    )
    search = ("summary", "subjects")
    actions = (services.lend_book,)


@register
class Reviews(Resource):
    model = Review
    title = "body"
    columns = ("body", "book")
    timeline = TimelineEntry(body="body", phrase="%(who)s wrote a review")
    quick = ("body",)
    sort = "-created_at"
