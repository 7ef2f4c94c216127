package dev.mokha.knowledge.lifelong;

import dev.mokha.knowledge.graph.Facts;
import java.util.List;
import java.util.SplittableRandom;

/// So many facts out of all that came by, each with the same chance ([Vitter 1985](
/// https://doi.org/10.1145/3147.3165), algorithm R).
///
/// @param facts those that are remembered
/// @param seen how many came by
/// @param room for how many there is room
record Reservoir(Facts facts, long seen, int room) {
    private static final String SEEN = ".seen";

    /// {@return what a state remembers under a name}
    static Reservoir of(State state, String name, int room) {
        return new Reservoir(state.facts(name), (long) (double) state.numbers().getOrDefault(name + SEEN, 0.0), room);
    }

    /// {@return a state that remembers this under a name}
    State into(State state, String name) {
        return state.with(name, facts).with(name + SEEN, (double) seen);
    }

    /// {@return the reservoir once more facts have come by}
    Reservoir after(Facts more, SplittableRandom random) {
        int held = facts.size();
        int kept = (int) Math.min(room, (long) held + more.size());
        int[] from = new int[kept]; // numbers in what was remembered, then in what comes
        for (int i = 0; i < Math.min(held, kept); i++) {
            from[i] = i;
        }
        long count = seen;
        for (int i = 0; i < more.size(); i++, count++) {
            long place = count < room ? count : random.nextLong(count + 1);
            if (place < kept) {
                from[(int) place] = held + i;
            }
        }
        return new Reservoir(pick(Facts.join(List.of(facts, more)), from), count, room);
    }

    /// {@return new facts beside the remembered ones, as many of the new ones, at even distances, as were
    /// remembered of the others}
    Facts beside(Facts more) {
        int count = seen <= facts.size() ? more.size() : (int) (more.size() * (double) facts.size() / seen);
        int[] from = new int[count];
        for (int i = 0; i < count; i++) {
            from[i] = (int) ((long) i * more.size() / count);
        }
        return Facts.join(List.of(pick(more, from), facts));
    }

    private static Facts pick(Facts facts, int[] numbers) {
        int[] s = new int[numbers.length];
        int[] r = new int[numbers.length];
        int[] o = new int[numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            s[i] = facts.subject(numbers[i]);
            r[i] = facts.relation(numbers[i]);
            o[i] = facts.object(numbers[i]);
        }
        return Facts.of(s, r, o);
    }
}
