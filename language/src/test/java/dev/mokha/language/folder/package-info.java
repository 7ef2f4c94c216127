@NullMarked
package dev.mokha.language.folder;

import org.jspecify.annotations.NullMarked;
