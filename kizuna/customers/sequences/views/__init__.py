"""What sequences show on the pages of people, on their own pages and on Home."""

from kizuna.customers.sequences.views.home import HOME
from kizuna.customers.sequences.views.panels import alert, figures_panel, panel, panel_part, steps_panel
from kizuna.customers.sequences.views.preview import preview

__all__ = ["HOME", "alert", "figures_panel", "panel", "panel_part", "preview", "steps_panel"]
