package dev.mokha.language.judge;

import dev.mokha.language.generate.Answer;
import dev.mokha.language.generate.LanguageModel;
import dev.mokha.language.generate.Sampling;
import dev.mokha.text.chat.Message;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A judge in this process: a model folder, greedily.
public final class ModelJudge implements Judge {
    private final Path folder;
    private final int maxTokens;
    private final LanguageModel model;
    private final Speaker speaker;

    /// @param model from now on closed with this
    /// @param folder where it came from
    /// @param maxTokens the longest reply
    public ModelJudge(LanguageModel model, Path folder, int maxTokens) {
        this.model = model;
        this.folder = folder.toAbsolutePath().normalize();
        this.maxTokens = maxTokens;
        this.speaker = new Speaker(model, Sampling.greedy(maxTokens));
    }

    @Override
    public Reply ask(String prompt) {
        speaker.reset();
        @Nullable Answer answer = speaker.answer(List.of(new Message.User(prompt)));
        if (answer == null) {
            throw new RefusedException("the prompt does not fit into the context of " + folder);
        }
        if (answer.end() == Answer.End.INTERRUPTED) {
            throw new JudgeException("interrupted; the same command goes on where this ended");
        }
        return new Reply(
                answer.text(),
                answer.end().name().toLowerCase(Locale.ROOT),
                answer.promptTokens(),
                answer.ids().size());
    }

    @Override
    public String name() {
        return Answers.nameOf(folder);
    }

    @Override
    public String settings() {
        return folder + " " + maxTokens;
    }

    @Override
    public boolean takesSeveral() {
        return false;
    }

    @Override
    public void close() {
        model.close();
    }
}
