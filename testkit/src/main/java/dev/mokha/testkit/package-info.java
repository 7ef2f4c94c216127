@NullMarked
package dev.mokha.testkit;

import org.jspecify.annotations.NullMarked;
