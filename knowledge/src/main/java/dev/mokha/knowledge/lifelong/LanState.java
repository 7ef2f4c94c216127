package dev.mokha.knowledge.lifelong;

import dev.mokha.knowledge.embed.Table;

/// LAN's tables in a [State]: a row for each relation, and one shared table of `A`, `B`, `u` and `w` of an
/// entity's edge to itself.
final class LanState {
    private static final String PROJECTIONS = "lan.projections"; // w of relations
    private static final String QUESTIONS = "lan.questions"; // z
    private static final String ATTENTION = "lan.attention";

    private LanState() {}

    /// {@return the tables of a state, zeros where it has none}
    static LanTables tables(State state) {
        Table inputs = state.vectors().entities();
        int dim = inputs.dim();
        int relations = state.relations();
        var projections = new Table(relations + 1, dim);
        var questions = new Table(relations, dim);
        var attention = new Table(2 * dim + 1, dim);
        projections.setFirst(state.tables(PROJECTIONS).relations());
        questions.setFirst(state.tables(QUESTIONS).relations());
        Table kept = state.shared(ATTENTION);
        if (kept.rows() > 0) {
            System.arraycopy(kept.values(), 0, attention.values(), 0, attention.values().length);
            LanTables.copyRow(kept, kept.rows() - 1, projections, relations);
        }
        return new LanTables(inputs, projections, questions, attention);
    }

    /// {@return a state with these tables, whose inputs it has}
    static State with(State state, LanTables tables) {
        int relations = state.relations();
        int dim = tables.inputs().dim();
        var projections = new Table(relations, dim);
        System.arraycopy(tables.projections().values(), 0, projections.values(), 0, projections.values().length);
        var attention = new Table(2 * dim + 2, dim);
        attention.setFirst(tables.attention());
        LanTables.copyRow(tables.projections(), relations, attention, 2 * dim + 1);
        return state.withOfRelations(PROJECTIONS, projections)
                .withOfRelations(QUESTIONS, tables.questions())
                .withShared(ATTENTION, attention);
    }

    /// {@return the tables of a state with zeros for new relations, and other inputs}
    static LanTables grown(State state, Vectors vectors) {
        LanTables old = tables(state);
        int relations = vectors.relations().rows();
        int dim = vectors.relations().dim();
        var projections = new Table(relations + 1, dim);
        projections.setFirst(old.projections());
        LanTables.copyRow(new Table(1, dim), 0, projections, state.relations()); // that of the edge to itself goes last
        LanTables.copyRow(old.projections(), state.relations(), projections, relations);
        var questions = new Table(relations, dim);
        questions.setFirst(old.questions());
        return new LanTables(vectors.entities(), projections, questions, old.attention());
    }
}
