// Pairs of texts with a number each, such as how alike they are, and an encoder that learns it.
//
//     java --enable-native-access=ALL-UNNAMED -cp "$(cat .mokha/classpath)" \
//         examples/ScorePairs.java runs/encoder/model pairs.csv runs/alike

import dev.mokha.language.finetune.FineTune;
import dev.mokha.language.finetune.Finetuning;
import dev.mokha.language.finetune.Grid;
import dev.mokha.language.finetune.Kind;
import dev.mokha.language.finetune.TaskData;
import dev.mokha.language.finetune.TooLong;
import dev.mokha.language.folder.EncoderFolder;
import dev.mokha.language.stage.Listener;
import dev.mokha.language.task.BadRows;
import dev.mokha.language.task.Columns;
import dev.mokha.language.task.Table;
import dev.mokha.nn.fit.StopSignal;

void main(String[] args) {
    // Columns a and b hold the texts, column score the number. What counts is Pearson's correlation, as for STS-B.
    var rows = Table.of(Path.of(args[1])).rows(BadRows.stop());
    var examples = new Columns("a", "b", "score").measured(rows, BadRows.stop());
    int held = examples.size() / 5;
    var task = TaskData.of(
            "alike", Kind.REGRESS, null, examples.subList(held, examples.size()), examples.subList(0, held));

    var recipe = FineTune.standard().at(1e-3, 8, 8, 42);
    var results = Finetuning.prepare(EncoderFolder.open(Path.of(args[0])), task, Grid.of(recipe), TooLong.CUT)
            .run(Path.of(args[2]), Listener.silent(), new StopSignal());
    results.table().forEach(row -> IO.println(String.join("  ", row)));
}
