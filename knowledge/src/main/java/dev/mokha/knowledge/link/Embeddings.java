package dev.mokha.knowledge.link;

import java.util.Map;

/// What a model has learned, as plain arrays: for whoever computes scores without libtorch.
///
/// With `s` and `o` rows of the entities and `r` one of the relations, the scores are, higher being better:
///
/// | scorer | score | rows |
/// |---|---|---|
/// | `TransE` | `−‖s + r − o‖`, the norm being the setting `norm`, 1 or 2 | |
/// | `DistMult` | `Σ s r o` | |
/// | `ComplEx` | `Re Σ s r ō` | real parts, then imaginary ones |
/// | `RotatE` | `−Σ \|s e^(i r / unit) − o\|`, with the setting `unit` | entities: real parts, then imaginary ones |
/// | `TuckER` | `Σⱼ (b₂ⱼ + a₂ⱼ Σ_ki r_k C_kij (a₁ᵢ sᵢ + b₁ᵢ)) oⱼ` | |
///
/// where TuckER's tensors are `core` (C: relation, subject, object), `input_scale` and `input_shift` (a₁,
/// b₁), `hidden_scale` and `hidden_shift` (a₂, b₂): batch normalisation by its running averages.
///
/// The relation `2n` is the n-th, `2n + 1` its inverse, which asks for its subjects.
public final class Embeddings {
    private final String scorer;
    private final Rows entities;
    private final Rows relations;
    private final Map<String, float[]> tensors;
    private final Map<String, Double> settings;

    /// Keeps the arrays, without copies.
    ///
    /// @param scorer its name, as in the table above
    /// @param tensors what the scorer has beside the two tables, in order of rows; empty but for TuckER
    /// @param settings numbers that are not learned: `norm` of TransE, `unit` of RotatE
    public Embeddings(String scorer, Tables tables, Map<String, float[]> tensors, Map<String, Double> settings) {
        this.scorer = scorer;
        this.entities = tables.entities();
        this.relations = tables.relations();
        this.tensors = Map.copyOf(tensors);
        this.settings = Map.copyOf(settings);
    }

    /// Both tables.
    public record Tables(Rows entities, Rows relations) {}

    /// A table in order of its rows.
    public static final class Rows {
        private final int width;
        private final float[] values;

        /// Keeps the array, without a copy.
        ///
        /// @throws IllegalArgumentException when its length is no multiple of the width
        public Rows(int width, float[] values) {
            if (width < 1 || values.length % width != 0) {
                throw new IllegalArgumentException(
                        values.length + " numbers are no whole number of rows of width " + width);
            }
            this.width = width;
            this.values = values;
        }

        /// {@return how many rows there are}
        public int count() {
            return values.length / width;
        }

        /// {@return how many numbers a row has}
        public int width() {
            return width;
        }

        /// {@return all numbers, row after row: not a copy}
        public float[] values() {
            return values;
        }
    }

    /// {@return the scorer's name: `TransE`, `DistMult`, `ComplEx`, `RotatE` or `TuckER`}
    public String scorer() {
        return scorer;
    }

    /// {@return a row for each entity}
    public Rows entities() {
        return entities;
    }

    /// {@return a row for each relation and each inverse}
    public Rows relations() {
        return relations;
    }

    /// {@return a tensor beside the tables, in order of rows: not a copy}
    ///
    /// @throws IllegalArgumentException naming those there are
    public float[] tensor(String name) {
        float[] found = tensors.get(name);
        if (found == null) {
            throw new IllegalArgumentException(scorer + " has no tensor '" + name + "'; there are " + tensors.keySet());
        }
        return found;
    }

    /// {@return a number that was not learned}
    ///
    /// @throws IllegalArgumentException naming those there are
    public double setting(String name) {
        Double found = settings.get(name);
        if (found == null) {
            throw new IllegalArgumentException(
                    scorer + " has no setting '" + name + "'; there are " + settings.keySet());
        }
        return found;
    }
}
