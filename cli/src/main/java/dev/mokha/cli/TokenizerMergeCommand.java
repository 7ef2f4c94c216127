package dev.mokha.cli;

import dev.mokha.cli.facts.JsonFiles;
import dev.mokha.text.merge.MergedTokenizer;
import dev.mokha.text.merge.VocabularyMerge;
import dev.mokha.text.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.JsonNodeFactory;

/// `mokha tokenizer merge`: pieces of a new language for a tokenizer.
@Command(
        name = "merge",
        description = {
            "Learns the pieces of a language from text and adds them to a BPE tokenizer.",
            "Ids of the base do not change, every new piece is reachable, and text outside the scope is encoded as"
                    + " before. OUT/merge.json lists each new piece with the base ids that it was written with."
        },
        footer = "  mokha tokenizer merge model --data arabic.jsonl.gz --pieces 6000 --out merged")
final class TokenizerMergeCommand implements Callable<Integer> {
    @Parameters(paramLabel = "BASE", description = "The tokenizer: tokenizer.json, or a folder with one.")
    private Path base;

    @Option(
            names = "--data",
            required = true,
            paramLabel = "PATH",
            description = "Text of the new language, repeatable.")
    private List<Path> data;

    @Option(names = "--pieces", required = true, description = "How many to add at most.")
    private int pieces;

    @Mixin
    private MergeOptions merging;

    @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "Where tokenizer.json goes.")
    private Path out;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        var merge = new VocabularyMerge(pieces, merging.rowMultiple(), merging.scope());
        Tokenizer tokenizer = Tokenizer.load(base);
        RunFile.requireFolder(out);
        MergedTokenizer merged = merge.extend(
                tokenizer,
                Texts.of(data),
                LearningProgress.on(spec.commandLine().getErr()));
        merged.tokenizer().save(out);
        JsonFiles.write(out.resolve("merge.json"), describe(merged));
        RunFile.write(out, spec, Map.of("added", merged.added().size(), "rows", merged.rows()));
        var counts = merged.counts();
        spec.commandLine()
                .getErr()
                .println("added " + counts.learned() + " learned pieces and "
                        + counts.intermediates() + " on their way; " + counts.known() + " were known, "
                        + counts.outOfScope()
                        + " out of scope");
        spec.commandLine().getOut().println(out.resolve("tokenizer.json"));
        spec.commandLine().getOut().flush();
        return ExitCode.OK;
    }

    private static String describe(MergedTokenizer merged) {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("base_size", merged.baseSize()).put("rows", merged.rows());
        var list = json.putArray("added");
        merged.added().forEach(piece -> {
            var entry = list.addObject().put("id", piece.id()).put("piece", piece.piece());
            entry.put("intermediate", piece.intermediate());
            var ids = entry.putArray("base_ids");
            piece.baseIds().forEach(ids::add);
        });
        return json.toString() + "\n";
    }
}
