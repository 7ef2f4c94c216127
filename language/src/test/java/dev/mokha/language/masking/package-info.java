@NullMarked
package dev.mokha.language.masking;

import org.jspecify.annotations.NullMarked;
