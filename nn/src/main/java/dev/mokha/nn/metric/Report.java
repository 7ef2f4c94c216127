package dev.mokha.nn.metric;

import java.util.Map;

/// What was measured on a set of examples, as named figures.
public interface Report {
    /// {@return the figures in the order in which they are shown, under the names that the field's tools
    /// write; a figure is NaN where it is not defined}
    Map<String, Double> figures();
}
