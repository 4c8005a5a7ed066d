"""Makes what `test_followed_pages.py` needs, once: a bare Debian as a tar file, and the wheels of both locks.

    python -m tests.packaging.bare_debian

Everything is kept below `.cache/debian`, under names that change with what it is made of. The packages come by the apt
configuration of this machine, the wheels by its pip configuration.
"""

import hashlib
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
CACHE = ROOT / ".cache" / "debian"
PAGE = ROOT / "deploy" / "operate.md"
LOCKS = tuple(ROOT / "deploy" / "requirements" / name for name in ("pop.txt", "publisher.txt"))
SOURCES = tuple(Path("/etc/apt") / name for name in ("sources.list", "sources.list.d/debian.sources"))


def packages() -> list[str]:
    """The packages that the page tells a Debian machine to install."""
    (line,) = re.findall(
        r"^apt-get install --no-install-recommends (.+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE
    )
    return sorted(str(line).split())


def bare_debian() -> Path:
    """A tar file of a Debian of this machine's release with those packages. The first call takes minutes."""
    release = platform.freedesktop_os_release()["VERSION_CODENAME"]
    name = hashlib.sha256(" ".join([release, *packages()]).encode()).hexdigest()[:16]
    root = CACHE / f"root-{name}.tar"
    if not root.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        unfinished = root.with_suffix(".part.tar")
        sources = [str(path) for path in SOURCES if path.exists()]
        include = f"--include={','.join(packages())}"
        subprocess.run(
            ["mmdebstrap", "--quiet", "--variant=minbase", "--mode=root", include, release, unfinished, *sources],
            check=True,
        )
        unfinished.rename(root)
    return root


def wheels() -> Path:
    """A folder with the wheels of both locks. The first call takes a minute."""
    name = hashlib.sha256(b"".join(lock.read_bytes() for lock in LOCKS)).hexdigest()[:16]
    folder = CACHE / f"wheels-{name}"
    if not folder.exists():
        unfinished = folder.with_suffix(".part")
        shutil.rmtree(unfinished, ignore_errors=True)
        for lock in LOCKS:
            pip = [sys.executable, "-m", "pip", "download", "--quiet", "--require-hashes"]
            subprocess.run([*pip, "-r", lock, "-d", unfinished], check=True)
        unfinished.rename(folder)
    return folder


if __name__ == "__main__":
    sys.stdout.write(f"{bare_debian()}\n{wheels()}\n")
