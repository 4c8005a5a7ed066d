"""Follows `deploy/operate.md` on two bare Debian machines: folders, each entered by chroot, on one loopback.

    unshare --mount --net --pid --fork --mount-proc python -m tests.packaging.machine FOLDER DEBIAN WHEELS DIST

Every line of the page's blocks is run as it stands there, in order, on the machine that the page says. What cannot be
had in a folder is replaced: `systemctl` starts what the unit's `ExecStart` says, as the unit's user, with the unit's
state directory, and `journalctl` shows what it wrote. So the units' restrictions are not in force here.
"""

import fcntl
import os
import re
import shutil
import socket
import struct
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "deploy" / "operate.md"
HERE = "srv/skerry"
"""The folder on each machine that has `dist` and `deploy`, and in which commands run."""

SYSTEMCTL = r"""#!/bin/bash
# enable --now UNIT: what the unit starts, as its user.
set -eu
[ "$1" = enable ] || exit 0
unit=$(sed -e ':a;/\\$/{N;s/\\\n//;ba}' "/etc/systemd/system/$3.service")
value() { sed -n "s/^$1=//p" <<< "$unit"; }
user=$(value User) log=/var/log/$3.log
install -d -o "$user" -g "$user" -m "$(value StateDirectoryMode)" "/var/lib/$(value StateDirectory)"
check=$(value ExecStartPre)
[ -z "$check" ] || runuser -u "$user" -- $check >> "$log" 2>&1
setsid runuser -u "$user" -- $(value ExecStart) >> "$log" 2>&1 < /dev/null &
for _ in $(seq 300); do grep -q ' ready on ' "$log" && exit 0; sleep 0.1; done
cat "$log" >&2
exit 1
"""

JOURNALCTL = r"""#!/bin/bash
# -u UNIT [-n LINES]: what the unit wrote; nothing is waited for.
log=/var/log/$2.log
[[ "$*" == *" -n "* ]] && exec tail -n "${@: -1}" "$log"
exec cat "$log"
"""


class Machine:
    """A Debian below `root`, on which commands of the page are run."""

    def __init__(self, root: Path, debian: Path, wheels: Path, dist: Path) -> None:
        self.root, self.here = root, root / HERE
        root.mkdir(mode=0o755)
        subprocess.run(["tar", "--extract", "--file", debian, "--directory", root], check=True)
        self.here.mkdir(parents=True)
        shutil.copytree(ROOT / "deploy", self.here / "deploy")
        shutil.copytree(dist, self.here / "dist")
        names = f"127.0.0.1 localhost publisher.internal {socket.gethostname()}\n"
        (root / "etc" / "hosts").write_text(names, encoding="utf-8")
        for name, text in {"systemctl": SYSTEMCTL, "journalctl": JOURNALCTL}.items():
            (root / "usr" / "local" / "bin" / name).write_text(text, encoding="utf-8")
            (root / "usr" / "local" / "bin" / name).chmod(0o755)
        (root / "wheels").mkdir()
        for source, target in ((wheels, "wheels"), ("/proc", "proc")):
            subprocess.run(["mount", "--rbind", source, root / target], check=True)
        (root / "dev" / "shm").mkdir(exist_ok=True)
        (root / "dev" / "shm").chmod(0o1777)

    def run(self, command: str) -> str:
        """Run a command as root; its output. Ends this program if it fails."""
        sys.stdout.write(f"{self.root.name}# {command}\n")
        path = "/opt/skerry/bin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        environment = [f"PATH={path}", "HOME=/root", "PIP_NO_INDEX=1", "PIP_FIND_LINKS=/wheels", "PIP_NO_COMPILE=1"]
        shell = ["/bin/bash", "-euo", "pipefail", "-c", f"cd /{HERE}; {command}"]
        done = subprocess.run(
            ["chroot", self.root, "/usr/bin/env", "-i", *environment, *shell],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        sys.stdout.write(done.stdout)
        sys.stdout.flush()
        if done.returncode != 0:
            sys.exit(f"the page's line failed with {done.returncode}: {command}")
        return done.stdout

    def set(self, file: str, settings: dict[str, str]) -> None:
        """Change lines of `file`, each found by its beginning: what the page's table says."""
        text = (self.root / file).read_text(encoding="utf-8")
        for begins, line in settings.items():
            text, count = re.subn(rf"^(# )?{re.escape(begins)}.*$", line, text, count=1, flags=re.MULTILINE)
            assert count == 1, begins
        (self.root / file).write_text(text, encoding="utf-8")


def blocks(heading: str) -> list[str]:
    """The commands of the `sh` blocks below this heading, each on one line."""
    text = PAGE.read_text(encoding="utf-8")
    (section,) = re.findall(rf"^### {re.escape(heading)}\n(.*?)(?=^##)", text, re.MULTILINE | re.DOTALL)
    found = re.findall(r"^```sh\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    return [line for block in found for line in block.replace("\\\n", "").splitlines() if line]


def follow(publisher: Machine, pop: Machine) -> None:
    """From nothing to an answered question."""
    for line in blocks("2. The publisher's environment"):
        # The packages are on the machines already: see `bare_debian.py`.
        if not line.startswith("apt-get "):
            publisher.run(line)
    for line in blocks("3. Keys"):
        publisher.run(line)
    tokens = []
    for line in blocks("4. TLS and tokens"):
        output = publisher.run(line)
        tokens += [output.split()[-1]] if "publisher token" in line else []
    ready = [publisher.run(line) for line in blocks("5. Start the publisher")][-1]
    assert "publisher ready on https://0.0.0.0:8090" in ready, ready

    # "root.json comes from /var/lib/skerry-publisher", ca.pem from step 4; "token holds the PoP's token in one line".
    shutil.copy(publisher.root / "var/lib/skerry-publisher/root.json", pop.here)
    shutil.copy(publisher.here / "ca.pem", pop.here)
    (pop.here / "token").touch(mode=0o600)
    (pop.here / "token").write_text(tokens[0] + "\n", encoding="utf-8")
    for line in blocks("6. The first PoP"):
        if line.startswith("skerry pop serve"):
            pop.set("etc/skerry/pop.toml", TABLE)
        pop.run(line)
    for line in blocks("7. Add the PoP to the fleet"):
        if line.startswith("journalctl"):
            (key,) = re.findall(r'"public": "([0-9a-f]{64})"', pop.run(line))
        else:
            publisher.run(line.replace("HEX", key))
    for line in blocks("9. Publish, and look"):
        on_pop = line.startswith(("skerry ask", "curl", "skerry status --url"))
        (pop if on_pop else publisher).run(line)


TABLE = {
    "name =": 'name = "fra-1"',
    'url = "https': 'url = "https://publisher.internal:8090"',
    "required =": 'required = ["acme/drop"]',
    "trusted_proxies =": 'trusted_proxies = ["127.0.0.0/8"]',
    "key_file =": 'key_file = "/etc/skerry/sessions.key"',
    "desk_tokens_file =": 'desk_tokens_file = "/etc/skerry/desk-tokens"',
}
"""The page's table of step 6, as lines of `deploy/pop.toml`. Tickets go where nobody is, and are kept."""


def bring_up_loopback() -> None:
    """A new network has a loopback that is down. Source: netdevice(7), SIOCGIFFLAGS and SIOCSIFFLAGS."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        (flags,) = struct.unpack("16xh", fcntl.ioctl(control, 0x8913, struct.pack("16sh", b"lo", 0)))
        fcntl.ioctl(control, 0x8914, struct.pack("16sh", b"lo", flags | 1))


def main() -> None:
    """Run all steps on the two machines below the given folder."""
    folder, debian, wheels, dist = (Path(argument) for argument in sys.argv[1:5])
    # As a person's shell has it, and unlike that of the tests.
    os.umask(0o022)
    bring_up_loopback()
    # In memory, and gone with this mount namespace: nothing has to be deleted.
    subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "none", folder], check=True)
    publisher, pop = (Machine(folder / name, debian, wheels, dist) for name in ("publisher", "fra-1"))
    # "drop.toml" is the author's: one of the samples, as acme's.
    island = (ROOT / "islands" / "northwind" / "hoodie-drop.toml").read_text(encoding="utf-8")
    island = island.replace('tenant = "northwind"', 'tenant = "acme"').replace('"hoodie-drop"', '"drop"')
    (publisher.here / "drop.toml").write_text(island, encoding="utf-8")
    follow(publisher, pop)


if __name__ == "__main__":
    main()
