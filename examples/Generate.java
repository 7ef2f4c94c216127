// A model folder opened, and a text completed as the tokens come.
//
//     java --enable-native-access=ALL-UNNAMED -cp "$(cat .mokha/classpath)" examples/Generate.java samples/base "The whale"

import dev.mokha.language.generate.LanguageModel;
import dev.mokha.language.generate.Sampling;

void main(String[] args) {
    try (var model = LanguageModel.load(Path.of(args[0]))) {
        model.generate(args[1], Sampling.random(24, 0.7, 42), IO::print);
    }
    IO.println();
}
