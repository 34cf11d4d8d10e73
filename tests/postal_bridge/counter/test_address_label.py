"""The envelope's labels say who and where, can be scanned, and never say what for."""

import io
import shutil
import subprocess
from pathlib import Path

import pypdfium2
import pytest

from postal_bridge.counter.address_label import address_label
from postal_bridge.counter.desk_packing import NotReadyToPack, PrepareEnvelope, prepare_envelope
from postal_bridge.custody.service import items_of_dossier
from postal_bridge.delivery.views import DeliveryView
from postal_bridge.directory.service import section_view
from postal_bridge.dossiers.address_label import LabelView, render_label
from postal_bridge.dossiers.service import dossier_view
from postal_bridge.kernel.errors import Forbidden
from postal_bridge.kernel.text import Texts
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.kernel.wording import item_number
from postal_bridge.people.service import looks_of
from tests.builders.counter import once_key
from tests.builders.delivery import Scene, a_scene
from tests.builders.delivery_acts import cleared, out
from tests.builders.people import an_officer

LABEL = LabelView(
    item_number="RZ978910009VN",
    label="P7K2M9",
    name="H'Hen Niê Kdăm",
    address="Buôn Ea Tul, thôn 3, nhà bên cạnh trạm y tế, xã Cư M'gar, tỉnh Đắk Lắk",
    sender="Trung tâm Phục vụ hành chính công phường Long Mỹ",
    sender_address="Số 1 đường 30 Tháng 4",
    hotline="0293 3871 111",
    is_sandbox=True,
)


def prepared(units: Units, scene: Scene) -> DeliveryView:
    """A result that is cleared and whose envelope has its number."""
    with units.write() as uow:
        made = cleared(uow, scene)
        uow.commit()
    command = PrepareEnvelope(made.dossier_id, 80)
    prepare_envelope(command, actor=scene.at.officer, once=once_key(), units=units)
    return made


def words_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    assert len(document) == 1
    said: str = document[0].get_textpage().get_text_range()
    return said


def test_the_label_names_the_person_the_envelope_and_no_procedure(units: Units) -> None:
    scene = a_scene(units)
    made = prepared(units, scene)
    with units.read() as uow:
        section = section_view(uow, scene.at.link.section_id).key
    label = address_label(made.dossier_id, actor=an_officer(units, section), units=units)
    with units.read() as uow:
        dossier = dossier_view(uow, made.dossier_id, scene.at.officer.scope)
        numbers = {one.number for one in items_of_dossier(uow, made.dossier_id)}
        looks = [look.reason for look in looks_of(uow, made.dossier_id)]
    assert label.item_number in numbers
    assert label.label == made.label
    assert label.name
    assert looks[-1] == "address_label"
    said = words_of(render_label(label, texts=Texts.load()))
    assert label.name in said
    assert item_number(label.item_number) in said
    for secret in (dossier.procedure_name_vi, dossier.acceptance_number, dossier.dossier_code):
        assert secret
        assert secret not in said


def test_a_result_that_has_left_is_not_labelled_again(units: Units) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        gone = out(uow, scene)
        bare = cleared(uow, scene)
        uow.commit()
    for made in (gone, bare):
        with pytest.raises(NotReadyToPack):
            address_label(made.dossier_id, actor=scene.at.officer, units=units)


def test_only_the_section_prints_the_label(units: Units) -> None:
    scene = a_scene(units)
    made = prepared(units, scene)
    with pytest.raises(Forbidden):
        address_label(made.dossier_id, actor=scene.courier, units=units)


def test_both_codes_can_be_scanned_from_paper(tmp_path: Path) -> None:
    if not shutil.which("zbarimg") or not shutil.which("pdftoppm"):
        pytest.skip("no pdftoppm or zbarimg on this machine")
    pdf = tmp_path / "label.pdf"
    pdf.write_bytes(render_label(LABEL, texts=Texts.load(), language="en"))
    subprocess.run(["pdftoppm", "-r", "150", "-png", str(pdf), str(tmp_path / "page")], check=True)
    (picture,) = tmp_path.glob("page*.png")
    read = subprocess.run(
        ["zbarimg", "-q", "--raw", str(picture)], capture_output=True, text=True, check=True
    )
    assert set(read.stdout.split()) == {LABEL.item_number, LABEL.label}


def test_the_same_label_is_printed_to_the_same_bytes() -> None:
    texts = Texts.load()
    assert render_label(LABEL, texts=texts) == render_label(LABEL, texts=texts)
