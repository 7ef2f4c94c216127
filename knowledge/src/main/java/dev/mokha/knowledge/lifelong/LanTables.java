package dev.mokha.knowledge.lifelong;

import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.embed.Table;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// What [LanAggregator] makes vectors of, or gradients by it.
///
/// @param inputs `x`, `[entities, dim]`
/// @param projections `w`, `[relations + 1, dim]`, that of an entity's edge to itself last
/// @param questions `z`, `[relations, dim]`
/// @param attention `[2 dim + 1, dim]`: what `z` is multiplied with, what a message is multiplied with, `u`
record LanTables(Table inputs, Table projections, Table questions, Table attention) {
    /// Normal draws as LKGE's program has them, for all but the inputs.
    static LanTables xavier(Table inputs, int relations, SplittableRandom random) {
        int dim = inputs.dim();
        var projections = new Table(relations + 1, dim);
        projections.setFirst(Table.xavier(relations + 1, dim, random.split()));
        var attention = new Table(2 * dim + 1, dim);
        attention.setFirst(Table.xavier(2 * dim, dim, random.split()));
        copyRow(Table.xavier(1, dim, random.split()), 0, attention, 2 * dim);
        copyRow(Table.xavier(1, dim, random.split()), 0, projections, relations);
        return new LanTables(inputs, projections, Table.xavier(relations, dim, random.split()), attention);
    }

    static void copyRow(Table from, int row, Table to, int place) {
        System.arraycopy(from.values(), row * from.stride(), to.values(), place * to.stride(), from.stride());
    }

    LanTables withInputs(Table other) {
        return new LanTables(other, projections, questions, attention);
    }

    /// {@return zeros of the same shape}
    LanTables zeros() {
        return new LanTables(zeros(inputs), zeros(projections), zeros(questions), zeros(attention));
    }

    private static Table zeros(Table table) {
        return new Table(table.rows(), table.dim());
    }

    /// {@return tables of their own with the same numbers}
    LanTables copy() {
        return new LanTables(inputs.copy(), projections.copy(), questions.copy(), attention.copy());
    }

    /// {@return all but the inputs}
    List<Table> shared() {
        return List.of(projections, questions, attention);
    }

    /// Sets all but the inputs to 0.
    void clearShared(Crew crew) {
        for (Table table : shared()) {
            crew.split(table.values().length, Table.UNIT, (from, to) -> Arrays.fill(table.values(), from, to, 0));
        }
    }
}
