package dev.mokha.serve.model;

import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.serve.cache.Window;
import dev.mokha.serve.kernel.KeyValueType;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// What a model's rows see of their sequence.
///
/// A model of full attention can be made to see the first `sinks` positions and the last `positions` only,
/// with the row itself, and then reads and writes without end: attention sinks,
/// [Xiao et al. 2024, §3.2](https://arxiv.org/abs/2309.17453). Positions are those *inside the cache*: the
/// sinks are at 0 to `sinks − 1`, what the window shows follows without a gap, so no row is ever beyond
/// `sinks + positions − 1`, however long the sequence is.
///
/// Keys are stored turned by their position in the sequence. Rotary embedding sees only how far query and key
/// are apart, and inside the window that is the same in the sequence and in the cache. Only the sinks move
/// closer: a row meets them with its query turned by its place in the cache, and all others with its query
/// turned by its position. So nothing stored is ever turned again, and blocks are shared as without sinks.
public final class Visible {
    private Visible() {}

    /// {@return what rows see in the layers that see most}
    ///
    /// @param asked [Window#ALL] for what the model was made to see
    /// @param maxPositions that the model is served for
    /// @throws UnfitOptionException when it cannot see so
    public static Window of(DecoderConfig config, Window asked, int maxPositions) {
        boolean slides = IntStream.range(0, config.numHiddenLayers()).anyMatch(layer -> config.window(layer) != null);
        if (asked.equals(Window.ALL)) {
            return own(config);
        }
        if (slides) {
            throw new UnfitOptionException("the model has a sliding window of its own, " + config.slidingWindow()
                    + " positions; a window and sinks are for models without one");
        }
        if (asked.sinks() > KeyValueType.PAGE) {
            throw new UnfitOptionException(
                    "sinks are at most " + KeyValueType.PAGE + " positions, not " + asked.sinks());
        }
        if ((long) asked.positions() + asked.sinks() > maxPositions) {
            throw new UnfitOptionException(asked.sinks() + " sinks and a window of " + asked.positions()
                    + " positions exceed the context, which is " + maxPositions);
        }
        return asked;
    }

    /// A model whose every layer slides by the same window needs nothing before it.
    private static Window own(DecoderConfig config) {
        @Nullable Integer slides = config.slidingWindow();
        boolean all = IntStream.range(0, config.numHiddenLayers()).allMatch(layer -> config.window(layer) != null);
        return slides != null && all ? new Window(slides, 0) : Window.ALL;
    }

    /// {@return how many positions a row sees in a layer, itself included; 0 for all}
    public static int in(DecoderConfig config, Window window, int layer) {
        @Nullable Integer own = config.window(layer);
        if (own != null) {
            return own;
        }
        return window.positions() == Integer.MAX_VALUE ? 0 : window.positions();
    }

    /// {@return where a position is in the cache while its row is computed}
    public static int place(Window window, int position) {
        return Math.min(position, window.sinks() + window.positions() - 1);
    }
}
