from django.forms.renderers import TemplatesSetting


class PortalFormRenderer(TemplatesSetting):
    """Forms out of our own templates; widgets stay Django's."""

    form_template_name = "django/forms/div.html"
    field_template_name = "django/forms/field.html"
