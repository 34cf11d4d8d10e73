"""Why somebody bears one amount, in plain words, from what is stored with it."""

from postal_bridge.kernel.text import Language, Texts
from postal_bridge.money.contracts import ContractItem
from postal_bridge.money.month_of_bearers import BearerLine

_TERMS = {
    ContractItem.HEAVIER: "contract_terms_heavier",
    ContractItem.STORAGE: "contract_terms_storage",
    ContractItem.REMOTE: "contract_terms_each",
    ContractItem.REDELIVERY: "contract_terms_each",
    ContractItem.RETURN: "contract_terms_each",
}


def explain_bearing(line: BearerLine, texts: Texts, language: Language) -> str:
    """What happened, what the contract says of it, and what took it back where something did."""
    was_held = line.item != ContractItem.STORAGE or line.facts.get("parked_days")
    fact = f"contract_fact_{line.item}" if was_held else "contract_fact_storage_whole"
    said = [texts.render(fact, line.facts, language)]
    if line.item in _TERMS:
        code = _TERMS[ContractItem(line.item)] if line.contract else "contract_terms_none"
        said.append(texts.render(code, {**line.facts, "contract": line.contract or "–"}, language))
    if line.why is not None:
        said.insert(0, texts.render("contract_back", {"why": line.why}, language))
    return " ".join(said)
