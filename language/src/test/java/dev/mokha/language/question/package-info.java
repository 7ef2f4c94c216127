@NullMarked
package dev.mokha.language.question;

import org.jspecify.annotations.NullMarked;
