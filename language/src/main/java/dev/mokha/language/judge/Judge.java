package dev.mokha.language.judge;

/// Whoever is asked for a verdict.
public interface Judge extends AutoCloseable {
    /// {@return what it says to a prompt}
    /// @throws RefusedException when it will not answer this prompt
    /// @throws JudgeException when it cannot be asked at all
    Reply ask(String prompt) throws InterruptedException;

    /// {@return its name, for files and reports}
    String name();

    /// {@return what its replies depend on beside the prompt: a reply is used again only under the same}
    String settings();

    /// {@return whether several threads may ask at once; one that says no is asked by the thread it was
    /// made on}
    boolean takesSeveral();

    @Override
    void close();
}
