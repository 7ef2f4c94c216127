package dev.mokha.language.gguf;

import java.util.List;

/// Where a tensor lies in a file, and how.
///
/// @param name such as `blk.0.attn_q.weight`
/// @param shape its sizes, outermost first; the file has them the other way round
/// @param type how its numbers are stored; rows are whole blocks
/// @param offset of its first byte in the file
public record GgufTensor(String name, List<Long> shape, GgufType type, long offset) {
    public GgufTensor {
        shape = List.copyOf(shape);
    }

    /// {@return the number of elements}
    public long count() {
        return shape.stream().reduce(1L, Math::multiplyExact);
    }

    /// {@return the number of bytes in the file}
    public long bytes() {
        return type.bytes(count());
    }
}
