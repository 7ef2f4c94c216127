package dev.mokha.language.finetune;

import dev.mokha.language.encoder.Problem;
import dev.mokha.language.folder.EncoderFolder;
import java.util.Objects;

/// What a task asks of an encoder.
public enum Kind {
    /// The class of a text or a pair.
    CLASSIFY("ForSequenceClassification"),
    /// A number for a text or a pair.
    REGRESS("ForSequenceClassification"),
    /// A tag for each word: the first piece of a word is labelled (paper, §5.3).
    TAG("ForTokenClassification"),
    /// One of several continuations (paper, §4.4).
    CHOOSE("ForMultipleChoice");

    private final String architecture;

    Kind(String architecture) {
        this.architecture = architecture;
    }

    /// {@return the kind of task that a fine-tuned folder was made for}
    /// @throws IllegalArgumentException for a folder with another head or none
    public static Kind of(EncoderFolder folder) {
        String name = Objects.toString(folder.architecture(), "");
        for (Kind kind : values()) {
            if (name.endsWith(kind.architecture)) {
                boolean number = folder.labels() != null && folder.labels().problem() == Problem.REGRESSION;
                return kind == CLASSIFY && number ? REGRESS : kind;
            }
        }
        throw new IllegalArgumentException(
                folder.path() + " holds " + (name.isEmpty() ? "an encoder without a head" : "a " + name)
                        + ", which answers no task; fine-tune it first with mokha finetune");
    }
}
