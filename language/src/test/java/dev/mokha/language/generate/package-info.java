@NullMarked
package dev.mokha.language.generate;

import org.jspecify.annotations.NullMarked;
