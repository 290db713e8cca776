"""Affinity: two products that are bought together, or by the same customers, more often than by chance."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Affinity(models.Model):
    """Who bought `product` also bought `other`: in the same order, or at any time.

    `both` bought the two, `bought` the first one (orders, or customers); `lift` is how much oftener that is than if the
    two had nothing to do with each other, `score` how sure it is that they have (Dunning's log-likelihood ratio).
    """

    class Kind(models.TextChoices):
        ORDER = "order", _("Bought together")
        CUSTOMER = "customer", _("Bought by the same customers")

    product = models.ForeignKey("catalog.Product", models.CASCADE, related_name="+", db_index=False)
    other = models.ForeignKey("catalog.Product", models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind)
    both = models.PositiveIntegerField()
    bought = models.PositiveIntegerField()
    lift = models.FloatField()
    score = models.FloatField()

    class Meta:
        verbose_name = _("affinity")
        verbose_name_plural = _("affinities")
        constraints = [
            models.UniqueConstraint(fields=["product", "other", "kind"], name="prediction_affinity_once"),
            models.CheckConstraint(name="prediction_affinity_of_two", condition=~Q(product=F("other"))),
        ]
        indexes = [models.Index(fields=["product", "-score"], name="prediction_affinity_best")]

    def __str__(self) -> str:
        return f"{self.product_id} → {self.other_id} ({self.kind})"
