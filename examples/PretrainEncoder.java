// A BERT from raw text: a vocabulary, a pretraining by masked words and next sentences, a Hugging Face folder.
//
//     java --enable-native-access=ALL-UNNAMED -cp "$(cat .mokha/classpath)" \
//         examples/PretrainEncoder.java samples/text/english-train.jsonl.gz runs/encoder 400

import dev.mokha.language.corpus.Document;
import dev.mokha.language.corpus.TextSource;
import dev.mokha.language.encoder.BertConfig;
import dev.mokha.language.encoder.MaskedLanguageModel;
import dev.mokha.language.folder.EncoderParts;
import dev.mokha.language.folder.FolderWriter;
import dev.mokha.language.masking.Sentences;
import dev.mokha.language.pretrain.MaskedPretrain;
import dev.mokha.nn.Params;
import dev.mokha.nn.fit.Progress;
import dev.mokha.nn.fit.StopSignal;
import dev.mokha.tensor.DType;
import dev.mokha.text.train.TrainingProgress;
import dev.mokha.text.train.WordPieceTraining;

void main(String[] args) {
    TextSource text = TextSource.of(Path.of(args[0]));
    Path out = Path.of(args[1]);
    long steps = Long.parseLong(args[2]);

    // 1. A vocabulary of word pieces that were common in this text.
    WordPieceTraining vocabulary = WordPieceTraining.bert(4096);
    List<String> documents = text.all().stream().map(Document::text).toList();
    var tokenizer = vocabulary.tokenizer(vocabulary.train(documents, TrainingProgress.SILENT));
    IO.println("pieces: " + tokenizer.vocabSize());

    // 2. A fresh encoder of 2 layers, 128 wide. Sequences are short, so that a minute shows something.
    var recipe = MaskedPretrain.bert(List.of(new MaskedPretrain.Phase(32, 32, steps)), 2e-3);
    var texts = new MaskedPretrain.Texts(List.of(text), null, Sentences.of(Locale.ENGLISH));
    var config = BertConfig.bert(tokenizer.idBound(), 2, 128).withInitializerRange(0.05);
    try (var model = new MaskedLanguageModel(
            config, Params.fresh(42), MaskedLanguageModel.Heads.MASKED_LANGUAGE_AND_NEXT_SENTENCE)) {
        var end = recipe.run(model, tokenizer, texts, out, Progress.none(), new StopSignal());
        IO.println("loss after step " + end.step() + ": " + end.loss());

        // 3. A folder that Python opens too: AutoModelForPreTraining.from_pretrained("runs/encoder/model").
        FolderWriter.write(out.resolve("model"), model, EncoderParts.of(tokenizer), DType.FLOAT32);
        IO.println(out.resolve("model"));
    }
}
