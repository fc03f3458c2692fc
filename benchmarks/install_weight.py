"""What an installation weighs: in fresh environments, by package, heaviest first.

Usage: python benchmarks/install_weight.py
"""

import subprocess
import sys
import venv
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parent.parent
KINDS = {"pip install .": "", "pip install '.[index]'": "[index]"}
SHOWN = 8


def sizes(folder: Path) -> dict[str, int]:
    """Bytes on disk below each entry of a folder."""
    return {
        entry.name: sum(
            path.stat().st_size for path in [entry, *entry.rglob("*")] if path.is_file()
        )
        for entry in folder.iterdir()
    }


def weigh(extra: str) -> dict[str, int]:
    """Bytes of each package that installing plainsearch adds to an empty environment."""
    with TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        site = next(Path(folder).glob("lib/python*/site-packages"))
        empty = sizes(site)
        pip = [str(Path(folder) / "bin" / "python"), "-m", "pip", "install", "--quiet"]
        subprocess.run([*pip, f"{ROOT}{extra}"], check=True)
        return {name: size for name, size in sizes(site).items() if name not in empty}


def main() -> None:
    """Print both."""
    for name, extra in KINDS.items():
        found = weigh(extra)
        print(f"{name}: {sum(found.values()) / 1e6:.0f} MB")
        heaviest = sorted(found.items(), key=lambda item: -item[1])
        for package, size in heaviest[:SHOWN]:
            print(f"  {package:28}{size / 1e6:8.0f} MB")
        rest = sum(size for _, size in heaviest[SHOWN:])
        print(f"  {len(found) - SHOWN} more{rest / 1e6:30.0f} MB")


if __name__ == "__main__":
    sys.exit(main())
