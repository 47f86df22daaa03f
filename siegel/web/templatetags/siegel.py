"""Icons, figures and gauges for templates."""

from django import template

register = template.Library()
