//! Every rule that a chunk can break. Each has a negative vector of its own.

use crate::error::rules;

rules! {
    /// Why a chunk was refused. Nothing of it was taken over.
    pub enum ChunkRule {
        // Its head.
        Mark = "chunk-mark", "the chunk does not begin as chunks do";
        Version = "chunk-version", "the chunk is of a later version";
        Cut = "chunk-cut", "the chunk ends too early";
        Count = "chunk-count", "the number of entries is no step of the ladder";
        Slots = "chunk-slots", "the advice slots are not filled from the first on";
        Replaces = "chunk-replaces", "the replaced chunks are not in ascending order, each once, or too many";
        Sum = "chunk-sum", "the directory does not add up to the number of entries";
        Size = "chunk-size", "the chunk has not the size that the manifest says";
        Head = "chunk-head", "the chunk has not the head that the manifest says";
        Name = "chunk-name", "the chunk has another name or number than the manifest says";

        // Its blocks.
        BlockHash = "block-hash", "a block is not the one that the directory names";
        BlockBits = "block-bits", "a block does not distribute its entries over its buckets";
        BlockOrder = "block-order", "the entries of a bucket are not in ascending order, each once";
    }
}
