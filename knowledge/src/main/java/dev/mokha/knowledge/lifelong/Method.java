package dev.mokha.knowledge.lifelong;

import dev.mokha.knowledge.embed.Crew;
import java.util.Optional;
import java.util.function.Supplier;

/// A way of learning a graph that grows: what becomes of old vectors, which facts are learned, what holds
/// what is known in place. A value; what it knows is in a [State].
public sealed interface Method
        permits Cwr,
                Emr,
                Ewc,
                FastKge,
                FineTune,
                Gem,
                IncDe,
                Lan,
                Lkge,
                Mean,
                Pnn,
                Rehearsal,
                Retrain,
                Si,
                SnapshotOnly {
    /// {@return what it is called in commands and files}
    String name();

    /// {@return vectors with a row for each entity and relation that there is by now}
    ///
    /// @param random drawn vectors of that size, to be used
    default Vectors open(State state, Snapshot snapshot, Vectors random, Mode mode, Crew crew) {
        random.setFirst(state.vectors());
        return random;
    }

    /// {@return what questions are answered with while a snapshot is open, before it is learned}
    default State opened(Assignment assignment) {
        return assignment.state().next(assignment.opened());
    }

    /// {@return entities' vectors by what is asked; none where a state's vectors are those that every
    /// question
    /// sees}
    ///
    /// @param known asked only where it is needed
    default Optional<AskedVectors> asked(Supplier<State> known, Mode mode, Crew crew) {
        return Optional.empty();
    }

    /// {@return how the method's authors train it}
    default Training training(long seed) {
        return Training.official(seed);
    }

    /// {@return the learning of one snapshot}
    Lesson begin(Assignment assignment);
}
