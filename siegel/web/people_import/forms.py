"""The upload form."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from siegel.accounts.people_files import Kind
from siegel.licensing.kinds import PoolKind


class UploadForm(forms.Form):
    """A people file, and the kind of license for rows that name none."""

    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,  # what is wrong with an empty file, the reader of files says
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.ldif,.ldf,text/csv,text/plain"}),
        error_messages={"required": _("Please choose a file.")},
    )
    kind = forms.ChoiceField(
        label=_("License for rows that name none"),
        choices=[
            (PoolKind.FULL.value, _("Full license – own people")),
            (PoolKind.GUEST.value, _("Guest license – people from outside")),
        ],
        initial=PoolKind.FULL.value,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limit = settings.REQUEST_MAX_BYTES // 1_000_000
        sentence = _("CSV or LDIF, up to %(limit)d MB and 100,000 people")
        self.fields["file"].help_text = sentence % {"limit": limit}

    @property
    def chosen(self) -> tuple[bytes, str, Kind]:
        """Content, name and kind of a valid form."""
        file = cast("UploadedFile[Any]", self.cleaned_data["file"])
        return file.read(), file.name or "", cast(Kind, self.cleaned_data["kind"])
