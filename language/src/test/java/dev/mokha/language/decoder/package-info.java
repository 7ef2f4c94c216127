@NullMarked
package dev.mokha.language.decoder;

import org.jspecify.annotations.NullMarked;
