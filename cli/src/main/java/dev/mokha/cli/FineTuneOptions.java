package dev.mokha.cli;

import dev.mokha.language.finetune.ClassWeights;
import dev.mokha.language.finetune.Distillation;
import dev.mokha.language.finetune.FineTune;
import dev.mokha.language.finetune.Grid;
import dev.mokha.nn.fit.Fit;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/// The options of a fine-tuning's recipe, and the grid they describe. Rates, batch sizes and epochs may be
/// several, with commas between.
final class FineTuneOptions {
    /// What every family of encoders calls its projections to queries and values.
    private static final String QUERIES_AND_VALUES = "query|value|q_lin|v_lin|Wqkv";

    @Option(
            names = "--from-scratch",
            description = "Draws the encoder anew, and takes the folder's shape and tokenizer alone: what the same"
                    + " training gives without pretraining.")
    private boolean fromScratch;

    @Option(names = "--lr", split = ",", defaultValue = "3e-5", description = "Peak learning rates.")
    private List<Double> rates;

    @Option(names = "--batch", split = ",", defaultValue = "32", description = "Examples in a step.")
    private List<Integer> batches;

    @Option(names = "--epochs", split = ",", defaultValue = "3", description = "Passes over the examples.")
    private List<Double> epochs;

    @Option(names = "--seeds", defaultValue = "1", description = "How many seeds; the median is reported.")
    private int seeds;

    @Option(names = "--seed", defaultValue = "42", description = "The first of them.")
    private long seed;

    @Option(names = "--max-length", defaultValue = "128", description = "Tokens of an example at most.")
    private int maxLength;

    @Option(names = "--warmup", defaultValue = "0.1", description = "Share of steps over which the rate rises.")
    private double warmup;

    @Option(names = "--weight-decay", defaultValue = "0.01", description = "Decay of matrices.")
    private double weightDecay;

    @Option(names = "--clip", defaultValue = "1", description = "The largest norm of gradients let through.")
    private double clip;

    @Option(names = "--no-bias-correction", description = "Adam as in the BERT authors' code.")
    private boolean uncorrected;

    @Option(
            names = "--class-weights",
            defaultValue = "even",
            converter = WeightsConverter.class,
            description = "even, balanced (in inverse proportion to how often a class occurs), or numbers with commas.")
    private ClassWeights weights;

    @Option(names = "--smoothing", defaultValue = "0", description = "Of labels, a share from 0 to 1.")
    private double smoothing;

    @Option(names = "--layer-decay", defaultValue = "1", description = "Factor of the rate from layer to layer down.")
    private double layerDecay;

    @Mixin
    private LoraOptions lora;

    @Option(names = "--teacher", paramLabel = "FOLDER", description = "A fine-tuned model to learn from.")
    private @Nullable Path teacher;

    @Option(names = "--temperature", defaultValue = "2", description = "Of the teacher's and the pupil's answers.")
    private double temperature;

    @Option(names = "--alpha", defaultValue = "0.5", description = "The teacher's share in the loss.")
    private double alpha;

    @Option(names = "--patience", defaultValue = "0", description = "Epochs without a better score; 0 for all epochs.")
    private int patience;

    @Option(names = "--keep-best", description = "Keeps the weights of the best epoch, not of the last.")
    private boolean keepBest;

    @Option(names = "--precision", defaultValue = "float32", description = "Of products: ${COMPLETION-CANDIDATES}.")
    private Fit.Precision precision;

    long seed() {
        return seed;
    }

    Grid grid(CommandSpec verb) {
        var recipe = new FineTune(
                fromScratch,
                rates.getFirst(),
                epochs.getFirst(),
                batches.getFirst(),
                warmup,
                weightDecay,
                clip,
                !uncorrected,
                maxLength,
                seed,
                weights,
                smoothing,
                layerDecay,
                lora.policy(verb, QUERIES_AND_VALUES),
                teacher == null ? null : new Distillation(teacher, temperature, alpha),
                patience,
                keepBest,
                precision);
        return new Grid(recipe, rates, batches, epochs, seeds);
    }

    static final class WeightsConverter implements ITypeConverter<ClassWeights> {
        @Override
        public ClassWeights convert(String text) {
            return switch (text) {
                case "even" -> new ClassWeights.Even();
                case "balanced" -> new ClassWeights.Balanced();
                default -> {
                    try {
                        yield new ClassWeights.Given(Arrays.stream(text.split(","))
                                .map(Double::valueOf)
                                .toList());
                    } catch (IllegalArgumentException e) {
                        throw new TypeConversionException(
                                "'" + text + "' is neither even nor balanced nor numbers of 0 or more with commas");
                    }
                }
            };
        }
    }
}
