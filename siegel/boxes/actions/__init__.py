"""The only writers of boxes, by subject."""

from siegel.boxes.actions.bin import bin_boxes, bin_boxes_of, destroy_boxes, restore_boxes
from siegel.boxes.actions.boxes import change_content, create_box
from siegel.boxes.actions.members import (
    change_member,
    end_memberships,
    join_boxes,
    pass_on_memberships,
    remove_member,
)
from siegel.boxes.actions.moves import hand_over_boxes, move_back, move_boxes

__all__ = [
    "bin_boxes",
    "bin_boxes_of",
    "change_content",
    "change_member",
    "create_box",
    "destroy_boxes",
    "end_memberships",
    "hand_over_boxes",
    "join_boxes",
    "move_back",
    "move_boxes",
    "pass_on_memberships",
    "remove_member",
    "restore_boxes",
]
