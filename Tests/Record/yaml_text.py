"""Writes profiles as YAML, in the styles that people use."""

import json
import re

PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/ -]*[A-Za-z0-9]|[A-Za-z0-9]")


def scalar(value):
    if value is None:
        return "null"
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return value if PLAIN.fullmatch(value) else json.dumps(value, ensure_ascii=False)


def flow(value):
    """The value on one line."""
    if isinstance(value, dict):
        members = (f"{scalar(key)}: {flow(member)}" for key, member in value.items() if not key.startswith("_"))
        return "{" + ", ".join(members) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(element) for element in value) + "]"
    return scalar(value)


def block(value, indent):
    """The lines of a mapping or list; short or empty ones are written on one line."""
    pad = " " * indent
    if isinstance(value, dict):
        for key, member in value.items():
            if key.startswith("_"):
                continue
            text = flow(member)
            if not isinstance(member, (dict, list)) or not member or len(text) < 60:
                yield f"{pad}{scalar(key)}: {text}"
            else:
                yield f"{pad}{scalar(key)}:"
                yield from block(member, indent + 2)
    else:
        for element in value:
            text = flow(element)
            if not isinstance(element, dict) or not element or len(text) < 130:
                yield f"{pad}- {text}"
            else:
                lines = list(block(element, indent + 2))
                yield f"{pad}- {lines[0].lstrip()}"
                yield from lines[1:]


def profile_text(profile, style):
    """A profile as text; the style is a number from 0 to 1."""
    if style < 0.1:
        # JSON is also YAML.
        def public(value):
            if isinstance(value, dict):
                return {key: public(member) for key, member in value.items() if not key.startswith("_")}
            return [public(element) for element in value] if isinstance(value, list) else value
        return json.dumps(public(profile), indent=1) + "\n"
    lines = []
    for key, value in profile.items():
        if isinstance(value, list) and style < 0.6:
            lines.append(f"{key}:")
            lines += [f"  - {flow(element)}" for element in value]
        elif isinstance(value, (dict, list)) and value:
            lines.append(f"{key}:")
            lines += block(value, 2)
        else:
            lines.append(f"{key}: {flow(value)}")
    return "\n".join(lines) + "\n"
