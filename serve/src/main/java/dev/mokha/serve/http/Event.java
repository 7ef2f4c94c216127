package dev.mokha.serve.http;

import dev.mokha.language.generate.Sampler;
import dev.mokha.serve.engine.Reader;

/// What an engine says about a request, on its way to the thread that answers.
sealed interface Event {
    /// An answer goes on.
    ///
    /// @param answer counted over all prompts of the request
    /// @param text that is certain now; may be empty
    record Token(int answer, String text, Sampler.Choice choice) implements Event {}

    /// An answer is over.
    record End(int answer, String text, Reader.Finish finish) implements Event {}

    /// All answers to a prompt are.
    record Done(Reader.Usage usage) implements Event {}

    /// There will be no more.
    record Failed(RuntimeException cause) implements Event {}
}
