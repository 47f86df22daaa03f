"""Translations: found everywhere, complete, never ambiguous."""

from gettext import GNUTranslations
from pathlib import Path

import pytest

from tools import messages

TEMPLATE = """
<ul>
    {% if x %}
  <li title="{% translate "Save" context "verb" %}">{% translate 'Seal' %}</li>
      {% endif %}
 {% blocktranslate trimmed count n=total %}
     One license is "free", it's {{ n }}.
   {% plural %}
     {{ n }} licenses are free.
 {% endblocktranslate %}
 {% heading _("People") %} {{ name|default:_("nobody") }}
</ul>
"""


def write(folder: Path, area: str, text: str) -> None:
    target = folder / "de"
    target.mkdir(exist_ok=True)
    (target / f"{area}.po").write_text(text, encoding="utf-8")


def test_everything_on_the_pages_is_translated_into_german() -> None:
    assert messages.missing() == []


def test_texts_are_found_in_templates_with_context_plural_and_any_indentation(
    tmp_path: Path,
) -> None:
    (tmp_path / "page.html").write_text(TEMPLATE, encoding="utf-8")

    found = {
        (item.key.context, item.key.text, item.plural) for item in messages.extract([tmp_path])
    }

    assert found == {
        ("verb", "Save", ""),
        ("", "Seal", ""),
        ("", 'One license is "free", it\'s %(n)s.', "%(n)s licenses are free."),
        ("", "People", ""),
        ("", "nobody", ""),
    }


def test_texts_are_found_in_python(tmp_path: Path) -> None:
    (tmp_path / "page.py").write_text(
        '_("One")\nngettext("%(n)d box", "%(n)d boxes", n)\npgettext_lazy("verb", "Book")\n'
        'gettext_lazy(\n    "Long "\n    "text"\n)\n'
    )

    found = {
        (item.key.context, item.key.text, item.plural) for item in messages.extract([tmp_path])
    }

    assert found == {
        ("", "One", ""),
        ("", "%(n)d box", "%(n)d boxes"),
        ("verb", "Book", ""),
        ("", "Long text", ""),
    }


def test_areas_of_a_language_become_one_compiled_catalogue(tmp_path: Path) -> None:
    write(tmp_path, "one", 'msgid "Seal"\nmsgstr "Siegel"\n')
    write(
        tmp_path,
        "two",
        'msgctxt "verb"\nmsgid "Book"\nmsgstr "Buchen"\n\n'
        'msgid "%(n)d box"\nmsgid_plural "%(n)d boxes"\n'
        'msgstr[0] "%(n)d Box"\nmsgstr[1] "%(n)d Boxen"\n',
    )

    (target,) = messages.compile_all(tmp_path)
    with target.open("rb") as stream:
        german = GNUTranslations(stream)

    assert german.gettext("Seal") == "Siegel"
    assert german.pgettext("verb", "Book") == "Buchen"
    assert german.ngettext("%(n)d box", "%(n)d boxes", 2) == "%(n)d Boxen"
    assert messages.compile_all(tmp_path) == [], "nothing to do the second time"


def test_two_areas_may_not_translate_one_text_differently(tmp_path: Path) -> None:
    write(tmp_path, "one", 'msgid "Seal"\nmsgstr "Siegel"\n')
    write(tmp_path, "two", 'msgid "Seal"\nmsgstr "Robbe"\n')

    with pytest.raises(messages.Conflict, match=r"'Siegel' in one\.po but 'Robbe' in two\.po"):
        messages.merge("de", tmp_path)


@pytest.mark.parametrize(
    ("po", "complaint"),
    [
        ('#, fuzzy\nmsgid "Seal"\nmsgstr "Siegel"\n', "fuzzy in one.po: 'Seal'"),
        ('msgid "Gone"\nmsgstr "Weg"\n', "no longer used, in one.po: 'Gone'"),
        (
            'msgid "Hello %(name)s"\nmsgstr "Hallo %(nmae)s"\n',
            "placeholder %(name)s, %(nmae)s differs in one.po: 'Hello %(name)s'",
        ),
    ],
)
def test_what_is_wrong_with_a_translation_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, po: str, complaint: str
) -> None:
    write(tmp_path, "one", po)
    (tmp_path / "page.py").write_text('_("Seal")\n_("Hello %(name)s")\n')
    source = tmp_path / "page.py"
    found = list(messages.extract([source]))
    monkeypatch.setattr(messages, "extract", lambda: iter(found))
    monkeypatch.setattr(messages, "LOCALE", tmp_path)
    monkeypatch.setattr(messages, "ROOT", tmp_path)

    assert complaint in messages.missing()


def test_a_stub_holds_what_is_not_yet_translated_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "one", 'msgid "Seal"\nmsgstr "Siegel"\n')
    (tmp_path / "page.py").write_text('_("Seal")\n_("New")\n_("New")\nngettext("a", "%d as", 2)\n')
    monkeypatch.setattr(messages, "LOCALE", tmp_path)

    assert messages.stub("two", [tmp_path / "page.py"]) == 2
    assert messages.stub("two", [tmp_path / "page.py"]) == 0
    assert 'msgid "New"\nmsgstr ""' in (tmp_path / "de" / "two.po").read_text(encoding="utf-8")
