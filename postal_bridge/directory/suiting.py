"""Whether a point suits what somebody wants to have done there; and if not, why. Pure."""

from collections.abc import Collection
from datetime import date
from enum import StrEnum

from postal_bridge.directory.rules import Ability, DigitisedAt, LinkStatus, ServiceForm
from postal_bridge.directory.views import LinkView, PointView, ProcedureView


class WhyNot(StrEnum):
    """Why a point does not take the dossier in, the furthest from it first."""

    NO_LINK = "near_no_link"
    OTHER_PROVINCE = "near_other_province"
    NOT_IN_LINK = "near_not_in_link"
    RESULT_ONLY = "near_result_only"
    LINK_NOT_ACTIVE = "near_link_not_active"
    ONLINE_ONLY = "near_online_only"
    NOT_BY_POST = "near_not_by_post"
    LACKS_ABILITY = "near_lacks_ability"
    ABILITY_NOT_SAID = "near_ability_not_said"

    @property
    def rank(self) -> int:
        """The higher, the closer the point comes to taking it in."""
        return list(WhyNot).index(self)


def why_no_intake(
    link: LinkView, procedure: ProcedureView | None, needs: Collection[Ability], on: date
) -> WhyNot | None:
    """Why nothing is taken in under this link.

    Whoever needs help with filing on-line is not turned away from a procedure filed so only: it
    goes to the agency from the counter, as `check_channel` lets it.
    """
    is_online_only = procedure is not None and procedure.is_online_only(on)
    is_helped = is_online_only and Ability.ASSIST_ONLINE in needs
    if procedure is not None and procedure.id not in link.procedure_ids:
        return WhyNot.NOT_IN_LINK
    if not is_helped and not link.service_forms & {ServiceForm.SEND, ServiceForm.BOTH}:
        return WhyNot.RESULT_ONLY
    if link.status != LinkStatus.ACTIVE:  # after the forms: it would take in, were it in force
        return WhyNot.LINK_NOT_ACTIVE
    if procedure is not None and not procedure.bcci_allowed:
        return WhyNot.NOT_BY_POST
    if is_online_only and not is_helped:
        return WhyNot.ONLINE_ONLY
    return None


def abilities_wanting(
    point: PointView, link: LinkView, needs: Collection[Ability]
) -> tuple[WhyNot | None, tuple[Ability, ...]]:
    """What of the needs the point does not do, or has not said that it does.

    Where a point says what it does that holds, and taking dossiers in is always needed. Where it
    says nothing the link tells whether results are given out there and papers scanned.
    """
    by_link = {Ability.ACCEPT}
    if link.service_forms & {ServiceForm.RECEIVE, ServiceForm.BOTH}:
        by_link.add(Ability.RETURN)
    if link.digitised_at == DigitisedAt.POINT:
        by_link.add(Ability.DIGITISE)
    wanted = [one for one in Ability if one in needs or one is Ability.ACCEPT]
    if Ability.RETURN in wanted and Ability.RETURN not in by_link:
        return WhyNot.LACKS_ABILITY, (Ability.RETURN,)
    if point.abilities:
        lacking = tuple(one for one in wanted if one not in point.abilities)
        return (WhyNot.LACKS_ABILITY if lacking else None), lacking
    unsaid = tuple(one for one in wanted if one not in by_link)
    return (WhyNot.ABILITY_NOT_SAID if unsaid else None), unsaid
