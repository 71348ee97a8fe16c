"""Writes a man page for hnsctl and for each of its commands. Usage: man-pages.py HNSCTL DATE FOLDER"""

import json
import pathlib
import subprocess
import sys


def escaped(text):
    """Text as roff: backslashes and hyphens are literal, and no line begins with a request."""
    lines = text.replace("\\", "\\e").replace("-", "\\-").split("\n")
    return "\n".join("\\&" + line if line[:1] in (".", "'") else line for line in lines)


def discussion(text):
    """Paragraphs; those that are indented, or have a heading, keep their lines."""
    parts = []
    for paragraph in text.strip("\n").split("\n\n"):
        lines = paragraph.split("\n")
        if lines[0].endswith(":") and len(lines) > 1 and lines[1].startswith("  "):
            parts.append(f".SH {lines[0][:-1].upper()}\n.nf\n{escaped(chr(10).join(lines[1:]))}\n.fi\n")
        elif any(line.startswith(" ") for line in lines):
            parts.append(f".PP\n.nf\n{escaped(paragraph)}\n.fi\n")
        else:
            parts.append(f".PP\n{escaped(paragraph)}\n")
    return "".join(parts)


def spelled(argument):
    """How an argument is written: its names, and its value."""
    value = argument.get("valueName", "")
    if argument["kind"] == "positional":
        return f"\\fI{escaped(value)}\\fR" + (" ..." if argument["isRepeating"] else "")
    dashes = {"long": "--", "short": "-", "longWithSingleDash": "-"}
    names = ", ".join(f"\\fB{escaped(dashes[name['kind']] + name['name'])}\\fR" for name in argument["names"])
    return names + (f" \\fI{escaped(value)}\\fR" if argument["kind"] == "option" else "")


def page(command, parents, version, date):
    names = parents + [command["commandName"]]
    title = "-".join(names)
    arguments = [a for a in command.get("arguments", []) if a.get("shouldDisplay", True)]
    commands = [c for c in command.get("subcommands", []) if c.get("shouldDisplay", True)]
    positional = [a for a in arguments if a["kind"] == "positional"]
    options = [a for a in arguments if a["kind"] != "positional"]
    text = f'.TH "{escaped(title.upper())}" 1 "{date}" "hnsctl {version}" "hnsctl"\n'
    text += f".SH NAME\n{escaped(title)} \\- {escaped(command.get('abstract', ''))}\n"
    text += f".SH SYNOPSIS\n\\fB{escaped(' '.join(names))}\\fR"
    text += " [\\fIoptions\\fR]" if options else ""
    for argument in positional:
        text += f" [{spelled(argument)}]" if argument["isOptional"] else f" {spelled(argument)}"
    text += " \\fIcommand\\fR ...\n" if commands else "\n"
    if command.get("discussion"):
        words = discussion(command["discussion"])
        text += words if words.startswith(".SH") else ".SH DESCRIPTION\n" + words
    for heading, group in (("ARGUMENTS", positional), ("OPTIONS", options)):
        if group:
            text += f".SH {heading}\n"
            for argument in group:
                words = argument.get("abstract", "")
                values = argument.get("allValues") or argument.get("allValueStrings")
                words += f" Values: {', '.join(values)}." if values else ""
                words += f" The default is {argument['defaultValue']}." if argument.get("defaultValue") else ""
                text += f".TP\n{spelled(argument)}\n{escaped(words)}\n"
    if commands:
        text += ".SH COMMANDS\n"
        for sub in commands:
            text += f".TP\n\\fB{escaped(title + '-' + sub['commandName'])}\\fR(1)\n{escaped(sub.get('abstract', ''))}\n"
    if parents:
        text += f".SH SEE ALSO\n\\fB{escaped(parents[0])}\\fR(1)\n"
    return title, text


def main():
    program, date, folder = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
    folder.mkdir(parents=True, exist_ok=True)

    def output(*arguments):
        return subprocess.run([program, *arguments], check=True, capture_output=True, text=True).stdout

    version = output("--version").strip()
    root = json.loads(output("--experimental-dump-help"))["command"]
    for command, parents in [(root, [])] + [(sub, ["hnsctl"]) for sub in root["subcommands"]]:
        if not command.get("shouldDisplay", True):
            continue
        title, text = page(command, parents, version, date)
        (folder / f"{title}.1").write_text(text)


main()
