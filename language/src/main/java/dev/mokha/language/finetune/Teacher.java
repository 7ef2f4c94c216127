package dev.mokha.language.finetune;

import dev.mokha.language.folder.EncoderFolder;
import dev.mokha.nn.Loading;
import dev.mokha.nn.Mode;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import java.util.List;

/// A fine-tuned model whose answers another one learns. It reads the examples with its own tokenizer, once.
record Teacher(EncoderFolder folder, TaskData data, FineTune recipe) {
    Teacher {
        Kind kind = Kind.of(folder);
        List<String> names = data.headLabels().names();
        boolean named = data.kind() == Kind.CLASSIFY || data.kind() == Kind.TAG;
        if (kind != data.kind()
                || (named
                        && (folder.labels() == null || !folder.labels().names().equals(names)))) {
            throw new IllegalArgumentException("the teacher " + folder.path() + " was made for " + kind + " with "
                    + (folder.labels() == null ? "no labels" : folder.labels().names()) + ", the task is "
                    + data.kind() + " with " + names + "; labels must be the same, in the same order");
        }
    }

    /// {@return its outputs for the examples that are learned from}
    List<Outputs> teach(List<Item> items) {
        int longest = Math.min(recipe.maxLength(), Rooms.of(folder.config()));
        var reading = new Reading(folder.tokenizer(), longest, TooLong.CUT);
        List<Item> own = reading.items(data.train(), data.tags());
        for (int i = 0; i < own.size(); i++) {
            if (own.get(i).rows() != items.get(i).rows()) {
                throw items.get(i)
                        .place()
                        .error("the teacher reads " + own.get(i).rows() + " words, the student "
                                + items.get(i).rows() + "; raise --max-length or shorten the sentence");
            }
        }
        try (TaskHead head = TaskHead.open(folder, Loading.forUse(Device.CPU).as(DType.FLOAT32))) {
            head.model().params().mode(Mode.EVAL);
            return Outputs.of(head, own);
        }
    }
}
