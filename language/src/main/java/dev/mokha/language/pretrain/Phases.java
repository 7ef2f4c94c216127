package dev.mokha.language.pretrain;

import dev.mokha.nn.fit.Batches;
import java.util.List;

/// Sources one after the other, each for a number of batches: such as short sequences first and long ones last. The
/// last source never ends.
///
/// @param <B> a batch of examples
public final class Phases<B> implements Batches<B> {
    private final List<Phase<B>> phases;
    private int current;
    private long drawn;

    /// @param count how many batches
    /// @param begin done before the first batch of the phase is drawn; not again when a position within it
    ///     is restored
    public record Phase<B>(Batches<B> source, long count, Runnable begin) {
        public Phase(Batches<B> source, long count) {
            this(source, count, () -> {});
        }

        public Phase {
            if (count < 1) {
                throw new IllegalArgumentException("a phase has at least 1 batch, not " + count);
            }
        }
    }

    public Phases(List<Phase<B>> phases) {
        if (phases.isEmpty()) {
            throw new IllegalArgumentException("there is at least one phase");
        }
        this.phases = List.copyOf(phases);
    }

    @Override
    public B next() {
        if (drawn == phases.get(current).count() && current < phases.size() - 1) {
            current++;
            drawn = 0;
            phases.get(current).begin().run();
        }
        drawn++;
        return phases.get(current).source().next();
    }

    /// {@return the phase, the batches drawn in it, and where its source stands, such as `1/320/3:1024`}
    @Override
    public String position() {
        return current + "/" + drawn + "/" + phases.get(current).source().position();
    }

    @Override
    public void restore(String position) {
        int first = position.indexOf('/');
        int second = position.indexOf('/', first + 1);
        int phase;
        long count;
        try {
            phase = Integer.parseInt(position.substring(0, Math.max(0, first)));
            count = Long.parseLong(position.substring(first + 1, Math.max(first + 1, second)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + position + "' is no position of the form PHASE/BATCHES/…", e);
        }
        if (phase < 0 || phase >= phases.size() || count < 0) {
            throw new IllegalArgumentException(
                    "'" + position + "' is a position of other phases; there are " + phases.size());
        }
        phases.get(phase).source().restore(position.substring(second + 1));
        current = phase;
        drawn = count;
    }
}
