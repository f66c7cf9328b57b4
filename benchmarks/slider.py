"""From moving a slider to the new figure on the screen, in Chromium, for every explorer of NL6.

Each explorer's first slider is moved sixty times, one step after the other has arrived. Time is
taken in the page: from the input event to the first frame after the figure has changed.

    python benchmarks/slider.py [--steps 60]
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles

from playwright.sync_api import sync_playwright

WORKBOOK = "/helseledelse/arbeidsbok/primaer/6-helseokonomi-styring-og-forbedring"
GOAL_MILLISECONDS = 60

MOVE = """
async ([name, steps]) => {
  const card = document.querySelector(`[data-explorer="${name}"]`);
  const slider = card.querySelector("input[type=range]");
  if (!slider) return null;
  const canvas = card.querySelector(".hl-canvas");
  const span = Number(slider.max) - Number(slider.min);
  const times = [];
  for (let step = 0; step < steps; step += 1) {
    const changed = new Promise((resolve, reject) => {
      const observer = new MutationObserver(() => {
        observer.disconnect();
        requestAnimationFrame(() => resolve(performance.now()));
      });
      observer.observe(canvas, { childList: true, subtree: true });
      setTimeout(() => reject(new Error(`${name}: no figure within 5 s`)), 5000);
    });
    // A golden step never repeats a value, so that every move gives a new figure.
    slider.value = Number(slider.min) + span * (((step + 1) * 0.618) % 1);
    const start = performance.now();
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    times.push((await changed) - start);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  return times;
}
"""


@contextmanager
def server() -> Iterator[str]:
    """Start the participant's command in a folder of its own; give the address with its token."""
    command = shutil.which("helseledelse", path=str(Path(sys.executable).parent))
    if command is None:
        raise SystemExit("the command helseledelse is not installed beside this Python")
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [command, "start", "--mappe", folder, "--uten-nettleser"],
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            lines = iter(process.stdout.readline, "") if process.stdout else iter(())
            yield next(line.strip() for line in lines if "http" in line)
        finally:
            process.terminate()
            process.wait(20)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=60)
    steps = parser.parse_args().steps
    everything: list[float] = []
    with server() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(address)
        page.goto(address.split("/helseledelse")[0] + WORKBOOK)
        page.wait_for_selector("[data-explorer]", state="attached")
        page.wait_for_timeout(3000)  # all cards are mounted
        names = page.eval_on_selector_all(
            "[data-explorer]", "cards => cards.map(card => card.dataset.explorer)"
        )
        print(f"{'explorer':<18} {'median ms':>10} {'p95 ms':>8}")
        for name in names:
            card = page.locator(f'[data-explorer="{name}"]')
            card.scroll_into_view_if_needed()
            card.locator("svg").first.wait_for(timeout=30_000)
            times = page.evaluate(MOVE, [name, steps])
            if times is None:
                print(f"{name:<18} {'no slider':>10}")
                continue
            everything += times
            print(f"{name:<18} {median(times):>10.0f} {quantiles(times, n=20)[-1]:>8.0f}")
        browser.close()
    last = quantiles(everything, n=20)[-1]
    print(f"{'all':<18} {median(everything):>10.0f} {last:>8.0f}   goal: {GOAL_MILLISECONDS}")


if __name__ == "__main__":
    main()
