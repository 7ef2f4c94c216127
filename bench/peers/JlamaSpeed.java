import com.github.tjake.jlama.model.ModelSupport;
import com.github.tjake.jlama.safetensors.DType;
import com.github.tjake.jlama.safetensors.prompt.PromptContext;
import com.github.tjake.jlama.tensor.operations.TensorOperationsProvider;
import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.util.Optional;
import java.util.UUID;

/// Jlama as a peer of JlamaBench: JlamaSpeed FOLDER WORKING-TYPE ACTIVATIONS-TYPE THREADS. Each line it
/// reads, "WORDS TOKENS", it answers with the tokens a second of a prompt of about so many words and of so
/// many tokens behind it.
public class JlamaSpeed {
    private static final String[] WORDS = "the of and to in that for it was as with be by on not he".split(" ");

    public static void main(String[] arguments) throws Exception {
        var model = ModelSupport.loadModel(
                new File(arguments[0]),
                null,
                DType.valueOf(arguments[1]),
                DType.valueOf(arguments[2]),
                Optional.empty(),
                Optional.of(Integer.valueOf(arguments[3])));
        System.out.printf("{\"operations\": \"%s\"}%n", TensorOperationsProvider.get().name());
        var in = new BufferedReader(new InputStreamReader(System.in));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            int words = Integer.parseInt(line.split(" ")[0]);
            int tokens = Integer.parseInt(line.split(" ")[1]);
            var text = new StringBuilder();
            for (int i = 0; i < words; i++) {
                text.append(' ').append(WORDS[(i * 7 + i / 16) % WORDS.length]);
            }
            var answer = model.generate(
                    UUID.randomUUID(), PromptContext.of(text.toString()), 0f, words + words / 8 + tokens, (_, _) -> {});
            System.out.printf(
                    "{\"prompt_tokens\": %d, \"prompt\": %.3f, \"tokens\": %d, \"decode\": %.3f}%n",
                    answer.promptTokens,
                    answer.promptTokens * 1e3 / answer.promptTimeMs,
                    answer.generatedTokens,
                    answer.generatedTokens * 1e3 / Math.max(1, answer.generateTimeMs));
        }
        System.exit(0);
    }
}
