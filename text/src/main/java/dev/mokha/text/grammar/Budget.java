package dev.mokha.text.grammar;

/// What one compilation may still spend.
final class Budget {
    private final GrammarLimits limits;
    private final long end;
    private int calls;

    Budget(GrammarLimits limits) {
        this.limits = limits;
        this.end = System.nanoTime() + limits.time().toNanos();
    }

    GrammarLimits limits() {
        return limits;
    }

    /// To be called in each loop whose length the grammar decides.
    void spend() {
        if ((++calls & 0xFFF) == 0 && System.nanoTime() - end > 0) {
            throw new GrammarException("the grammar takes longer than "
                    + limits.time().toMillis() + " ms to compile; make it smaller or raise GrammarLimits.time");
        }
    }

    void states(int count, String what) {
        spend();
        if (count > limits.states()) {
            throw new GrammarException(what + " needs more than " + limits.states()
                    + " states; use smaller repetition counts or raise GrammarLimits.states");
        }
    }

    /// @param place where, as it shall be named
    void nesting(int depth, String place) {
        if (depth > limits.nesting()) {
            throw new GrammarException(place + ": nested deeper than " + limits.nesting() + " levels");
        }
    }
}
