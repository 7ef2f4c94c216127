package dev.mokha.knowledge.link;

/// How a wrong fact is made of a right one: its subject or its object is replaced by an entity drawn at
/// random.
///
/// @param side which of the two
/// @param filtered whether entities that make another known fact are drawn again
public record Corruption(Side side, boolean filtered) {
    /// Which part is replaced.
    public enum Side {
        /// Either, with equal chances.
        UNIFORM,
        /// The subject with probability `tph / (tph + hpt)`, where a relation has on average tph objects
        /// for each of its subjects and hpt subjects for each of its objects: more rarely where the
        /// replacement is likely to be right too ([Wang et al. 2014,
        /// §2.2](https://ojs.aaai.org/index.php/AAAI/article/view/8870)).
        BERNOULLI
    }
}
