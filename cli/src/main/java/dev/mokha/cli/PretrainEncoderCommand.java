package dev.mokha.cli;

import dev.mokha.language.corpus.TextSource;
import dev.mokha.language.encoder.BertConfig;
import dev.mokha.language.encoder.BertFamily;
import dev.mokha.language.encoder.EncoderConfig;
import dev.mokha.language.encoder.EncoderModel;
import dev.mokha.language.encoder.MaskedLanguageModel;
import dev.mokha.language.encoder.ReplacedTokenDetector;
import dev.mokha.language.folder.EncoderFolder;
import dev.mokha.language.folder.EncoderParts;
import dev.mokha.language.folder.FolderWriter;
import dev.mokha.language.masking.Masking;
import dev.mokha.language.masking.SentencePairs;
import dev.mokha.language.masking.Sentences;
import dev.mokha.language.pretrain.MaskedPretrain;
import dev.mokha.language.pretrain.MaskedReport;
import dev.mokha.nn.Loading;
import dev.mokha.nn.Params;
import dev.mokha.nn.fit.Fit;
import dev.mokha.nn.optim.AdamW;
import dev.mokha.nn.optim.Schedule;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.text.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `mokha pretrain-encoder`: a BERT from text, fresh or on from a model folder.
@Command(
        name = "pretrain-encoder",
        description = {
            "Trains an encoder on text by masked language modelling and next-sentence prediction: a fresh one of a"
                    + " shape, or a given one further.",
            "OUT/model is the trained Hugging Face folder; report.html shows the curves; checkpoints, metrics and run.json lie beside it. Ctrl-C stops"
                    + " with a checkpoint, and the same command goes on."
        },
        footer =
                "  mokha pretrain-encoder --shape 4x256 --tokenizer tokenizer.json --data books.jsonl.gz --steps 5000 --out"
                        + " run")
final class PretrainEncoderCommand implements Callable<Integer> {

    @Option(names = "--base", paramLabel = "FOLDER", description = "The model to train on, with its tokenizer.")
    private @Nullable Path base;

    @Option(
            names = "--shape",
            paramLabel = "NAME|LxH",
            description = "For a fresh model: base, large, layers x width such as 4x256 (BERT-Mini), or"
                    + " modernbert:LxH; heads are 64 wide.")
    private @Nullable String shape;

    @Option(
            names = "--preset",
            converter = EncoderPreset.Converter.class,
            description = "A recipe, which options that are given overrule: cramming, a fresh pre-norm gated encoder on"
                    + " 128 tokens, 25 %% masked, without next sentences or dropout, rates up to 1e-3 and down again.")
    private @Nullable EncoderPreset preset;

    @Option(names = "--batch", defaultValue = "64", description = "With --preset: the batch that its phases grow to.")
    private int batch;

    @Option(
            names = "--tokenizer",
            paramLabel = "FOLDER",
            description = "For a fresh model: a tokenizer.json or a folder with one.")
    private @Nullable Path tokenizer;

    @Option(
            names = "--data",
            required = true,
            paramLabel = "PATH",
            description =
                    "Text: JSON lines with a field text, or plain text, gzipped or not, or a folder of such. Repeat"
                            + " for several.")
    private List<Path> data;

    @Option(names = "--held-out", paramLabel = "PATH", description = "Text to measure on, never trained on.")
    private @Nullable Path heldOut;

    @Option(
            names = "--language",
            defaultValue = "en",
            description = "Whose rules end sentences, such as en or ar; or lines, where each line is a sentence.")
    private String language;

    @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "Where everything goes.")
    private Path out;

    @Option(names = "--steps", required = true, description = "Optimiser steps, those at the long length included.")
    private long steps;

    @Option(
            names = "--phases",
            defaultValue = "128x32:0.9,512x8:0.1",
            paramLabel = "LxB:SHARE,...",
            converter = PhaseList.Converter.class,
            description = "Lengths of sequences in order, each with its batch and its share of the steps.")
    private PhaseList phases;

    @Option(
            names = "--tile-positions",
            description = "Positions that a longer phase is the first to reach begin as copies of those before.")
    private boolean tilePositions;

    @Option(
            names = "--random-next",
            defaultValue = "documents",
            converter = RandomNext.class,
            description = RandomNext.DESCRIPTION)
    private SentencePairs.Elsewhere elsewhere;

    @Option(names = "--accumulation", defaultValue = "1", description = "Batches in a step.")
    private int accumulation;

    @Option(
            names = "--objective",
            defaultValue = "next-sentence",
            converter = EncoderObjective.Converter.class,
            description =
                    "next-sentence: masked tokens and whether B follows A, as BERT; masked: tokens only, over full"
                            + " sentences, as RoBERTa; replaced: which tokens a generator replaced, as ELECTRA.")
    private EncoderObjective objective;

    @Option(
            names = "--generator-layers",
            defaultValue = "0",
            description = "With --objective replaced: layers of the generator; 0 for a third of the model's.")
    private int generatorLayers;

    @Option(names = "--masked-rate", defaultValue = "0.15", description = "The share of tokens to predict.")
    private double maskedRate;

    @Option(
            names = "--masked-kind",
            defaultValue = "tokens",
            description = "What is hidden together: tokens, words, spans.")
    private String maskedKind;

    @Option(
            names = "--duplicates",
            defaultValue = "0",
            description = "Static masks: after so many passes they come again, 10 in the paper; 0 for new ones always.")
    private int duplicates;

    @Option(names = "--lr", defaultValue = "1e-4", description = "Peak learning rate.")
    private double rate;

    @Option(
            names = "--warmup",
            defaultValue = "0.01",
            description = "Share of the steps from 0 to the peak; then a line to 0.")
    private double warmup;

    @Option(
            names = "--bias-correction",
            description = "Correct the optimiser's early moments, which the authors' code does not.")
    private boolean biasCorrection;

    @Option(names = "--no-dropout", description = "Train without dropout; the folder keeps it for fine-tuning.")
    private boolean noDropout;

    @Option(
            names = "--initializer-range",
            defaultValue = "0.02",
            description = "Standard deviation of fresh weights; narrow models start faster with more, such as 0.05.")
    private double initializerRange;

    @Mixin
    private FitOptions fit;

    @Option(names = "--seed", defaultValue = "0", description = "Equal seeds give equal weights.")
    private long seed;

    @Option(names = "--evaluate-every", defaultValue = "500", description = "Steps between evaluations; 0 for the end.")
    private long evaluateEvery;

    @Option(names = "--checkpoint-every", defaultValue = "500", description = "Steps between checkpoints.")
    private long checkpointEvery;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (preset != null) {
            fill(preset);
        } else if (given("--batch")) {
            throw new ParameterException(
                    spec.commandLine(), "--batch goes with --preset; else --phases says the batches");
        }
        if (base == null && shape != null && tokenizer != null) {
            Tokenizer pieces = Tokenizer.load(tokenizer);
            if (objective == EncoderObjective.REPLACED) {
                return trainReplaced(pieces);
            }
            EncoderConfig config = shape(shape, pieces.idBound());
            begin(config);
            try (var model = new MaskedLanguageModel(trained(config), Params.fresh(seed), heads())) {
                return train(model, pieces, EncoderParts.of(pieces).withConfig(config));
            }
        }
        if (base != null && objective == EncoderObjective.REPLACED) {
            throw new ParameterException(
                    spec.commandLine(), "--objective replaced trains a fresh model: give --shape and --tokenizer");
        }
        if (base != null && shape == null && tokenizer == null) {
            var folder = EncoderFolder.open(base);
            begin(folder.config());
            var loading =
                    Loading.forTraining(Device.CPU).seed(seed).drawing("pooler|^(cls|lm_head|vocab_|decoder|head)");
            try (var model = new MaskedLanguageModel(
                    trained(folder.config()), Params.from(folder.weights(), loading), heads())) {
                return train(model, folder.tokenizer(), folder.parts().withConfig(folder.config()));
            }
        }
        throw new ParameterException(
                spec.commandLine(), "give --base, or for a fresh model both --shape and --tokenizer");
    }

    private boolean given(String option) {
        return spec.commandLine().getParseResult().hasMatchedOption(option);
    }

    /// What was not given is as the preset says.
    private void fill(EncoderPreset recipe) {
        shape = shape == null && base == null ? recipe.shape() : shape;
        phases = given("--phases") ? phases : recipe.phases(batch);
        maskedRate = given("--masked-rate") ? maskedRate : recipe.maskedRate();
        rate = given("--lr") ? rate : recipe.rate();
        warmup = given("--warmup") ? warmup : recipe.warmup();
        objective = given("--objective") ? objective : EncoderObjective.MASKED;
        noDropout = true;
    }

    private AdamW.Config optimizer() {
        return preset == null ? AdamW.Config.bert().withBiasCorrection(biasCorrection) : preset.optimizer();
    }

    private EncoderConfig trained(EncoderConfig config) {
        return noDropout ? config.withoutDropout() : config;
    }

    private MaskedLanguageModel.Heads heads() {
        return objective == EncoderObjective.NEXT_SENTENCE
                ? MaskedLanguageModel.Heads.MASKED_LANGUAGE_AND_NEXT_SENTENCE
                : MaskedLanguageModel.Heads.MASKED_LANGUAGE;
    }

    /// A discriminator with a generator of fewer layers beside it.
    private int trainReplaced(Tokenizer pieces) {
        if (shape == null || !(shape(shape, pieces.idBound()) instanceof BertConfig bert)) {
            throw new ParameterException(
                    spec.commandLine(), "--objective replaced trains BERT's layers: give --shape such as 4x256");
        }
        BertConfig config = bert.in(BertFamily.ELECTRA);
        int layers = generatorLayers > 0 ? generatorLayers : Math.max(1, config.numHiddenLayers() / 3);
        begin(config);
        try (var generator = new MaskedLanguageModel(
                        trained(config.withNumHiddenLayers(layers)),
                        Params.fresh(seed),
                        MaskedLanguageModel.Heads.MASKED_LANGUAGE);
                var model = new ReplacedTokenDetector(
                        noDropout ? config.withoutDropout() : config, Params.fresh(seed + 1))) {
            var parts = EncoderParts.of(pieces);
            int code = train(
                    model,
                    parts.withConfig(config),
                    (progress, stop) -> recipe().run(generator, model, pieces, texts(), out, progress, stop));
            if (code == ExitCode.OK) {
                FolderWriter.write(
                        out.resolve("generator"),
                        generator,
                        parts.withConfig(config.withNumHiddenLayers(layers)),
                        DType.FLOAT32);
            }
            return code;
        }
    }

    private void begin(EncoderConfig config) {
        texts().train().forEach(TextSource::files);
        var resolved = new TreeMap<String, Object>(recipe().describe());
        resolved.put("config", config);
        RunFile.begin(out, spec, resolved, FitOptions.FREE);
    }

    private int train(MaskedLanguageModel model, Tokenizer pieces, EncoderParts parts) {
        return train(model, parts, (progress, stop) -> recipe().run(model, pieces, texts(), out, progress, stop));
    }

    private int train(EncoderModel model, EncoderParts parts, Training training) {
        int code = Training.run(spec.commandLine().getErr(), "pretraining", training);
        if (code != ExitCode.OK) {
            return code;
        }
        Path folder = out.resolve("model");
        FolderWriter.write(folder, model, parts, DType.FLOAT32);
        MaskedReport.write(out, "Pretraining: " + model.architecture(), new TreeMap<>(recipe().describe()));
        spec.commandLine().getOut().println(folder);
        spec.commandLine().getOut().flush();
        return ExitCode.OK;
    }

    private MaskedPretrain.Texts texts() {
        return new MaskedPretrain.Texts(
                data.stream().map(TextSource::of).toList(),
                heldOut == null ? null : TextSource.of(heldOut),
                language.equals("lines") ? Sentences.lines() : Sentences.of(Locale.forLanguageTag(language)));
    }

    private MaskedPretrain recipe() {
        return new MaskedPretrain(
                MaskedPretrain.phases(phases.shares(), steps),
                tilePositions,
                elsewhere,
                masking(),
                duplicates,
                accumulation,
                new Schedule.WarmupLinear(rate, 0, Math.round(warmup * steps), steps),
                optimizer(),
                preset == null ? 1.0 : preset.clip(),
                fit.precision(),
                new Fit.Every(10, evaluateEvery, checkpointEvery),
                seed,
                fit.budget());
    }

    private Masking masking() {
        Masking.Kind kind = switch (maskedKind.toLowerCase(Locale.ROOT)) {
            case "tokens" -> new Masking.Kind.Tokens();
            case "words" -> new Masking.Kind.WholeWords();
            case "spans" -> Masking.spans();
            default ->
                throw new ParameterException(
                        spec.commandLine(), "--masked-kind is '" + maskedKind + "'; one of tokens, words, spans");
        };
        int most = (int) Math.ceil(maskedRate * phases.longest());
        return new Masking(maskedRate, most, kind, Masking.Mix.BERT);
    }

    private EncoderConfig shape(String name, int vocab) {
        try {
            return EncoderShape.parse(name).config(vocab, initializerRange, preset != null);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--shape is '" + name + "'; " + e.getMessage(), e);
        }
    }
}
