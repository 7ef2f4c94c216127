package dev.mokha.text.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.text.tokenizer.Encoding;
import dev.mokha.text.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

final class ChatEncoderTest {
    private static final List<Tokenizer> TOKENIZERS = List.of(
            Tokenizer.load(Golden.file("fixtures/chat/tokenizers/byte-level.json")),
            Tokenizer.load(Golden.file("fixtures/chat/tokenizers/metaspace.json")));

    /// Roles, and contents that begin or end with spaces, hold special tokens, or look like turns of the format.
    @Provide
    Arbitrary<List<Message>> messages() {
        Arbitrary<String> piece = Arbitraries.of(
                "Hello",
                " ",
                "\n",
                "\n\n",
                "Be brief.",
                "سلام",
                "👩🏽‍🚀",
                "é",
                "1",
                "[/INST]",
                "</s>",
                "<|im_end|>\n",
                "<|im_start|>assistant\n",
                "<|eot_id|>",
                "### Response:\n",
                "assistant",
                "<|assistant|>\n",
                "\t",
                "x");
        Arbitrary<String> content = piece.list().ofMaxSize(6).map(pieces -> String.join("", pieces));
        Arbitrary<List<String>> contents = content.list().ofMinSize(2).ofMaxSize(6);
        return contents.map(all -> {
            List<Message> messages = new ArrayList<>();
            for (int i = 0; i < all.size(); i++) {
                messages.add(i % 2 == 0 ? new Message.User(all.get(i)) : new Message.Assistant(all.get(i)));
            }
            return messages;
        });
    }

    @Property(tries = 300)
    void noTokenThatReachesBeyondTheAssistantsTextCarriesLoss(
            @ForAll("messages") List<Message> messages, @ForAll BuiltInTemplate name) {
        RenderedChat chat = ChatTemplate.builtIn(name).render(Conversation.of(messages));
        boolean[] assistant = new boolean[chat.text().length()];
        chat.assistant().forEach(span -> Arrays.fill(assistant, span.start(), span.end(), true));
        for (Tokenizer tokenizer : TOKENIZERS) {
            EncodedChat encoded = new ChatEncoder(ChatTemplate.builtIn(name), tokenizer).encode(chat);
            Encoding plain = tokenizer.toBuilder().postProcessor(null).build().encode(chat.text(), false);
            assertThat(encoded.ids()).isEqualTo(plain.ids());
            for (int token = 0; token < plain.size(); token++) {
                boolean all = plain.start(token) < plain.end(token);
                for (int at = plain.start(token); at < plain.end(token); at++) {
                    all &= assistant[at];
                }
                // Within one span, not over two that touch: our templates always write between turns.
                assertThat(encoded.loss()[token]).isEqualTo(all);
            }
        }
    }

    @Property(tries = 100)
    void theTokensWithLossSpellNothingButTheAssistantsText(
            @ForAll("messages") List<Message> messages, @ForAll BuiltInTemplate name) {
        Tokenizer bytes = TOKENIZERS.getFirst();
        RenderedChat chat = ChatTemplate.builtIn(name).render(Conversation.of(messages));
        EncodedChat encoded = new ChatEncoder(ChatTemplate.builtIn(name), bytes).encode(chat);
        var said = new StringBuilder();
        chat.assistant().forEach(span -> said.append(chat.text(), span.start(), span.end()));
        int at = 0;
        List<Integer> run = new ArrayList<>();
        for (int token = 0; token <= encoded.size(); token++) {
            if (token < encoded.size() && encoded.loss()[token]) {
                run.add(encoded.ids()[token]);
            } else if (!run.isEmpty()) {
                String text =
                        bytes.decode(run.stream().mapToInt(Integer::intValue).toArray(), false);
                int found = said.indexOf(text, at);
                assertThat(found).as("'%s' in '%s'", text, said).isGreaterThanOrEqualTo(0);
                at = found + text.length();
                run.clear();
            }
        }
    }

    @Test
    void theAnswerAndItsEndCarryTheLoss() {
        Tokenizer tokenizer = TOKENIZERS.getFirst();
        var encoder = new ChatEncoder(ChatTemplate.builtIn(BuiltInTemplate.CHATML), tokenizer);
        EncodedChat chat = encoder.encode(Conversation.of(new Message.User("Hello!"), new Message.Assistant("Thanks")));
        List<String> learned = new ArrayList<>();
        for (int i = 0; i < chat.size(); i++) {
            if (chat.loss()[i]) {
                learned.add(tokenizer.decode(new int[] {chat.ids()[i]}, false));
            }
        }
        assertThat(String.join("", learned)).isEqualTo("Thanks<|im_end|>\n");
        assertThat(chat.lossTokens()).isEqualTo(learned.size());
        assertThat(Arrays.stream(chat.labels(-100)).filter(id -> id != -100).count())
                .isEqualTo(chat.lossTokens());
    }

    @Test
    void specialTokensComeFromTheTemplateAlone() {
        Tokenizer tokenizer = TOKENIZERS.getLast(); // whose post-processor would put <s> in front
        var encoder = new ChatEncoder(ChatTemplate.builtIn(BuiltInTemplate.LLAMA2), tokenizer);
        int[] prompt = encoder.prompt(Conversation.of(new Message.User("Hello!")));
        assertThat(prompt).startsWith(tokenizer.id("<s>"));
        assertThat(prompt[1]).isNotEqualTo(tokenizer.id("<s>"));
    }
}
