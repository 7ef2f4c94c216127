// A table of your own examples, an encoder that learns its classes, and answers for new texts.
//
//     java --enable-native-access=ALL-UNNAMED -cp "$(cat .mokha/classpath)" \
//         examples/ClassifyTexts.java runs/encoder/model reviews.csv review stars runs/stars

import dev.mokha.language.finetune.FineTune;
import dev.mokha.language.finetune.Finetuning;
import dev.mokha.language.finetune.Grid;
import dev.mokha.language.finetune.Kind;
import dev.mokha.language.finetune.Predictor;
import dev.mokha.language.finetune.TaskData;
import dev.mokha.language.finetune.TooLong;
import dev.mokha.language.folder.EncoderFolder;
import dev.mokha.language.stage.Listener;
import dev.mokha.language.task.BadRows;
import dev.mokha.language.task.Columns;
import dev.mokha.language.task.Table;
import dev.mokha.nn.fit.StopSignal;

void main(String[] args) {
    Path out = Path.of(args[4]);

    // 1. The table, whose rows must all be good: a broken one is named with its file and line.
    var rows = Table.of(Path.of(args[1])).rows(BadRows.stop());
    var columns = new Columns(args[2], null, args[3]);
    var labels = columns.labels(rows);
    var examples = columns.classified(rows, labels, BadRows.stop());
    int held = examples.size() / 5; // for a pair of texts name its column, for numbers use columns.measured
    var task = TaskData.of(
            args[3], Kind.CLASSIFY, labels, examples.subList(held, examples.size()), examples.subList(0, held));

    // 2. Three seeds of one recipe; out/model is the best, out/report.html shows how each learned.
    var recipe = FineTune.standard().at(1e-3, 8, 6, 42);
    var results = Finetuning.prepare(EncoderFolder.open(Path.of(args[0])), task, Grid.of(recipe, 3), TooLong.CUT)
            .run(out, Listener.silent(), new StopSignal());
    results.table().forEach(row -> IO.println(String.join("  ", row)));

    // 3. Answers with their probabilities, as for texts that nobody has labelled.
    try (var predictor = Predictor.open(EncoderFolder.open(out.resolve("model")), 0, TooLong.CUT)) {
        for (var answer : predictor.predict(examples.subList(0, 3))) {
            IO.println(answer.labels().getFirst() + " " + answer.probs().getFirst() + " " + answer.example());
        }
    }
}
