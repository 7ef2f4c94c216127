package dev.mokha.knowledge.lifelong;

import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.embed.Table;
import java.util.Arrays;
import java.util.SplittableRandom;

/// One table for entities and one for relations: a model's vectors, their gradient, what each number of
/// them is worth.
///
/// @param entities row `e` belongs to entity `e`
/// @param relations row `q` belongs to relation `q`, inverses counted
public record Vectors(Table entities, Table relations) {

    /// {@return zeros}
    public static Vectors zeros(int entities, int relations, int dim) {
        return new Vectors(new Table(entities, dim), new Table(relations, dim));
    }

    /// {@return normal draws, see [Table#xavier]}
    public static Vectors xavier(int entities, int relations, int dim, SplittableRandom random) {
        return new Vectors(Table.xavier(entities, dim, random.split()), Table.xavier(relations, dim, random.split()));
    }

    /// {@return zeros of the same shape}
    public Vectors zeros() {
        return new Vectors(new Table(entities.rows(), entities.dim()), new Table(relations.rows(), relations.dim()));
    }

    /// {@return tables of their own with the same numbers}
    public Vectors copy() {
        return new Vectors(entities.copy(), relations.copy());
    }

    /// {@return as many entities and relations from the first on, zeros where there were fewer}
    public Vectors grown(int entities, int relations) {
        Vectors grown = zeros(entities, relations, this.entities.dim());
        grown.setFirst(this);
        return grown;
    }

    /// Writes another's rows over this one's first.
    public void setFirst(Vectors other) {
        entities.setFirst(other.entities);
        relations.setFirst(other.relations);
    }

    /// Sets all numbers to 0.
    public void clear(Crew crew) {
        clear(entities, crew);
        clear(relations, crew);
    }

    private static void clear(Table table, Crew crew) {
        crew.split(table.values().length, Table.UNIT, (from, to) -> Arrays.fill(table.values(), from, to, 0));
    }
}
