"""Intentional differences of form, reverted before a digest is computed.

Each entry is (name, reason, commands, function). The function gets the JSON document that a command printed and
changes it in place to what the recorded program would have printed; it must leave documents of that program alone.
`commands` names the commands whose documents it is asked about: validate, apply, plan, trace, diff, test, lint,
matrix, show, capabilities, schema. `packets` is one answer of `trace --packets`; `service` is one of the emulator's
interface, as [method, path, status, HRESULT, body]. See README.md.
"""


def members(document, path):
    """Every (container, key) that a path leads to; `*` stands for every member or element, a number for one.

    `members(plan, "changes.*.after")` gives each change with "after" where it has one.
    """
    found = [(None, None, document)]
    for step in path.split("."):
        following = []
        for _, _, value in found:
            if isinstance(value, dict):
                keys = list(value) if step == "*" else [step] if step in value else []
            elif isinstance(value, list):
                keys = range(len(value)) if step == "*" else [int(step)] if step.isdigit() else []
                keys = [key for key in keys if key < len(value)]
            else:
                keys = []
            following += [(value, key, value[key]) for key in keys]
        found = following
    return [(container, key) for container, key, _ in found]


def drop(path):
    """Removes a member that was added."""
    def function(document):
        for container, key in members(document, path):
            del container[key]
    return function


def rename(path, old):
    """Restores the old name of the member at a path, unless the old one is there too."""
    def function(document):
        for container, key in members(document, path):
            value = container.pop(key)
            container.setdefault(old, value)
    return function


def replace(path, values):
    """Restores the old spelling of values at a path: {new: old}."""
    def function(document):
        for container, key in members(document, path):
            if isinstance(container[key], str):
                container[key] = values.get(container[key], container[key])
    return function


def without(code):
    """Removes the diagnostics of a code that was added."""
    def function(document):
        for container, key in members(document, "diagnostics"):
            container[key] = [one for one in container[key] if one.get("code") != code]
    return function


EVERY = {"validate", "apply", "plan", "trace", "diff", "test", "lint", "matrix", "show"}
ASSUMPTIONS = "assumptions have their name; the old one stands beside it"
PLAN_MEMBERS = "members of plans have the names of what they hold; the old ones stand beside them"

# (name, reason, commands, function)
NORMALIZATIONS = [
    ("assumptions", ASSUMPTIONS, {"plan", "apply", "trace", "capabilities"}, drop("assumptions")),
    ("assumptions", ASSUMPTIONS, {"trace"}, drop("allAssumptions")),
    ("assumptions", ASSUMPTIONS, {"trace"}, drop("allSwitches.assumptions")),
    ("assumptions", ASSUMPTIONS, {"schema"}, drop("$defs.host.properties.assumptions")),
    ("assumptions", ASSUMPTIONS, {"schema"}, drop("$defs.host.properties.switches.deprecated")),
    (
        "assumptions", ASSUMPTIONS, {"schema"},
        replace(
            "$defs.host.properties.switches.description",
            {"The old name of `assumptions`.": "Named choices where sources disagree or are silent."})),
    ("assumptions", ASSUMPTIONS, EVERY, without("renamed")),
    ("plan-members", PLAN_MEMBERS, {"plan", "apply"}, drop("impact")),
    ("plan-members", PLAN_MEMBERS, {"plan", "apply"}, drop("defaultActions")),
    ("plan-members", PLAN_MEMBERS, {"plan", "apply"}, drop("unmanaged")),
    ("replacement-reasons", "a change says why its object is made anew", {"plan", "apply"},
        drop("changes.*.because")),
]


def normalized(command, document):
    """The document as the recorded program would have printed it."""
    for _, _, commands, function in NORMALIZATIONS:
        if command in commands:
            function(document)
    return document
