package dev.mokha.language.judge;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The prompts that a judge would not answer, and why. They are not kept: the next run asks again.
final class Refusals {
    private final Map<String, String> byPrompt = new ConcurrentHashMap<>();

    void add(Judging.Ask ask, String why) {
        byPrompt.put(ask.prompt(), why);
    }

    /// {@return why, or nothing}
    String of(Judging.Ask ask) {
        return byPrompt.getOrDefault(ask.prompt(), "");
    }
}
