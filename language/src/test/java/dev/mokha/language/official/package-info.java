@NullMarked
package dev.mokha.language.official;

import org.jspecify.annotations.NullMarked;
