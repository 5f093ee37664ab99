"""What the commands print as JSON is what the JSON Schemas of docs/schemas say."""

import json
from pathlib import Path

import pytest

jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed: pip install -e '.[test]'")
from referencing import Registry, Resource  # noqa: E402

import nmderive  # noqa: E402
from nmderive.cli import main  # noqa: E402

FOLDER = Path(__file__).parent.parent / "docs" / "schemas"
SCHEMAS = {p.name: json.loads(p.read_text(encoding="utf-8")) for p in sorted(FOLDER.glob("*.schema.json"))}
REGISTRY = Registry().with_resources((name, Resource.from_contents(s)) for name, s in SCHEMAS.items())
GCE = r"\frac{1}{N}\sum_{i=1}^N \frac{1-p_{y_i}^q}{q}"
COMMANDS = [
    ("dossier", "verify loss-3 --claim convex --claim degenerates-n1 --json"),
    ("dossier", ["verify", GCE, "--let", "0<q<1", "--claim", "nonnegative", "--claim", "symmetric", "--json"]),
    ("dossier", ["verify", r"\log \sum_j e^{s_j}", "--claim", "softmax-optimum", "--json"]),
    ("dossier", "verify comment-4-11 --claim unique-optimum --where n=1 --json"),
    ("dossier", "equal brier focal --json"),
    ("dossier", "equal quadratic loss-1 --hard-labels --json"),
    ("solution", "solve brier --for s --json"),
    ("solution", "solve temperature-cross-entropy --json"),
    ("comparison", "compare brier spherical --claim convex --claim symmetric --format json"),
    ("hessian", "derive cross-entropy --hessian full --to json"),
    ("hessian", "derive loss-3 --hessian diagonal --to json"),
    ("expression", "derive loss-1 --to json"),
    ("search", "search --want softmax-optimum,convex --budget 2 --out {folder} --workers 1 --format json"),
]


def validator(name):
    schema = SCHEMAS[f"{name}.schema.json"]
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema, registry=REGISTRY)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "words"), COMMANDS, ids=lambda x: x if isinstance(x, str) else x[1][:30])
def test_what_a_command_prints_is_what_its_schema_says(name, words, capsys, tmp_path):
    words = words.format(folder=tmp_path).split() if isinstance(words, str) else words
    main(words)
    data = json.loads(capsys.readouterr().out)
    validator(name).validate(data)
    for certificate in found(data):
        validator("certificate").validate(certificate)


def test_pictures_have_a_schema():
    for figure in nmderive.loss("loss-3").plot().figures:
        validator("picture").validate(json.loads(json.dumps(figure.as_data())))


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_each_schema_has_the_name_of_its_file_and_refuses_what_is_none(name):
    assert SCHEMAS[name]["$id"] == name
    for wrong in ({}, [], [{}], "text", 1, None, {"schema": "nmderive-dossier/2"}):
        with pytest.raises(jsonschema.ValidationError):
            validator(name.removesuffix(".schema.json")).validate([wrong] if "solution" in name else wrong)


def found(data):
    """Return all certificates in the data."""
    if isinstance(data, dict):
        own = [data] if data.get("schema") == "nmderive-certificate/1" else []
        return own + [c for v in data.values() for c in found(v)]
    return [c for v in data for c in found(v)] if isinstance(data, list) else []
