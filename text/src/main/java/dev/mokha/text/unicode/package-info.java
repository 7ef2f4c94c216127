/// Unicode and Arabic text: named, idempotent steps that a caller chooses; none is on by default.
@NullMarked
package dev.mokha.text.unicode;

import org.jspecify.annotations.NullMarked;
