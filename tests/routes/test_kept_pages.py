"""What a process keeps of pages is bounded."""

from routes.kept_pages import KeptPage, KeptPages


def test_only_so_many_pages_are_kept() -> None:
    pages = KeptPages(most=2)
    for number in range(4):
        pages.put(number, KeptPage(None, ("x",)))  # type: ignore[arg-type]
        pages.get(0)
    assert len(pages) == 2
    assert pages.get(3) is not None
    assert pages.get(1) is None
