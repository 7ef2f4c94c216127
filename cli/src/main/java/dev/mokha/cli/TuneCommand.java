package dev.mokha.cli;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.folder.FolderParts;
import dev.mokha.language.folder.FolderWriter;
import dev.mokha.language.folder.ModelFolder;
import dev.mokha.language.pretrain.EndOfText;
import dev.mokha.language.recipe.Read;
import dev.mokha.language.recipe.Recipe;
import dev.mokha.language.recipe.Split;
import dev.mokha.language.tune.Conversations;
import dev.mokha.language.tune.ShownRow;
import dev.mokha.language.tune.Tune;
import dev.mokha.nn.LoRA;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Tensor;
import dev.mokha.text.chat.ChatEncoder;
import dev.mokha.text.chat.ChatTemplate;
import dev.mokha.text.chat.Conversation;
import dev.mokha.text.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `mokha tune`: a decoder that answers.
@Command(
        name = "tune",
        description = {
            "Fine-tunes a decoder on conversations: what the assistant says in them is learned, and nothing else.",
            "OUT/model is the Hugging Face folder, OUT/adapter the adapter's where one is trained; result.json has loss"
                    + " and token accuracy before and after on held-out conversations; checkpoints, metrics and run.json"
                    + " lie beside it. Ctrl-C stops with a checkpoint, and the same command goes on."
        },
        footer = {
            "  mokha tune model --conversations chats.jsonl --held-out-share 0.05 --packed --out run",
            "  mokha tune model --conversations alpaca.json --lora-rank 16 --dora --show 2 --out run"
        })
final class TuneCommand implements Callable<Integer> {
    private static final double RATE = 2e-5;
    private static final double ADAPTERS_RATE = 2e-4;

    @Parameters(paramLabel = "MODEL", description = "The model's folder, with its tokenizer.")
    private Path base;

    @Option(
            names = "--conversations",
            required = true,
            arity = "1..*",
            paramLabel = "FILE",
            description = "JSON lines or an array with messages, conversations, instruction and output, prompt and"
                    + " completion, or question and answer. Several, or repeated.")
    private List<Path> conversations;

    @Mixin
    private ExampleOptions options;

    @Option(names = "--epochs", defaultValue = "3", description = "Passes over the conversations.")
    private double epochs;

    @Option(names = "--lr", description = "Peak learning rate: 2e-5, with adapters 2e-4; small models take more.")
    private @Nullable Double rate;

    @Option(
            names = "--schedule",
            defaultValue = "cosine",
            converter = RateShape.Converter.class,
            description = "After the warm-up: cosine to 0, wsd (stays, then falls over the last fifth), or constant.")
    private RateShape shape;

    @Option(names = "--packed", description = "As many conversations in a row as fit; they do not see each other.")
    private boolean packed;

    @Option(
            names = "--noise",
            defaultValue = "0",
            paramLabel = "ALPHA",
            description = "Noise on the embeddings, as NEFTune's, whose paper has 5; 0 for none.")
    private double noise;

    @Option(
            names = "--show",
            defaultValue = "0",
            paramLabel = "N",
            description = "Prints the first rows; what counts in the loss stands in double brackets.")
    private int show;

    @Mixin
    private LoraOptions adapters;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (!(epochs > 0)) {
            throw new ParameterException(spec.commandLine(), "--epochs is above 0, not " + epochs);
        }
        ModelFolder folder = ModelFolder.open(base);
        Tokenizer tokenizer = folder.tokenizer();
        FolderParts parts = folder.parts();
        ChatTemplate chat = options.template(base, parts);
        Split<Conversation> split = options.split(spec, conversations, this::read);
        @Nullable LoRA lora = adapters.policy(spec, Decoder.PROJECTIONS);
        Tune first = recipe(1, lora); // what a row is does not hang on the number of steps
        Tune.Encoded encoded = first.encode(new ChatEncoder(chat, tokenizer), split);
        int rows = first.rowsOf(encoded);
        Tune recipe = recipe(options.steps(rows, epochs), lora);
        int pad = EndOfText.of(parts.generation().special(), tokenizer);
        tell(encoded);
        show(recipe.show(encoded, pad, tokenizer, show));
        var found = new AtomicReference<Recipe.@Nullable Result>();
        try (Decoder model = recipe.open(folder)) {
            options.begin(spec, recipe.describe());
            int code = Training.run(spec.commandLine().getErr(), "tuning", (progress, stop) -> {
                var result = recipe.run(model, pad, encoded, options.out(), progress, stop);
                found.set(result);
                return result.fit();
            });
            if (code == ExitCode.OK) {
                options.finish(spec, Objects.requireNonNull(found.get()), facts(model, encoded, rows));
                Path target = options.out().resolve("model");
                FolderWriter.write(target, model, parts.withChatTemplate(chat.source()), DType.FLOAT32);
                FolderWriter.writeAdapterIfAny(target.resolveSibling("adapter"), model, base.toString());
                spec.commandLine().getOut().println(target);
                spec.commandLine().getOut().flush();
            }
            return code;
        }
    }

    private List<Conversation> read(Path file) {
        Read<Conversation> read = Conversations.read(file);
        read.notes().forEach(line -> spec.commandLine().getErr().println("note: " + line));
        return read.examples();
    }

    private Tune recipe(long steps, @Nullable LoRA lora) {
        double peak = rate != null ? rate : lora == null ? RATE : ADAPTERS_RATE;
        return new Tune(options.recipe(steps, shape, peak), packed, noise, lora);
    }

    private void tell(Tune.Encoded encoded) {
        var err = spec.commandLine().getErr();
        if (encoded.passedOver() > 0) {
            err.println("note: in " + encoded.passedOver() + " conversations the assistant does not speak within "
                    + options.context() + " tokens; they are passed over, --context takes more");
        }
        if (encoded.cut() > 0) {
            err.println("note: " + encoded.cut() + " conversations are cut at " + options.context()
                    + " tokens; --context takes more");
        }
    }

    private void show(List<ShownRow> rows) {
        var out = spec.commandLine().getOut();
        for (int i = 0; i < rows.size(); i++) {
            ShownRow row = rows.get(i);
            out.println("=== row " + (i + 1) + ": " + row.tokens() + " tokens, " + row.counted() + " in the loss ===");
            out.println(row.text().stripTrailing());
        }
        out.flush();
    }

    private static Map<String, Object> facts(Decoder model, Tune.Encoded encoded, int rows) {
        Map<String, Object> facts = new TreeMap<>();
        facts.put("parameters", model.config().parameterCount());
        facts.put(
                "trained_parameters",
                model.params().trainable().values().stream()
                        .mapToLong(Tensor::count)
                        .sum());
        facts.put("conversations", encoded.train().size());
        facts.put("held_out", encoded.heldOut().size());
        facts.put("rows", rows);
        return facts;
    }
}
