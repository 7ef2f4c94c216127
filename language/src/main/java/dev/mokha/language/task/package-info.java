/// Labelled examples and the files that they come in: tables with named columns, GLUE's folders, CoNLL's
/// columns.
@NullMarked
package dev.mokha.language.task;

import org.jspecify.annotations.NullMarked;
