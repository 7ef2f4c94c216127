/// Reports a person opens in a browser: one HTML file, plots inside, no script.
@NullMarked
package dev.mokha.language.report;

import org.jspecify.annotations.NullMarked;
