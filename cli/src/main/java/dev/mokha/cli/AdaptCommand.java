package dev.mokha.cli;

import dev.mokha.language.adapt.Adapt;
import dev.mokha.language.adapt.RowMethod;
import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.folder.FolderParts;
import dev.mokha.language.folder.ModelFolder;
import dev.mokha.language.tune.Conversations;
import dev.mokha.nn.Loading;
import dev.mokha.nn.fit.StopSignal;
import dev.mokha.tensor.Device;
import dev.mokha.text.chat.BuiltInTemplate;
import dev.mokha.text.chat.ChatEncoder;
import dev.mokha.text.chat.ChatTemplate;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ITypeConverter;
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
            names = "--rows",
            defaultValue = "noisy-mean",
            converter = RowsConverter.class,
            description = "Where rows of new pieces begin: random, mean, noisy-mean, focus or aligned, which needs a"
                    + " --data of parallel text.")
    private RowMethod rows;

    @Option(
            names = "--embedding-steps",
            defaultValue = "0",
            description = "Steps in which only the embedding and the head are trained, before all is.")
    private long embeddingSteps;

    @Option(
            names = "--embedding-lr",
            defaultValue = "1e-3",
            description = "Learning rate of --embedding-steps, which stays after a tenth of them.")
    private double embeddingRate;

    @Option(
            names = "--conversations",
            paramLabel = "FILE",
            description = "Conversations to tune on, in any form that mokha tune reads; repeatable.")
    private List<Path> conversations = List.of();

    @Option(names = "--template", defaultValue = "chatml", description = "Chat template where the folder has none.")
    private String template;

    @Option(names = "--tune-steps", defaultValue = "200", description = "Optimiser steps on conversations.")
    private long tuneSteps;

    @Option(names = "--tune-lr", defaultValue = "2.5e-4", description = "Peak learning rate on conversations.")
    private double tuneRate;

    @Option(names = "--tune-packed", description = "As many conversations in a row as fit; they do not see each other.")
    private boolean tunePacked;

    @Option(
            names = "--tune-noise",
            defaultValue = "0",
            paramLabel = "ALPHA",
            description = "Noise on the embeddings while tuning, as NEFTune's, whose paper has 5; 0 for none.")
    private double tuneNoise;

    @Mixin
    private LoraOptions adapters;

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
        if (pieces == 0 && embeddingSteps > 0) {
            throw new ParameterException(
                    spec.commandLine(), "--embedding-steps are for new pieces; --pieces 0 brings none");
        }
        if (adapters.policy(spec, Decoder.PROJECTIONS) != null && conversations.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "adapters are trained on --conversations; there are none");
        }
        if (pieces == 0 && adapters.policy(spec, Decoder.PROJECTIONS) == null) {
            training.begin(spec, folder.config());
            try (Decoder model = folder.decoder(Loading.forTraining(Device.CPU))) {
                return train(model, folder.parts());
            }
        }
        return inStages();
    }

    private TrainingOptions.Pace pace() {
        return new TrainingOptions.Pace(
                tuneSteps, tuneRate, tunePacked, tuneNoise, adapters.policy(spec, Decoder.PROJECTIONS));
    }

    private int inStages() {
        var chat = conversations.isEmpty()
                ? null
                : new Adapt.Chat(conversations, training.tuning(pace()), BuiltInTemplate.named(template));
        var vocabulary = new Adapt.Vocabulary(pieces, scope.scope(), rows);
        var embeddings = embeddingSteps == 0 ? null : new Adapt.Embeddings(embeddingSteps, embeddingRate);
        Adapt adapt = training.adaptation(base, Objects.requireNonNullElse(language, ""), vocabulary, embeddings, chat);
        var err = spec.commandLine().getErr();
        var stop = new StopSignal();
        try (var _ = Interrupts.raising(stop, err)) {
            if (!adapt.run(new StageLines(err), stop)) {
                err.println("stopped; the same command goes on from here");
                return Main.INTERRUPTED;
            }
        }
        err.println("report  " + adapt.reportFile());
        spec.commandLine().getOut().println(adapt.modelFolder());
        spec.commandLine().getOut().flush();
        return ExitCode.OK;
    }

    private int train(Decoder model, FolderParts parts) {
        var tokenizer = Objects.requireNonNull(parts.tokenizer(), "a folder with a tokenizer");
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
                        .flatMap(file -> Conversations.read(file).examples().stream())
                        .toList(),
                pace());
        return code == ExitCode.OK ? training.finish(spec, model, parts.withChatTemplate(chat.source())) : code;
    }

    static final class RowsConverter implements ITypeConverter<RowMethod> {
        @Override
        public RowMethod convert(String text) {
            return Choice.of(RowMethod.class, text);
        }
    }
}
