"""The world's happenings as they come about on Trello's boards, each with the actions it leaves."""

from __future__ import annotations

from tests.simulators.trello_boards import (
    Object,
    new_board,
    new_card,
    new_checklist,
    new_member,
    object_id,
    told,
)
from tests.simulators.trello_state import TrelloState, field_of, named
from tests.simulators.world import Happening


class TrelloStory(TrelloState):
    """Plays what happens. What Trello cannot tell (work logged, a deletion undone) it ignores."""

    def happen(self, happening: Happening) -> None:
        """Play one happening."""
        play = getattr(self, f"_{happening.what}", None)
        if play is not None:
            play(happening)

    def _add_person(self, it: Happening) -> None:
        member = new_member(it.thing, it.details["name"], it.at)
        self.members[member["id"]] = member
        self._ids[it.thing] = member["id"]

    def _add_container(self, it: Happening) -> None:
        board = new_board(it.thing, it.details["name"], it.at)
        self.boards[board.id] = board
        self._ids[it.thing] = board.id
        self.act(board, it.at, it.actor, "createBoard")
        self.act(board, it.at, it.actor, "createCustomField", customField=field_of(board.fields[0]))

    def _remove_container(self, it: Happening) -> None:
        board = self.boards[self._ids[it.thing]]
        board.fate = "deleted"
        for card in [each for each in self.cards.values() if each["idBoard"] == board.id]:
            self._forget(card, "unobserved")

    def _hide_container(self, it: Happening) -> None:
        self.boards[self._ids[it.thing]].fate = "hidden"

    def _rename_field(self, it: Happening) -> None:
        for board in self.boards.values():
            if not board.fate:
                old = {"name": board.fields[0]["name"]}
                board.fields[0]["name"] = it.details["name"]
                data = {"customField": field_of(board.fields[0]), "old": old}
                self.act(board, it.at, it.actor, "updateCustomField", **data)

    def _create(self, it: Happening) -> None:
        details, board = it.details, self.boards.get(self._ids.get(it.details["container"], ""))
        if board is None or board.fate:
            return
        told_of = (details["status"], details["title"], details["description"], it.at)
        card = new_card(it.thing, board, *told_of)
        self.cards[card["id"]] = card
        self._ids[it.thing] = card["id"]
        found = named(board.list_with(card["idList"]), "id", "name")
        self.act(board, it.at, it.actor, "createCard", card, list=found)
        parent = self.card_of(details["parent"]) if details["parent"] else None
        if parent is not None:
            self._check_item(parent, card["name"], it)

    def _check_item(self, parent: Object, name: str, it: Happening) -> None:
        board = self.board_of(parent)
        checklist = next((self.checklists[each] for each in parent["idChecklists"]), None)
        if checklist is None:
            checklist = new_checklist(parent, it.at)
            self.checklists[checklist["id"]] = checklist
            parent["idChecklists"] = [checklist["id"]]
            told_of = named(checklist, "id", "name")
            self.act(board, it.at, it.actor, "addChecklistToCard", parent, checklist=told_of)
        item = {
            "id": object_id(it.at, f"item {name}"),
            "name": name,
            "state": "incomplete",
            "idChecklist": checklist["id"],
        }
        checklist["checkItems"].append(item)
        parent["badges"]["checkItems"] += 1
        told_of = named(item, "id", "name", "state")
        self.act(board, it.at, it.actor, "createCheckItem", parent, checkItem=told_of)

    def _retitle(self, it: Happening) -> None:
        if card := self.card_of(it.thing):
            self.change(card, it, name=it.details["title"])

    def _describe(self, it: Happening) -> None:
        if card := self.card_of(it.thing):
            self.change(card, it, desc=it.details["description"])

    def _label(self, it: Happening) -> None:
        """Put a label on a card, or take it off if it is there."""
        card = self.card_of(it.thing)
        if card is None:
            return
        board = self.board_of(card)
        label, _ = board.label_named(it.details["label"], it.at)
        kind = "removeLabelFromCard" if label in card["labels"] else "addLabelToCard"
        kept = [each for each in card["labels"] if each is not label]
        card["labels"] = kept if label in card["labels"] else [*kept, label]
        card["idLabels"] = [each["id"] for each in card["labels"]]
        told_of = named(label, "id", "name", "color")
        self.act(board, it.at, it.actor, kind, card, label=told_of, value=label["color"])

    def _assign(self, it: Happening) -> None:
        card, person = self.card_of(it.thing), it.details["person"]
        if card is None:
            return
        wanted = [self._ids[person]] if person else []
        board = self.board_of(card)
        for gone in [each for each in card["idMembers"] if each not in wanted]:
            found = self.members[gone]
            self.act(board, it.at, it.actor, "removeMemberFromCard", card, found, idMember=gone)
        for come in [each for each in wanted if each not in card["idMembers"]]:
            found = self.members[come]
            self.act(board, it.at, it.actor, "addMemberToCard", card, found, idMember=come)
        card["idMembers"] = wanted

    def _move_status(self, it: Happening) -> None:
        card = self.card_of(it.thing)
        if card is None:
            return
        wanted = self.board_of(card).list_named(it.details["status"])["id"]
        if wanted != card["idList"]:
            self.change(card, it, idList=wanted)
        is_met = it.details["status"] == "Done" and card["idShort"] % 2 == 0
        if is_met != card["dueComplete"]:
            card["dateCompleted"] = told(it.at) if is_met else None
            self.change(card, it, dueComplete=is_met)

    def _move_container(self, it: Happening) -> None:
        """Move a card to another board; it keeps its id, and gets that board's labels and field."""
        card, target = self.card_of(it.thing), self.boards.get(self._ids[it.details["container"]])
        if card is None or target is None or target.id == card["idBoard"]:
            return
        source = self.board_of(card)
        status = source.list_with(card["idList"])
        there = {"boardTarget": {"id": target.id}, "list": named(status, "id", "name")}
        self.act(source, it.at, it.actor, "moveCardFromBoard", card, **there)
        landing = target.list_named(status["name"])
        labels = [target.label_named(each["name"], it.at)[0] for each in card["labels"]]
        card.update(
            idBoard=target.id,
            idList=landing["id"],
            labels=labels,
            idLabels=[each["id"] for each in labels],
            customFieldItems=[
                {**each, "idCustomField": target.fields[0]["id"]}
                for each in card["customFieldItems"]
            ],
        )
        for each in card["idChecklists"]:
            self.checklists[each]["idBoard"] = target.id
        here = {"boardSource": {"id": source.id}, "list": named(landing, "id", "name")}
        self.act(target, it.at, it.actor, "moveCardToBoard", card, **here)

    def _set_field(self, it: Happening) -> None:
        card = self.card_of(it.thing)
        if card is None:
            return
        board = self.board_of(card)
        item = {
            "id": object_id(it.at, f"value {card['id']}"),
            "value": {"number": str(it.details["value"])},
            "idValue": None,
            "idCustomField": board.fields[0]["id"],
            "idModel": card["id"],
            "modelType": "card",
        }
        before = [each["value"] for each in card["customFieldItems"]]
        card["customFieldItems"] = [item]
        told_of = {"customField": field_of(board.fields[0]), "customFieldItem": item}
        old = {"value": before[0] if before else None}
        self.act(board, it.at, it.actor, "updateCustomFieldItem", card, old=old, **told_of)

    def _comment(self, it: Happening) -> None:
        if card := self.card_of(it.thing):
            card["badges"]["comments"] += 1
            board = self.board_of(card)
            self.act(board, it.at, it.actor, "commentCard", card, text=it.details["text"])

    def _link(self, it: Happening) -> None:
        card, other = self.card_of(it.thing), self.card_of(it.details["other"])
        if card and other:
            card["badges"]["attachments"] += 1
            found = {"name": other["name"], "url": other["url"]}
            board = self.board_of(card)
            self.act(board, it.at, it.actor, "addAttachmentToCard", card, attachment=found)

    def _archive(self, it: Happening) -> None:
        if card := self.card_of(it.thing):
            card["dateClosed"] = told(it.at)
            self.change(card, it, closed=True)

    def _unarchive(self, it: Happening) -> None:
        if card := self.card_of(it.thing):
            card["dateClosed"] = None
            self.change(card, it, closed=False)

    def _delete(self, it: Happening) -> None:
        """Delete a card; the action has its id only, and nothing brings it back."""
        card = self.card_of(it.thing)
        if card is None:
            return
        board = self.board_of(card)
        found = named(board.list_with(card["idList"]), "id", "name")
        told_of = {"card": named(card, "id", "idShort"), "list": found}
        self.act(board, it.at, it.actor, "deleteCard", **told_of)
        self._forget(card, "deleted")

    def _forget(self, card: Object, outcome: str) -> None:
        for each in card["idChecklists"]:
            del self.checklists[each]
        del self.cards[card["id"]]
        self.lost[card["id"]] = outcome
