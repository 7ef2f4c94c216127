package dev.mokha.cli;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.language.folder.FolderParts;
import dev.mokha.language.folder.ModelFolder;
import dev.mokha.nn.Loading;
import dev.mokha.tensor.Device;
import dev.mokha.text.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `mokha pretrain`: a decoder from text, fresh or on from a model folder.
@Command(
        name = "pretrain",
        description = {
            "Trains a decoder on text: a fresh one of a configuration, or a given one further.",
            "OUT/model is the trained Hugging Face folder; checkpoints, metrics and run.json lie beside it. Ctrl-C stops"
                    + " with a checkpoint, and the same command goes on."
        },
        footer = {
            "  mokha pretrain --config tiny --tokenizer tokenizer.json --data english=text/ --steps 500 --out run",
            "  mokha pretrain --base model --data ar=ar.jsonl.gz@0.6x2 --data en=en.jsonl.gz@0.4 --lr 1e-3 --steps 500"
                    + " --out run"
        })
final class PretrainCommand implements Callable<Integer> {
    @Option(names = "--base", paramLabel = "FOLDER", description = "The model to train on, with its tokenizer.")
    private @Nullable Path base;

    @Option(
            names = "--config",
            paramLabel = "NAME|FILE",
            description = "For a fresh model: tiny, small, base, llama-3.2-1b, allam-7b, or a config.json.")
    private @Nullable String config;

    @Option(
            names = "--tokenizer",
            paramLabel = "FOLDER",
            description = "For a fresh model: a tokenizer.json or a folder with one.")
    private @Nullable Path tokenizer;

    @Mixin
    private TrainingOptions training;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (base == null && config != null && tokenizer != null) {
            var pieces = Tokenizer.load(tokenizer);
            DecoderConfig shape = Presets.config(config, pieces);
            training.begin(spec, shape);
            try (Decoder model = Decoder.fresh(shape, training.seed())) {
                return train(model, FolderParts.of(pieces, shape.special()), pieces);
            }
        }
        if (base != null && config == null && tokenizer == null) {
            var folder = ModelFolder.open(base);
            training.begin(spec, folder.config());
            try (Decoder model = folder.decoder(Loading.forTraining(Device.CPU))) {
                return train(model, folder.parts(), folder.tokenizer());
            }
        }
        throw new ParameterException(
                spec.commandLine(), "give --base, or for a fresh model both --config and --tokenizer");
    }

    private int train(Decoder model, FolderParts parts, Tokenizer pieces) {
        int code = training.run(spec, model, pieces, parts);
        return code == ExitCode.OK ? training.finish(spec, model, parts) : code;
    }
}
