// Questions about a text, answered with the text's own words: learned from SQuAD's format, asked one by one.
//
//     java --enable-native-access=ALL-UNNAMED -cp "$(cat .mokha/classpath)" \
//         examples/AnswerQuestions.java runs/encoder/model train.json runs/questions "Where is Cairo?" "Cairo is on the Nile."

import dev.mokha.language.encoder.SpanModel;
import dev.mokha.language.folder.EncoderFolder;
import dev.mokha.language.question.QuestionAnswerer;
import dev.mokha.language.question.QuestionAnswering;
import dev.mokha.language.question.SquadData;
import dev.mokha.language.question.Windows;
import dev.mokha.nn.Loading;
import dev.mokha.nn.Params;
import dev.mokha.nn.fit.Progress;
import dev.mokha.nn.fit.StopSignal;
import dev.mokha.tensor.Device;

void main(String[] args) {
    Path out = Path.of(args[2]);
    EncoderFolder folder = EncoderFolder.open(Path.of(args[0]));
    SquadData questions = SquadData.read(Path.of(args[1]));

    // 1. The official recipe, with a higher rate for a small model. Contexts are read in windows that overlap.
    var official = QuestionAnswering.squad1();
    var recipe = official.withLearning(1e-3, 20, 8)
            .withSettings(official.settings().withWindows(new Windows.Config(128, 32, 64)));
    var loading = Loading.forTraining(Device.CPU).drawing(SpanModel.HEAD).seed(42);
    try (var model = new SpanModel(folder.config(), Params.from(folder.weights(), loading))) {
        var data = new QuestionAnswering.Data(questions, questions);
        var result = recipe.run(model, folder.tokenizer(), data, out, Progress.none(), new StopSignal());
        IO.println("official scores: " + result.dev().score().figures());
    }

    // 2. The folder that this wrote answers.
    try (var answerer = QuestionAnswerer.open(out.resolve(QuestionAnswering.MODEL))) {
        var answer = answerer.ask(args[3], args[4]);
        IO.println("answer: " + answer.text() + ", from character " + answer.nBest().getFirst().start());
    }
}
