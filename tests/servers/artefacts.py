"""`python -m tests.servers.artefacts`: HAPI FHIR and Synthea from Maven Central, once.

They lie outside the repository, in `$XDG_CACHE_HOME/oncocue` (`~/.cache/oncocue`), in a folder that
carries the checksum of its pom, so that a changed pom is fetched anew.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

JAVA = Path(__file__).parent / "java"
PROGRAMS = ("hapi", "synthea")
HOW = "install a JDK of Java 17 or newer and Maven, then run `make java`"
_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"


def cache_folder() -> Path:
    """The folder outside the repository that holds what was fetched or generated."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "oncocue"


def jars(program: str) -> Path:
    """The folder of a program's jars, whether they are there or not."""
    pom = (JAVA / program / "pom.xml").read_bytes()
    return cache_folder() / f"{program}-{hashlib.sha256(pom).hexdigest()[:12]}"


def is_here(program: str) -> bool:
    """Whether a program can be started."""
    return shutil.which("java") is not None and jars(program).is_dir()


def java(program: str, memory: str, *arguments: str, long: bool = False) -> list[str]:
    """The command that runs a program: little memory, one thread to collect garbage.

    A `long` run is worth the time that the better of Java's compilers takes.
    """
    limits = [f"-Xmx{memory}", "-XX:+UseSerialGC", "-Xshare:auto"]
    compiler = [] if long else ["-XX:TieredStopAtLevel=1"]
    return ["java", *limits, *compiler, "-cp", f"{jars(program)}/*", *arguments]


def fetch(program: str) -> None:
    """Fetch a program's jars with Maven, checksums enforced; what is there is kept.

    Raises CalledProcessError when Maven fails; nothing half done is left in place.
    """
    folder = jars(program)
    if folder.is_dir():
        return
    draft = folder.with_suffix(f".{os.getpid()}")
    print(f"Fetching {program} into {folder} …", file=sys.stderr)
    try:
        command = ["mvn", "-B", "-q", "-C", "-f", str(JAVA / program / "pom.xml"), _COPY]
        options = ["-DincludeScope=runtime", f"-DoutputDirectory={draft}"]
        subprocess.run([*command, *options], check=True, stdin=subprocess.DEVNULL)
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def main() -> int:
    """Fetch everything; 2 when Java or Maven is missing."""
    absent = [tool for tool in ("java", "javac", "mvn") if shutil.which(tool) is None]
    if absent:
        print(f"{', '.join(absent)} not found: {HOW}.", file=sys.stderr)
        return 2
    for program in PROGRAMS:
        fetch(program)
    return 0


if __name__ == "__main__":
    sys.exit(main())
