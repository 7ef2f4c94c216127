/// Running figures over batches: means, accuracy, perplexity, bits per byte.
@NullMarked
package dev.mokha.nn.metric;

import org.jspecify.annotations.NullMarked;
