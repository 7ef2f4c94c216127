package dev.mokha.serve.model;

import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.serve.cache.BlockMove;
import dev.mokha.serve.cache.Window;
import dev.mokha.serve.kernel.KeyValueType;
import java.lang.foreign.MemorySegment;

/// What an engine computes its steps with: a decoder and the memory of all sequences' keys and values, in
/// blocks of 16 positions. For one thread.
public interface StepModel extends AutoCloseable {
    /// {@return the model's shape}
    DecoderConfig config();

    /// {@return what its rows see, all layers taken together: the rest need not be kept}
    Window window();

    /// {@return the most rows of a step}
    int maxRows();

    /// Computes rows; their keys and values are stored where their tables say.
    ///
    /// @return the logits of the wanted rows, [#logitsStride] floats from one to the next, until the next step
    MemorySegment step(StepRows rows);

    /// The same with the first layers alone, as if there were no others; keys and values of those are stored.
    ///
    /// @param layers how many
    MemorySegment early(StepRows rows, int layers);

    /// {@return floats from a row of logits to the next}
    long logitsStride();

    /// Copies a block, or moves it out or in.
    void move(BlockMove move);

    /// {@return how keys and values are kept}
    KeyValueType keyValues();

    /// {@return how many blocks there are}
    int blocks();

    /// {@return how many spare blocks lie behind them, which belong to nobody for longer than a step}
    int spare();

    /// {@return the bytes of a block}
    long blockBytes();

    /// {@return whether adapters may change a mixture's experts}
    boolean adaptsExperts();

    /// {@return the memory that the model takes, but for keys and values}
    Footprint footprint();

    /// {@return what computes, for people}
    String describe();

    /// Releases the memory.
    @Override
    void close();
}
