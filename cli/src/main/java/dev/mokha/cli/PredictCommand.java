package dev.mokha.cli;

import dev.mokha.cli.facts.JsonFiles;
import dev.mokha.language.finetune.Kind;
import dev.mokha.language.finetune.Prediction;
import dev.mokha.language.finetune.Predictor;
import dev.mokha.language.finetune.TooLong;
import dev.mokha.language.folder.EncoderFolder;
import dev.mokha.language.task.Example;
import dev.mokha.language.task.TaggedWords;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
import tools.jackson.databind.json.JsonMapper;

/// `mokha predict`: what a fine-tuned model says of a file of examples.
@Command(
        name = "predict",
        description = {
            "Answers every row of a file with a fine-tuned model: a JSON object a line, with label and probabilities.",
            "Labels that the file may have are not read; for figures see mokha evaluate."
        },
        footer = {
            "  mokha predict runs/sst2/model reviews.csv --text review --output answers.jsonl",
            "  mokha predict runs/names/model sentences.conll"
        },
        subcommands = PredictSquadCommand.class)
final class PredictCommand implements Callable<Integer> {
    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "MODEL",
            description = "A folder of mokha finetune, or of others.")
    private @Nullable Path model;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "FILE",
            description = "CSV, TSV or JSON lines; for tags CoNLL columns.")
    private @Nullable Path file;

    @Option(names = "--output", paramLabel = "FILE", description = "Where answers go; else to standard output.")
    private @Nullable Path output;

    @Option(names = "--max-length", defaultValue = "0", description = "Tokens at most; 0 for what the model can read.")
    private int maxLength;

    @Option(
            names = "--too-long",
            defaultValue = "stop",
            converter = FinetuneCommand.TooLongConverter.class,
            description = "stop at a text that is longer, or cut it.")
    private TooLong tooLong;

    @Option(
            names = "--int8",
            description = "Keeps the layers' weights in 8-bit integers: less memory, faster, nearly the same answers.")
    private boolean int8;

    @Mixin
    private TableOptions table;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (model == null || file == null) {
            throw new ParameterException(spec.commandLine(), "MODEL and FILE are needed");
        }
        var text = new StringBuilder();
        try (var predictor =
                Predictor.open(EncoderFolder.open(model), maxLength, tooLong, EncoderEvaluation.loading(int8))) {
            Kind kind = predictor.kind();
            List<? extends Example> examples =
                    table.unlabelled(file, kind, spec.commandLine().getErr());
            List<String> names = kind == Kind.CLASSIFY ? predictor.labels().names() : List.of();
            for (Prediction prediction : predictor.predict(examples)) {
                text.append(JsonMapper.shared().writeValueAsString(json(prediction, kind, names)))
                        .append('\n');
            }
        }
        if (output != null) {
            JsonFiles.write(output, text.toString());
        } else {
            spec.commandLine().getOut().print(text);
            spec.commandLine().getOut().flush();
        }
        return ExitCode.OK;
    }

    private static Map<String, Object> json(Prediction prediction, Kind kind, List<String> names) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("line", prediction.example().place().line());
        switch (kind) {
            case CLASSIFY -> {
                Map<String, Double> probs = new LinkedHashMap<>();
                for (int i = 0; i < names.size(); i++) {
                    probs.put(names.get(i), prediction.probs().getFirst().get(i));
                }
                json.put("label", prediction.labels().getFirst());
                json.put("probs", probs);
            }
            case REGRESS -> json.put("value", prediction.value());
            case CHOOSE -> {
                json.put("choice", Integer.parseInt(prediction.labels().getFirst()));
                json.put("probs", prediction.probs().getFirst());
            }
            case TAG -> {
                json.put("words", prediction.example() instanceof TaggedWords tagged ? tagged.words() : List.of());
                json.put("tags", prediction.labels());
            }
        }
        return json;
    }
}
