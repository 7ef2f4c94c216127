package dev.mokha.cli;

import dev.mokha.language.align.Align;
import dev.mokha.language.align.PreferenceLoss;
import dev.mokha.language.align.PreferencePair;
import dev.mokha.language.align.Preferences;
import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.folder.FolderParts;
import dev.mokha.language.folder.FolderWriter;
import dev.mokha.language.folder.ModelFolder;
import dev.mokha.language.stage.Ledger;
import dev.mokha.nn.Loading;
import dev.mokha.nn.fit.Fit;
import dev.mokha.nn.optim.Schedule;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.text.chat.BuiltInTemplate;
import dev.mokha.text.chat.ChatEncoder;
import dev.mokha.text.chat.ChatTemplate;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `mokha align`: a decoder that answers as people prefer.
@Command(
        name = "align",
        description = {
            "Aligns a decoder with pairs of answers of which people preferred one.",
            "OUT/model is the Hugging Face folder; result.json has the figures before and after on held-out pairs;"
                    + " checkpoints, metrics and run.json lie beside it. Ctrl-C stops with a checkpoint, and the same"
                    + " command goes on."
        },
        footer = "  mokha align tuned --pairs train.jsonl --held-out test.jsonl --loss dpo --epochs 1 --out run")
final class AlignCommand implements Callable<Integer> {
    private static final Set<String> FREE = Set.of("--budget", "--checkpoint-every", "--evaluate-every");
    private static final int SHOWN = 3;

    @Parameters(
            paramLabel = "BASE",
            description = "The model's folder, with its tokenizer: trained, and the reference.")
    private Path base;

    @Option(
            names = "--pairs",
            required = true,
            paramLabel = "FILE",
            description = "JSON lines or an array with prompt, chosen and rejected, or the like. Repeat for several.")
    private List<Path> pairs;

    @Option(names = "--held-out", paramLabel = "FILE", description = "Pairs to measure on, never trained on.")
    private @Nullable Path heldOut;

    @Option(
            names = "--held-out-share",
            defaultValue = "0",
            description = "Without --held-out: the share of --pairs that is held out.")
    private double heldOutShare;

    @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "Where everything goes.")
    private Path out;

    @Option(
            names = "--loss",
            defaultValue = "dpo",
            converter = LossName.Converter.class,
            description = "dpo, dpo-per-token, ipo, hinge, simpo or orpo; the last two need no reference.")
    private LossName loss;

    @Option(names = "--beta", description = "How far the model may move: 0.1; for simpo 2; orpo's lambda, 0.1.")
    private @Nullable Double beta;

    @Option(names = "--gamma", defaultValue = "0.5", description = "The margin that simpo aims at.")
    private double gamma;

    @Option(names = "--smoothing", defaultValue = "0", description = "For dpo: the share of labels that may be wrong.")
    private double smoothing;

    @Option(names = "--epochs", defaultValue = "1", description = "Passes over the pairs.")
    private double epochs;

    @Option(names = "--context", defaultValue = "512", description = "Tokens; pairs with more are passed over.")
    private int context;

    @Option(names = "--batch", defaultValue = "8", description = "Pairs in a batch.")
    private int batch;

    @Option(names = "--accumulation", defaultValue = "1", description = "Batches in a step.")
    private int accumulation;

    @Option(names = "--lr", defaultValue = "1e-6", description = "Peak learning rate; small models take more.")
    private double rate;

    @Option(names = "--warmup", defaultValue = "0.1", description = "Share of the steps from 0 to the peak.")
    private double warmup;

    @Option(names = "--template", defaultValue = "chatml", description = "Chat template where the folder has none.")
    private String template;

    @Option(names = "--precision", defaultValue = "float32", description = "Of products: ${COMPLETION-CANDIDATES}.")
    private Fit.Precision precision;

    @Option(names = "--seed", defaultValue = "0", description = "Draws the order of pairs, and those held out.")
    private long seed;

    @Option(
            names = "--budget",
            paramLabel = "TIME",
            converter = Durations.class,
            description = "Stop after this time, such as 10m or 1h30m.")
    private @Nullable Duration budget;

    @Option(names = "--evaluate-every", defaultValue = "50", description = "Steps between evaluations; 0 for the end.")
    private long evaluateEvery;

    @Option(names = "--checkpoint-every", defaultValue = "100", description = "Steps between checkpoints.")
    private long checkpointEvery;

    @Spec
    private CommandSpec spec;

    /// The losses as they are named.
    enum LossName {
        DPO,
        DPO_PER_TOKEN,
        IPO,
        HINGE,
        SIMPO,
        ORPO;

        static final class Converter implements ITypeConverter<LossName> {
            @Override
            public LossName convert(String text) {
                return Choice.of(LossName.class, text);
            }
        }
    }

    @Override
    public Integer call() {
        var err = spec.commandLine().getErr();
        ModelFolder folder = ModelFolder.open(base);
        FolderParts parts = folder.parts();
        var tokenizer = Objects.requireNonNull(parts.tokenizer(), "a folder with a tokenizer");
        ChatTemplate chat = parts.chatTemplate() == null
                ? ChatTemplate.builtIn(BuiltInTemplate.named(template))
                : ChatTemplate.of(base);
        Align.Pairs split = split(err);
        Align recipe = recipe(split.train().size());
        Align.Encoded encoded = recipe.encode(new ChatEncoder(chat, tokenizer), split);
        if (encoded.passedOver() > 0) {
            err.println("note: " + encoded.passedOver() + " pairs are longer than " + context
                    + " tokens and are passed over; --context takes more");
        }
        RunFile.begin(out, spec, new TreeMap<>(recipe.describe()), FREE);
        var found = new AtomicReference<Align.@Nullable Result>();
        try (Decoder model = folder.decoder(Loading.forTraining(Device.CPU))) {
            int code = Training.run(err, "aligning", (progress, stop) -> {
                var result = recipe.run(model, encoded, out, progress, stop);
                found.set(result);
                return result.fit();
            });
            if (code == ExitCode.OK) {
                finish(Objects.requireNonNull(found.get()));
                FolderWriter.write(out.resolve("model"), model, parts.withChatTemplate(chat.source()), DType.FLOAT32);
                spec.commandLine().getOut().println(out.resolve("model"));
                spec.commandLine().getOut().flush();
            }
            return code;
        }
    }

    private void finish(Align.Result result) {
        Map<String, Object> figures = new TreeMap<>();
        figures.put("before", result.before());
        figures.put("after", result.after());
        figures.put("steps", result.fit().step());
        new Ledger(out).done("result", figures);
        result.after()
                .forEach((name, after) -> spec.commandLine()
                        .getOut()
                        .printf(
                                Locale.ROOT,
                                "%-18s %10.4f -> %10.4f%n",
                                name,
                                result.before().get(name),
                                after));
    }

    private Align.Pairs split(PrintWriter err) {
        if ((heldOutShare > 0 && heldOut != null) || !(heldOutShare >= 0 && heldOutShare < 1)) {
            throw new ParameterException(
                    spec.commandLine(), "--held-out-share is a share from 0 to 1, and goes without --held-out");
        }
        List<PreferencePair> train = new ArrayList<>();
        pairs.forEach(file -> train.addAll(read(file, err)));
        List<PreferencePair> held = new ArrayList<>(heldOut == null ? List.of() : read(heldOut, err));
        if (heldOutShare > 0) {
            Collections.shuffle(train, new Random(seed));
            List<PreferencePair> first = train.subList(0, Math.max(1, (int) (train.size() * heldOutShare)));
            held.addAll(first);
            first.clear();
        }
        return new Align.Pairs(train, held);
    }

    private static List<PreferencePair> read(Path file, PrintWriter err) {
        Preferences.Read read = Preferences.read(file);
        read.skipped().stream().limit(SHOWN).forEach(line -> err.println("note: left out " + line));
        if (read.skipped().size() > SHOWN) {
            err.println("note: and " + (read.skipped().size() - SHOWN) + " more of " + file);
        }
        return read.pairs();
    }

    private Align recipe(int count) {
        long steps = Math.max(1, (long) Math.ceil(epochs * count / ((double) batch * accumulation)));
        return new Align(
                loss(),
                context,
                batch,
                accumulation,
                steps,
                new Schedule.WarmupCosine(rate, 0, Math.round(warmup * steps), steps),
                precision,
                new Fit.Every(10, evaluateEvery, checkpointEvery),
                seed,
                budget);
    }

    private PreferenceLoss loss() {
        if (smoothing != 0 && loss != LossName.DPO && loss != LossName.DPO_PER_TOKEN) {
            throw new ParameterException(spec.commandLine(), "--smoothing goes with --loss dpo or dpo-per-token");
        }
        double strength = beta != null ? beta : loss == LossName.SIMPO ? 2 : 0.1;
        return switch (loss) {
            case DPO -> new PreferenceLoss.Dpo(strength, smoothing, false);
            case DPO_PER_TOKEN -> new PreferenceLoss.Dpo(strength, smoothing, true);
            case IPO -> new PreferenceLoss.Ipo(strength);
            case HINGE -> new PreferenceLoss.Hinge(strength);
            case SIMPO -> new PreferenceLoss.SimPo(strength, gamma);
            case ORPO -> new PreferenceLoss.Orpo(strength);
        };
    }
}
