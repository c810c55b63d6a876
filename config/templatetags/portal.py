"""Template tags of the portal: components, dates, masks."""

from django import template

register = template.Library()
