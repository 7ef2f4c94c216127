/// Fine-tuning of encoders for tasks: recipes, grids and seeds, predictions, reports.
@NullMarked
package dev.mokha.language.finetune;

import org.jspecify.annotations.NullMarked;
