@NullMarked
package dev.mokha.language.task;

import org.jspecify.annotations.NullMarked;
