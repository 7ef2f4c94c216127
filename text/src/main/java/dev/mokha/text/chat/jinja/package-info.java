/// The part of the Jinja language that published chat templates use: lexer, parser, evaluator.
///
/// The semantics are those of [Jinja 3.1](https://jinja.palletsprojects.com/en/stable/templates/) as Hugging
/// Face transformers sets it up: blocks trimmed, Python's truth, strings, numbers and slices, nothing
/// escaped, a sandbox; or as an evaluation harness does ([Environment]). A template sees plain values only;
/// it cannot reach an object, a class, a file or a clock of the host.
@NullMarked
package dev.mokha.text.chat.jinja;

import org.jspecify.annotations.NullMarked;
