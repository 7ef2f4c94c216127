package dev.mokha.language.quickstart;

import dev.mokha.language.corpus.TextSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The text and the base model that the repository ships; `samples/README.md` names sources and licences.
///
/// @param folder `samples/`
public record Samples(Path folder) {
    /// @throws IllegalArgumentException naming what is not there
    public Samples {
        for (String part : List.of("base", "text/english-train.jsonl.gz", "text/arabic-train.jsonl.gz")) {
            if (!Files.exists(folder.resolve(part))) {
                throw new IllegalArgumentException("the samples in " + folder + " lack " + part
                        + "; run from a whole checkout, or name its samples folder with --samples");
            }
        }
    }

    /// {@return the small English decoder, a Hugging Face folder}
    public Path base() {
        return folder.resolve("base");
    }

    TextSource english() {
        return text("english-train");
    }

    TextSource arabic() {
        return text("arabic-train");
    }

    TextSource parallel() {
        return text("parallel-train");
    }

    TextSource heldOut(String name) {
        return text(name + "-held-out");
    }

    Path conversations(String language) {
        return folder.resolve("text").resolve("instruct-" + language + ".jsonl.gz");
    }

    private TextSource text(String name) {
        return TextSource.of(folder.resolve("text").resolve(name + ".jsonl.gz"));
    }
}
