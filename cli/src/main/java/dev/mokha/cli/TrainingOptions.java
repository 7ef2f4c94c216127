package dev.mokha.cli;

import dev.mokha.language.adapt.Adapt;
import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.language.folder.FolderParts;
import dev.mokha.language.folder.FolderWriter;
import dev.mokha.language.pretrain.EndOfText;
import dev.mokha.language.pretrain.HeldOut;
import dev.mokha.language.pretrain.Pretrain;
import dev.mokha.language.pretrain.Retention;
import dev.mokha.language.recipe.Recipe;
import dev.mokha.language.recipe.Split;
import dev.mokha.language.tune.Tune;
import dev.mokha.nn.LoRA;
import dev.mokha.nn.fit.Fit;
import dev.mokha.nn.optim.Schedule;
import dev.mokha.tensor.DType;
import dev.mokha.text.chat.ChatEncoder;
import dev.mokha.text.chat.Conversation;
import dev.mokha.text.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/// The options of every verb that trains a decoder on text, and the run they describe.
final class TrainingOptions {

    @Option(
            names = "--data",
            required = true,
            paramLabel = DataArgument.LABEL,
            converter = DataArgument.Converter.class,
            description =
                    "Text to train on: JSON lines with a field text, or plain text, gzipped or not, or a folder of"
                            + " such. Repeat for a mixture.")
    private List<DataArgument> data;

    @Option(
            names = "--held-out",
            paramLabel = "NAME=PATH",
            converter = DataArgument.Converter.class,
            description = "Text to measure bits per byte on, never trained on. Repeat for several.")
    private List<DataArgument> heldOut = List.of();

    @Option(
            names = "--format",
            paramLabel = FormatArgument.LABEL,
            converter = FormatArgument.Converter.class,
            description = "How a JSON line of the --data or --held-out of that name becomes text: a template such as"
                    + " {en}\\n{ar} for parallel text. Repeat for several, which take turns.")
    private List<FormatArgument> formats = List.of();

    @Option(
            names = "--mix-temperature",
            paramLabel = "T",
            defaultValue = "Infinity",
            description = "Multiplies each weight by the source's tokens to the power of 1/T: 1 for shares by size,"
                    + " more to even them out. Without it weights are all that counts.")
    private double temperature;

    @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "Where everything goes.")
    private Path out;

    @Option(names = "--steps", required = true, description = "Optimiser steps.")
    private long steps;

    @Option(names = "--context", defaultValue = "256", description = "Tokens in a row.")
    private int context;

    @Option(names = "--batch", defaultValue = "8", description = "Rows in a batch.")
    private int batch;

    @Option(names = "--accumulation", defaultValue = "1", description = "Batches in a step.")
    private int accumulation;

    @Option(names = "--lr", defaultValue = "1e-3", description = "Peak learning rate.")
    private double rate;

    @Option(names = "--lr-floor", defaultValue = "0.1", description = "Last learning rate as a share of the peak.")
    private double floor;

    @Option(names = "--warmup", defaultValue = "50", description = "Steps from 0 to the peak; then half a cosine.")
    private long warmup;

    @Option(
            names = "--schedule",
            defaultValue = "cosine",
            converter = RateShape.Converter.class,
            description =
                    "After the warm-up: cosine to the floor, wsd (stays, then falls to the floor as 1 - sqrt x over"
                            + " --decay steps), or constant.")
    private RateShape shape;

    @Option(names = "--decay", defaultValue = "0", description = "Steps that wsd falls over; 0 for a fifth of all.")
    private long decay;

    @Option(names = "--weight-decay", defaultValue = "0.1", description = "Decay of matrices.")
    private double weightDecay;

    @Mixin
    private FitOptions fit;

    @Option(names = "--seed", defaultValue = "0", description = "Equal seeds give equal weights.")
    private long seed;

    @Option(
            names = "--retain",
            paramLabel = "NAME",
            description =
                    "The --held-out text that must not be forgotten: what it is at before training is the measure.")
    private @Nullable String retain;

    @Option(
            names = "--retain-within",
            defaultValue = "0.03",
            paramLabel = "SHARE",
            description = "With --retain: by how much its bits per byte may rise.")
    private double tolerance;

    @Option(
            names = "--retain-by",
            defaultValue = "stop",
            converter = ReactionConverter.class,
            description = "With --retain: stop, or rebalance, which draws more from the --data of the same name.")
    private Retention.Reaction reaction;

    @Option(names = "--evaluate-every", defaultValue = "200", description = "Steps between evaluations; 0 for the end.")
    private long evaluateEvery;

    @Option(names = "--checkpoint-every", defaultValue = "100", description = "Steps between checkpoints.")
    private long checkpointEvery;

    long seed() {
        return seed;
    }

    List<DataArgument> data() {
        return data;
    }

    /// Makes sure that what is named is there, before anything is written.
    private void requireInputs() {
        data.forEach(DataArgument::requireThere);
        heldOut.forEach(DataArgument::requireThere);
        for (FormatArgument format : formats) {
            if (Stream.concat(data.stream(), heldOut.stream())
                    .noneMatch(text -> text.name().equals(format.name()))) {
                throw new IllegalArgumentException("--format " + format + " is of no --data or --held-out; there are "
                        + Stream.concat(data.stream(), heldOut.stream())
                                .map(DataArgument::name)
                                .distinct()
                                .toList());
            }
        }
        if (retain == null) {
            return;
        }
        requireNamed("--held-out", heldOut);
        if (reaction == Retention.Reaction.REBALANCE) {
            requireNamed("--data", data);
        }
    }

    private void requireNamed(String option, List<DataArgument> arguments) {
        if (arguments.stream().noneMatch(argument -> argument.name().equals(retain))) {
            throw new IllegalArgumentException("--retain " + retain + " needs a " + option + " of that name; there are "
                    + arguments.stream().map(DataArgument::name).toList());
        }
    }

    /// Writes `run.json`, or refuses a folder with a run of other options.
    void begin(CommandSpec verb, DecoderConfig shape) {
        requireInputs();
        var resolved = new TreeMap<String, Object>(recipe().describe());
        resolved.put("parameters", shape.parameterCount());
        resolved.put("config", shape);
        RunFile.begin(out, verb, resolved, FitOptions.FREE);
    }

    /// Trains until the steps, the budget or a signal end it; {@return an exit code}
    int run(CommandSpec verb, Decoder model, Tokenizer tokenizer, FolderParts parts) {
        return Training.run(
                verb.commandLine().getErr(),
                "training",
                (progress, stop) -> recipe().run(
                                model,
                                tokenizer,
                                EndOfText.of(parts.generation().special(), tokenizer),
                                sources(),
                                heldOutTexts(),
                                out,
                                progress,
                                stop));
    }

    private List<Pretrain.Source> sources() {
        return data.stream().map(argument -> argument.source(formats)).toList();
    }

    private List<HeldOut> heldOutTexts() {
        return heldOut.stream().map(argument -> argument.heldOut(formats)).toList();
    }

    /// Tunes on conversations with the same context, batch, precision and seed; {@return an exit code}
    int tune(CommandSpec verb, Decoder model, ChatEncoder encoder, List<Conversation> conversations, Pace pace) {
        Tune recipe = tuning(pace);
        Tune.Encoded encoded = recipe.encode(encoder, new Split<>(conversations, List.of()));
        return Training.run(
                verb.commandLine().getErr(),
                "tuning",
                (progress, stop) -> recipe.run(model, 0, encoded, out.resolve("tuned"), progress, stop)
                        .fit());
    }

    /// How far and how fast a fine-tuning goes.
    ///
    /// @param packed whether several conversations share a row
    /// @param noise of NEFTune
    /// @param lora adapters that are trained in place of the weights; null trains the weights
    record Pace(
            long steps,
            double rate,
            boolean packed,
            double noise,
            @Nullable LoRA lora) {}

    /// Writes the model's folder, and its name to standard output.
    int finish(CommandSpec verb, Decoder model, FolderParts parts) {
        Path folder = out.resolve("model");
        FolderWriter.write(folder, model, parts, DType.FLOAT32);
        verb.commandLine().getOut().println(folder);
        verb.commandLine().getOut().flush();
        return ExitCode.OK;
    }

    private Pretrain recipe() {
        return new Pretrain(
                context,
                batch,
                accumulation,
                steps,
                schedule(),
                weightDecay,
                fit.precision(),
                new Fit.Every(10, evaluateEvery, checkpointEvery),
                seed,
                fit.budget(),
                retain == null ? null : new Retention(retain, tolerance, reaction),
                temperature);
    }

    private Schedule schedule() {
        long rising = Math.min(warmup, steps);
        long falling = decay == 0 ? Math.min(steps / 5, steps - rising) : decay;
        return shape.schedule(new RateShape.Peak(rate, floor), rising, falling, steps);
    }

    /// The recipe for a base model, a new vocabulary and what is trained on it.
    ///
    /// @param language the source that new pieces are learned from; of the others those that put fields
    ///     together are parallel text, and the rest is replayed
    Adapt adaptation(
            Path base,
            String language,
            Adapt.Vocabulary vocabulary,
            Adapt.@Nullable Embeddings embeddings,
            Adapt.@Nullable Chat chat) {
        requireInputs();
        return new Adapt(
                base,
                new Adapt.Texts(
                        texts(source -> source.name().equals(language)),
                        texts(source -> !source.name().equals(language)
                                && !source.text().joinsFields()),
                        texts(source ->
                                !source.name().equals(language) && source.text().joinsFields()),
                        heldOutTexts()),
                vocabulary,
                recipe(),
                embeddings,
                chat,
                out);
    }

    private List<Pretrain.Source> texts(Predicate<Pretrain.Source> which) {
        return sources().stream().filter(which).toList();
    }

    /// Fine-tuning with the same context, batch, precision and seed as the training.
    Tune tuning(Pace pace) {
        var recipe = new Recipe(
                context,
                batch,
                1,
                pace.steps,
                new Schedule.WarmupCosine(pace.rate, pace.rate * floor, pace.steps / 10, pace.steps),
                fit.precision(),
                new Fit.Every(10, 0, checkpointEvery),
                seed,
                null);
        return new Tune(recipe, pace.packed, pace.noise, pace.lora);
    }

    static final class ReactionConverter implements ITypeConverter<Retention.Reaction> {
        @Override
        public Retention.Reaction convert(String text) {
            return Choice.of(Retention.Reaction.class, text);
        }
    }
}
