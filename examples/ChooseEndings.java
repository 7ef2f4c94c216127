// Questions with several answers of which one is right, as in SWAG or a school exam, and an encoder that chooses.
//
//     java --enable-native-access=ALL-UNNAMED -cp "$(cat .mokha/classpath)" \
//         examples/ChooseEndings.java runs/encoder/model exam.csv runs/exam

import dev.mokha.language.finetune.FineTune;
import dev.mokha.language.finetune.Finetuning;
import dev.mokha.language.finetune.Grid;
import dev.mokha.language.finetune.Kind;
import dev.mokha.language.finetune.TaskData;
import dev.mokha.language.finetune.TooLong;
import dev.mokha.language.folder.EncoderFolder;
import dev.mokha.language.stage.Listener;
import dev.mokha.language.task.BadRows;
import dev.mokha.language.task.ChoiceColumns;
import dev.mokha.language.task.Table;
import dev.mokha.nn.fit.StopSignal;

void main(String[] args) {
    // Columns question, A, B and C, and in the column right a letter, a number from 0, or the right text itself.
    var rows = Table.of(Path.of(args[1])).rows(BadRows.stop());
    var examples =
            new ChoiceColumns("question", null, List.of("A", "B", "C"), "right").read(rows, BadRows.stop());
    int held = examples.size() / 5;
    var task = TaskData.of(
            "exam", Kind.CHOOSE, null, examples.subList(held, examples.size()), examples.subList(0, held));

    var recipe = FineTune.standard().at(1e-3, 8, 10, 42);
    var results = Finetuning.prepare(EncoderFolder.open(Path.of(args[0])), task, Grid.of(recipe), TooLong.CUT)
            .run(Path.of(args[2]), Listener.silent(), new StopSignal());
    results.table().forEach(row -> IO.println(String.join("  ", row)));
}
