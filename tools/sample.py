"""Make docs/sample anew: the page that `nmderive report loss-3` writes, and a picture of its top (Chromium)."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "docs" / "sample"
LOSS = "loss-3"


def main() -> None:
    """Write the page, and the picture where a browser is found."""
    subprocess.run([sys.executable, "-m", "nmderive", "report", LOSS, "--out", str(SAMPLE)], check=True)
    with tempfile.TemporaryDirectory() as folder:
        browser = shutil.which("chromium") or shutil.which("google-chrome")
        if browser is None:
            print("no Chromium here: the picture stays as it was", file=sys.stderr)
            return
        subprocess.run([
            browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--user-data-dir={folder}",
            "--window-size=960,860", f"--screenshot={SAMPLE / 'report.png'}", (SAMPLE / "index.html").as_uri(),
        ], check=True, capture_output=True)


if __name__ == "__main__":
    main()
