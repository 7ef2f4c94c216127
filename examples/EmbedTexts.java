// Texts as vectors: which of some lines is nearest to a question.
//
//     java --enable-native-access=ALL-UNNAMED -cp "$(cat .mokha/classpath)" \
//         examples/EmbedTexts.java runs/encoder/model "the whale swam" "a ship at sea" "tea with sugar"

import dev.mokha.language.embed.TextEmbedder;

void main(String[] args) {
    try (var embedder = TextEmbedder.open(Path.of(args[0]))) {
        float[] question = embedder.embed(args[1]);
        for (int i = 2; i < args.length; i++) {
            float[] vector = embedder.embed(args[i]); // of length 1, so that the product is the cosine
            double cosine = 0;
            for (int d = 0; d < vector.length; d++) {
                cosine += vector[d] * question[d];
            }
            IO.println("%.3f  %s".formatted(cosine, args[i]));
        }
    }
}
