/// The engine over HTTP, as OpenAI's clients speak it: chat and completions, whole or streamed.
@NullMarked
package dev.mokha.serve.http;

import org.jspecify.annotations.NullMarked;
