@NullMarked
package dev.mokha.language.encoder;

import org.jspecify.annotations.NullMarked;
