@NullMarked
package dev.mokha.language.finetune;

import org.jspecify.annotations.NullMarked;
