package dev.mokha.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.text.tokenizer.model.Bpe;
import dev.mokha.text.tokenizer.model.BpeOptions;
import dev.mokha.text.tokenizer.model.Merge;
import dev.mokha.text.tokenizer.model.Vocab;
import dev.mokha.text.tokenizer.split.PreTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs the blocks of `docs/tokenizers.md`, and sees to it that they are regions of this file.
final class TokenizerDocTest {
    @Test
    void theBlocksOfThePageWork(@TempDir Path out) {
        Path folder = Fixtures.FOLDER.resolve("llama3");
        // region use
        Tokenizer tokenizer = Tokenizer.load(folder); // tokenizer.json, or BERT's vocab.txt
        int[] ids = tokenizer.encodeIds("Good morning, صباح الخير");
        String text = tokenizer.decode(ids, true); // true: without special tokens
        // endregion
        assertThat(text).isEqualTo("Good morning, صباح الخير");
        // region offsets
        Encoding encoding = tokenizer.encode("Good 👍 morning");
        String last = encoding.tokens().getLast(); // "ing", or what the vocabulary has
        int start = encoding.start(encoding.size() - 1); // in UTF-16 units, for substring
        int[][] points = encoding.codePointOffsets("Good 👍 morning"); // as Python counts
        // endregion
        assertThat("Good 👍 morning".substring(start)).isEqualTo(last);
        assertThat(points[encoding.size() - 1][0]).isEqualTo(start - 1);
        var seen = new StringBuilder();
        // region stream
        StreamingDecoder stream = tokenizer.streamingDecoder(true);
        for (int id : ids) {
            seen.append(stream.push(id)); // whole characters only
        }
        seen.append(stream.finish());
        // endregion
        assertThat(seen.toString()).isEqualTo(text);
        // region parts
        var vocab = Vocab.inOrder(List.of("Ġ", "h", "i", "hi", "Ġhi"));
        var merges = List.of(new Merge("h", "i"), new Merge("Ġ", "hi"));
        Tokenizer made = Tokenizer.builder(new Bpe(vocab, merges, BpeOptions.byteLevel()))
                .preTokenizer(new PreTokenizer.ByteLevel(false, true, true))
                .decoder(new Decoder.ByteLevel(true, true, true))
                .addedTokens(List.of(AddedToken.special("</s>")))
                .build();
        made.save(out); // out/tokenizer.json
        // endregion
        assertThat(Tokenizer.load(out).encodeIds("hi hi</s>")).containsExactly(3, 4, 5);
    }

    @Test
    void everyBlockOfThePageIsARegionOfThisFile() throws IOException {
        Path root = Path.of(System.getProperty("mokha.root"));
        String page = Files.readString(root.resolve("docs/tokenizers.md"));
        String source =
                Files.readString(root.resolve("text/src/test/java/dev/mokha/text/tokenizer/TokenizerDocTest.java"));
        var blocks = Pattern.compile("<!-- region (\\w+) -->\n```java\n(.*?)```", Pattern.DOTALL)
                .matcher(page);
        int found = 0;
        while (blocks.find()) {
            String name = blocks.group(1);
            var region = Pattern.compile("// region " + name + "\n(.*?)// endregion", Pattern.DOTALL)
                    .matcher(source);
            assertThat(region.find()).as("region " + name).isTrue();
            assertThat(blocks.group(2).strip())
                    .isEqualTo(region.group(1).stripIndent().strip());
            found++;
        }
        assertThat(found).isEqualTo(4);
    }
}
