package dev.mokha.serve.draft;

import dev.mokha.serve.schedule.Sequence;

/// One sequence for which a step drafts.
public final class Drafting {
    final Sequence sequence;
    final int[] table;
    final int most;
    final int rows;
    final double chance;
    final Guesser guesser;
    final DraftTree tree = new DraftTree();
    int tip = DraftTree.ROOT; // the end of the longest path
    int passes;
    double certainty = 1;
    double expected = 1;
    double spent = 1;
    boolean over;

    /// @param sequence whose newest token is the only one not computed
    /// @param table its blocks, with room for the newest token and the drafts behind it
    /// @param most tokens that follow each other
    /// @param rows drafts in all, branches counted
    /// @param chance that a draft is right, as far as is known
    public Drafting(Sequence sequence, int[] table, int most, int rows, double chance, Guesser guesser) {
        this.sequence = sequence;
        this.table = table;
        this.most = most;
        this.rows = rows;
        this.chance = chance;
        this.guesser = guesser;
    }

    /// {@return what was drafted}
    public DraftTree tree() {
        return tree;
    }

    /// The position of the newest token.
    int newest() {
        return sequence.length() - 1;
    }
}
