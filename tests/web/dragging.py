"""A slider dragged as a hand drags it, and what the page shows at each step."""

from typing import Any

WATCH = """() => {
  window.steps = [];
  const shown = () => [...document.querySelectorAll("#seats .won")].map((cell) => cell.textContent).join(" ");
  // A task that a frame's callback sets runs when that frame has been painted.
  const painted = (event) => () => setTimeout(() => steps.push([performance.now() - event.timeStamp, shown()]));
  addEventListener("input", (event) => requestAnimationFrame(painted(event)), true);
}"""


def slider(party: str) -> str:
    """The slider beside the number of a party."""
    return f"p:has([id='to.{party}']) input[type=range]"


def drag(page: Any, where: str, points: float, steps: int) -> None:
    """Take the slider's thumb and move it by so many points, a frame for each step."""
    found = page.locator(where)
    found.scroll_into_view_if_needed()
    # A thumb of 16 pixels moves along what is left of the width.
    value, low, high = (float(found.evaluate(f"slider => slider.{name}")) for name in ("value", "min", "max"))
    box = found.bounding_box()
    scale = (box["width"] - 16) / (high - low)
    x, y = box["x"] + 8 + (value - low) * scale, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, steps + 1):
        page.mouse.move(x + points * scale * step / steps, y)
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    page.mouse.up()


def seats(page: Any) -> dict[str, int]:
    """Seats of each party in the table of seats, of the system that is shown; none left out that has any."""
    rows = page.evaluate("[...document.querySelectorAll('#seats tbody tr')].map((row) => [row.dataset.party, row.querySelector('.won').textContent])")
    return {party: int(number) for party, number in rows if number != "–"}
