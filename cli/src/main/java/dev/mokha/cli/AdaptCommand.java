package dev.mokha.cli;

import dev.mokha.language.adapt.Conversations;
import dev.mokha.language.adapt.NewRows;
import dev.mokha.language.adapt.VocabularyGrowth;
import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.folder.FolderParts;
import dev.mokha.language.folder.ModelFolder;
import dev.mokha.nn.Loading;
import dev.mokha.tensor.Device;
import dev.mokha.text.chat.BuiltInTemplate;
import dev.mokha.text.chat.ChatEncoder;
import dev.mokha.text.chat.ChatTemplate;
import dev.mokha.text.merge.VocabularyMerge;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `mokha adapt`: a language for a model that lacks it.
@Command(
        name = "adapt",
        description = {
            "Gives a decoder a new language: vocabulary, embedding rows, continued pretraining, fine-tuning.",
            "OUT/model is the Hugging Face folder. Ctrl-C stops with a checkpoint, and the same command goes on."
        },
        footer = {
            "  mokha adapt model --language ar --pieces 6000 --data ar=ar.jsonl.gz@0.45 --data en=en.jsonl.gz@0.45"
                    + " --steps 500 --out run",
            "  mokha adapt model --pieces 0 --data ar=ar.jsonl.gz --steps 500 --conversations chats.jsonl --out run"
        })
final class AdaptCommand implements Callable<Integer> {
    @Parameters(paramLabel = "BASE", description = "The model's folder, with its tokenizer.")
    private Path base;

    @Option(names = "--pieces", defaultValue = "6000", description = "New pieces at most; 0 keeps the vocabulary.")
    private int pieces;

    @Option(names = "--language", paramLabel = "NAME", description = "The --data that new pieces are learned from.")
    private @Nullable String language;

    @Option(
            names = "--scope",
            defaultValue = "arabic",
            converter = ScopeName.Converter.class,
            description = "Which text may be encoded anew: arabic, or non-ascii for all but ASCII.")
    private ScopeName scope;

    @Option(
            names = "--conversations",
            paramLabel = "FILE",
            description = "JSON lines with messages to tune on, repeatable.")
    private List<Path> conversations = List.of();

    @Option(names = "--template", defaultValue = "chatml", description = "Chat template where the folder has none.")
    private String template;

    @Option(names = "--tune-steps", defaultValue = "200", description = "Optimiser steps on conversations.")
    private long tuneSteps;

    @Option(names = "--tune-lr", defaultValue = "2.5e-4", description = "Peak learning rate on conversations.")
    private double tuneRate;

    @Mixin
    private TrainingOptions training;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        var named = training.data().stream()
                .filter(data -> data.name().equals(language))
                .map(DataArgument::path)
                .toList();
        if (pieces > 0 && named.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "--pieces needs --language, the name of one --data; or give --pieces 0");
        }
        var folder = ModelFolder.open(base);
        training.begin(spec, folder.config());
        if (pieces == 0) {
            try (Decoder model = folder.decoder(Loading.forTraining(Device.CPU))) {
                return train(model, folder.parts());
            }
        }
        var merged = new VocabularyMerge(pieces, 64, scope.scope())
                .extend(
                        folder.tokenizer(),
                        Texts.of(named),
                        LearningProgress.on(spec.commandLine().getErr()));
        try (Decoder before = folder.decoder(Loading.forUse(Device.CPU));
                Decoder grown = VocabularyGrowth.grow(before, merged, new NewRows.NoisyMean(), training.seed())) {
            return train(grown, folder.parts().withTokenizer(merged.tokenizer()));
        }
    }

    private int train(Decoder model, FolderParts parts) {
        var tokenizer = java.util.Objects.requireNonNull(parts.tokenizer(), "a folder with a tokenizer");
        int code = training.run(spec, model, tokenizer, parts);
        if (code != ExitCode.OK || conversations.isEmpty()) {
            return code == ExitCode.OK ? training.finish(spec, model, parts) : code;
        }
        String jinja = parts.chatTemplate();
        ChatTemplate chat =
                jinja == null ? ChatTemplate.builtIn(BuiltInTemplate.named(template)) : ChatTemplate.of(base);
        code = training.tune(
                spec,
                model,
                new ChatEncoder(chat, tokenizer),
                conversations.stream()
                        .flatMap(file -> Conversations.read(file).stream())
                        .toList(),
                new TrainingOptions.Pace(tuneSteps, tuneRate));
        return code == ExitCode.OK ? training.finish(spec, model, parts.withChatTemplate(chat.source())) : code;
    }
}
