/// Running figures over batches: means, accuracy, perplexity, bits per byte; and reports over a whole set
/// of examples: confusion and F1, correlation, entities.
@NullMarked
package dev.mokha.nn.metric;

import org.jspecify.annotations.NullMarked;
