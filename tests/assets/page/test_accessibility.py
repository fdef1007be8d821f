"""axe-core finds nothing on any tab, on a phone and on a desk, in the light and in the dark."""

import pytest

from tests.assets.page.conftest import ROOT, TABS, Open, show

pytestmark = pytest.mark.browser
AXE = ROOT / "assets" / "node_modules" / "axe-core" / "axe.min.js"  # by `npm --prefix assets ci`
FIND = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => [id, target.join(" "),
    failureSummary]));
}"""


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(390, 844), (1440, 900)])
def test_axe_finds_nothing_on_any_tab(open_page: Open, theme: str, width: int, height: int) -> None:
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: npm --prefix assets ci")
    visit = open_page(width=width, height=height, color_scheme=theme, bypass_csp=True, has_touch=width == 390)
    visit.page.add_script_tag(path=AXE)
    faults = {}
    for tab in TABS:
        visit.open(tab)
        faults[tab] = visit.page.evaluate(FIND)
    assert not any(faults.values()), show(faults)
