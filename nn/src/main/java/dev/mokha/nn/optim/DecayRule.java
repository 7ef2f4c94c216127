package dev.mokha.nn.optim;

import java.util.Locale;

/// Says which parameters weight decay acts on.
@FunctionalInterface
public interface DecayRule {
    /// {@return whether weight decay acts on a parameter}
    /// @param name its full name, such as `model.layers.0.self_attn.q_proj.weight`
    /// @param rank its number of dimensions
    boolean decays(String name, int rank);

    /// Every parameter.
    static DecayRule all() {
        return Usual.ALL;
    }

    /// The usual rule: products' weights decay; biases, norms' gains (all of one dimension) and embeddings do not.
    static DecayRule products() {
        return Usual.PRODUCTS;
    }

    /// As [#products], but embeddings decay too: what BERT and GPT-2 did.
    static DecayRule matrices() {
        return Usual.MATRICES;
    }

    /// The rules above, which records of runs show by their names.
    enum Usual implements DecayRule {
        /// [DecayRule#all]
        ALL,
        /// [DecayRule#products]
        PRODUCTS,
        /// [DecayRule#matrices]
        MATRICES;

        @Override
        public boolean decays(String name, int rank) {
            return switch (this) {
                case ALL -> true;
                case PRODUCTS -> rank >= 2 && !isEmbedding(name);
                case MATRICES -> rank >= 2;
            };
        }

        private static boolean isEmbedding(String name) {
            String lower = name.toLowerCase(Locale.ROOT);
            return lower.contains("embed") || lower.contains("wte.") || lower.contains("wpe.");
        }
    }
}
