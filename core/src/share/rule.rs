//! Every rule that a box, what is in it, or an answer can break. Each has a negative vector.

use crate::error::rules;

rules! {
    /// Why a box or an answer was refused.
    pub enum ShareRule {
        // The box.
        BoxSize = "box-size", "a box is exactly 32,768 bytes long";
        BoxMark = "box-mark", "the box does not begin as boxes do";
        BoxVersion = "box-version", "the box is of a later version";
        BoxKey = "box-key", "the box is sealed to a key whose private half is not here";
        BoxSeal = "box-seal", "the box does not open: it was changed, or is meant for others";

        // What is in it.
        Version = "share-version", "what is in the box is of a later version";
        Kind = "share-kind", "what is in the box is neither visits nor a cover";
        Cover = "share-cover", "a cover is not empty";
        Empty = "share-empty", "there are no visits";
        Cut = "share-cut", "the visits do not fit the box";
        Padding = "share-padding", "what is left of the box is not zero";

        // A visit.
        Times = "share-times", "a visit ends before it begins, or is longer than a day";
        Order = "share-order", "the visits are not in the order in which they began";
        Area = "share-area", "a visit's area is none";
        Text = "share-text", "a name is too long or holds characters that are not text";
        Companions = "share-companions", "more companions are named than came along";
        Keys = "share-keys", "the keys are not of days of the visit, ascending, each once";
        Venue = "share-venue", "a venue is named without its keys of all days of the visit";

        // The answer.
        ReplySize = "reply-size", "an answer is exactly 128 bytes long";
        ReplySeal = "reply-seal", "the answer does not open: it belongs to another box";
        ReplyForm = "reply-form", "the answer says nothing that is known";
    }
}
