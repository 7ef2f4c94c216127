package dev.mokha.cli;

import dev.mokha.language.decoder.RewardModel;
import dev.mokha.language.folder.ModelFolder;
import dev.mokha.language.recipe.Read;
import dev.mokha.language.reward.RewardScorer;
import dev.mokha.language.tune.Conversations;
import dev.mokha.nn.Loading;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.text.chat.ChatEncoder;
import dev.mokha.text.chat.Conversation;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `mokha reward score`: how good a reward model finds answers.
@Command(
        name = "score",
        description = "Scores the last answer of each conversation, a line each; higher is better.",
        footer = "  mokha reward score run/model --conversations answers.jsonl --json")
final class RewardScoreCommand implements Callable<Integer> {
    @Parameters(paramLabel = "MODEL", description = "The reward model's folder, with its tokenizer and template.")
    private Path path;

    @Option(
            names = "--conversations",
            required = true,
            paramLabel = "FILE",
            description = "JSON lines or an array with messages, or in another form that tune reads.")
    private Path file;

    @Option(names = "--template", defaultValue = "chatml", description = "Chat template where the folder has none.")
    private String template;

    @Option(names = "--batch", defaultValue = "8", description = "Conversations read at once.")
    private int batch;

    @Option(names = "--json", description = "Prints one JSON object with all scores and their mean.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        ModelFolder folder = ModelFolder.open(path);
        Read<Conversation> read = Conversations.read(file);
        if (!read.skipped().isEmpty()) { // a score for each row, or none
            throw new IllegalArgumentException(read.skipped().getFirst());
        }
        var encoder = new ChatEncoder(ExampleOptions.template(path, folder.parts(), template), folder.tokenizer());
        double[] scores;
        try (RewardModel model = folder.rewardModel(Loading.forUse(Device.CPU).as(DType.FLOAT32))) {
            scores = new RewardScorer(model, encoder, batch).scores(read.examples());
        }
        var out = spec.commandLine().getOut();
        if (json) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            object.put("model", path.toString());
            object.put("mean", Arrays.stream(scores).average().orElseThrow());
            Arrays.stream(scores).forEach(object.putArray("scores")::add);
            out.println(object.toPrettyString());
        } else {
            Arrays.stream(scores).forEach(score -> out.printf(Locale.ROOT, "%.6f%n", score));
        }
        out.flush();
        return ExitCode.OK;
    }
}
