package dev.mokha.cli;

import dev.mokha.language.finetune.Kind;
import dev.mokha.language.finetune.TaskData;
import dev.mokha.language.task.Example;
import dev.mokha.language.task.Glue;
import dev.mokha.language.task.LabelSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/// Where the examples of a task are, by the words of the command line.
///
/// @param task GLUE's name, or a kind
/// @param devShare the share of `train` that is held out where there is no `dev`
/// @param seed draws it
record TaskFiles(
        CommandSpec verb,
        String task,
        @Nullable Path glueFolder,
        @Nullable Path train,
        @Nullable Path dev,
        double devShare,
        long seed) {
    /// Reads and checks all of it.
    TaskData read(TableOptions table) {
        @Nullable Glue glue = Glue.orNull(task);
        if (glue != null) {
            if (glueFolder == null || train != null || dev != null) {
                throw wrong("for " + glue.title() + " give --glue-folder, and neither --train nor --dev");
            }
            return TaskData.glue(glue, glueFolder);
        }
        Kind kind = kind();
        if (train == null || (dev == null) == (devShare == 0)) {
            throw wrong("for " + task + " give --train, and --dev or --dev-share");
        }
        if (!(devShare >= 0 && devShare < 1)) {
            throw wrong("--dev-share is a share from 0 to 1, not " + devShare);
        }
        var err = verb.commandLine().getErr();
        @Nullable LabelSet labels = table.labels(train, kind);
        List<Example> learned = new ArrayList<>(table.examples(train, kind, labels, err));
        List<? extends Example> held;
        if (dev == null) {
            Collections.shuffle(learned, new Random(seed));
            int count = Math.max(1, (int) (learned.size() * devShare));
            if (count >= learned.size()) {
                throw wrong("--dev-share leaves nothing of " + learned.size() + " examples to learn from");
            }
            held = List.copyOf(learned.subList(0, count));
            learned.subList(0, count).clear();
        } else {
            held = table.examples(dev, kind, labels, err);
        }
        return TaskData.of(train.getFileName().toString(), kind, labels, learned, held);
    }

    private Kind kind() {
        return Arrays.stream(Kind.values())
                .filter(kind -> Choice.name(kind).equals(task.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> wrong("there is no task '" + task
                        + "'; known are cola, sst2, mrpc, stsb, qqp, mnli, qnli, rte, wnli,"
                        + " classify, regress, tag and choose"));
    }

    private ParameterException wrong(String message) {
        return new ParameterException(verb.commandLine(), message);
    }
}
