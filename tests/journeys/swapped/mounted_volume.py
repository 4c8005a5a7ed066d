"""A folder as kubelet mounts a ConfigMap or a Secret: files are links through `..data`, which is swapped as a whole."""

import shutil
from collections.abc import Mapping
from pathlib import Path


class MountedVolume:
    """A mounted volume. An update writes a folder, renames a link onto `..data`, and deletes the folder before."""

    def __init__(self, folder: Path, files: Mapping[str, bytes]) -> None:
        folder.mkdir()
        self.folder, self._files, self._number = folder, dict(files), 0
        self._write()
        for name in files:
            (folder / name).symlink_to(Path("..data") / name)

    def update(self, **files: bytes) -> None:
        """Swap in a version in which these files differ; `_` in a name stands for a dot."""
        self._files |= {name.replace("_", "."): content for name, content in files.items()}
        before = (self.folder / "..data").resolve()
        self._write()
        shutil.rmtree(before)

    def _write(self) -> None:
        self._number += 1
        version = self.folder / f"..2026_11_26_{self._number}"
        version.mkdir()
        for name, content in self._files.items():
            (version / name).touch(mode=0o600)
            (version / name).write_bytes(content)
        link = self.folder / "..data_tmp"
        link.symlink_to(version.name)
        link.rename(self.folder / "..data")
