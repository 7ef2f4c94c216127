package dev.mokha.cli;

import dev.mokha.cli.facts.JsonFiles;
import dev.mokha.language.adapt.VocabularySizesReport;
import dev.mokha.language.corpus.Document;
import dev.mokha.language.corpus.JsonRecord;
import dev.mokha.language.corpus.TextSource;
import dev.mokha.text.fertility.FertilityReport;
import dev.mokha.text.fertility.VocabularySizes;
import dev.mokha.text.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
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
import tools.jackson.databind.node.ObjectNode;

/// `mokha tokenizer sizes`: how many pieces of a new language are worth adding.
@Command(
        name = "sizes",
        description = {
            "Adds more and more pieces of a language to a BPE tokenizer and measures each size on held-out text: tokens a"
                    + " word, characters and bytes a token, fragments, parity. One learning serves all sizes.",
            "Recommends the smallest size from which another doubling takes less than --least-gain of the tokens away;"
                    + " mokha tokenizer merge --pieces then makes that tokenizer."
        },
        footer =
                "  mokha tokenizer sizes model --data arabic.jsonl.gz --held-out ar=samples/text/arabic-held-out.jsonl.gz"
                        + " --held-out en=samples/text/english-held-out.jsonl.gz --parallel samples/text/parallel-held-out.jsonl.gz"
                        + " --sizes 1000,2000,4000,8000 --out runs/sizes")
final class TokenizerSizesCommand implements Callable<Integer> {
    @Parameters(paramLabel = "BASE", description = "The tokenizer: tokenizer.json, or a folder with one.")
    private Path base;

    @Option(
            names = "--data",
            required = true,
            paramLabel = "PATH",
            description = "Text of the new language to learn from, repeatable.")
    private List<Path> data;

    @Option(
            names = "--held-out",
            required = true,
            paramLabel = "NAME=PATH",
            converter = DataArgument.Converter.class,
            description = "Text to measure on. The first is of the new language and decides; repeat for others.")
    private List<DataArgument> heldOut;

    @Option(names = "--parallel", paramLabel = "FILE", description = "JSON lines with a sentence in both languages.")
    private @Nullable Path parallel;

    @Option(
            names = "--parallel-fields",
            split = ",",
            paramLabel = "NEW,OLD",
            defaultValue = "ar,en",
            description = "Their fields in it, the new language first.")
    private List<String> fields;

    @Option(
            names = "--sizes",
            split = ",",
            paramLabel = "N,N,…",
            defaultValue = "1000,2000,4000,8000,16000",
            description = "How many pieces to add, rising.")
    private List<Integer> sizes;

    @Option(names = "--least-gain", defaultValue = "10", description = "The least that a doubling takes away, percent.")
    private double leastGain;

    @Mixin
    private MergeOptions merging;

    @Option(names = "--out", paramLabel = "FOLDER", description = "Where sizes.json and report.html go.")
    private @Nullable Path out;

    @Option(names = "--json", description = "Prints one JSON object.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        var print = spec.commandLine().getOut();
        if (fields.size() != 2) {
            throw new ParameterException(spec.commandLine(), "--parallel-fields are two, such as ar,en");
        }
        if (!(leastGain > 0 && leastGain < 100)) {
            throw new ParameterException(spec.commandLine(), "--least-gain is above 0 and below 100 percent");
        }
        var plan = new VocabularySizes.Plan(sizes, merging.rowMultiple(), merging.scope());
        Tokenizer tokenizer = Tokenizer.load(base);
        FertilityReport.Parallel pairs = parallel == null ? null : pairs(parallel, fields);
        Map<String, List<String>> texts = texts();
        if (out != null) {
            RunFile.requireFolder(out);
        }
        var found = VocabularySizes.of(
                tokenizer,
                Texts.of(data),
                plan,
                texts,
                pairs,
                LearningProgress.on(spec.commandLine().getErr()));
        ObjectNode all = JsonMapper.shared().valueToTree(found.toMap(leastGain / 100));
        if (out != null) {
            JsonFiles.write(out.resolve("sizes.json"), all.toPrettyString() + "\n");
            VocabularySizesReport.write(out.resolve("report.html"), base.toString(), found, leastGain / 100);
            RunFile.write(
                    out,
                    spec,
                    Map.of("recommended", found.recommendation(leastGain / 100).pieces()));
        }
        if (json) {
            print.println(all.toPrettyString());
        } else {
            print.print(found.report().toTable());
            VocabularySizesReport.sentences(found, leastGain / 100).forEach(print::println);
        }
        print.flush();
        return ExitCode.OK;
    }

    private Map<String, List<String>> texts() {
        Map<String, List<String>> texts = new LinkedHashMap<>();
        for (DataArgument text : heldOut) {
            List<String> documents = TextSource.of(text.path()).all().stream()
                    .map(Document::text)
                    .toList();
            if (texts.put(text.name(), documents) != null) {
                throw new ParameterException(spec.commandLine(), "--held-out " + text.name() + " is named twice");
            }
        }
        return texts;
    }

    private static FertilityReport.Parallel pairs(Path file, List<String> fields) {
        List<List<String>> sides = List.of(new ArrayList<>(), new ArrayList<>());
        for (JsonRecord row : JsonRecord.read(file)) {
            for (int side = 0; side < 2; side++) {
                var text = row.value().path(fields.get(side));
                if (!text.isString()) {
                    throw new IllegalArgumentException(row.where() + ": no text in field '" + fields.get(side)
                            + "'; name the fields with --parallel-fields");
                }
                sides.get(side).add(text.stringValue());
            }
        }
        if (sides.getFirst().isEmpty()) {
            throw new IllegalArgumentException(file + " holds no pair of sentences");
        }
        return new FertilityReport.Parallel(sides.getFirst(), sides.getLast());
    }
}
