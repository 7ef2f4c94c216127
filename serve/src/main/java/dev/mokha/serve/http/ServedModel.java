package dev.mokha.serve.http;

import dev.mokha.serve.engine.Adapters;
import dev.mokha.serve.engine.Engine;
import dev.mokha.serve.engine.Router;
import dev.mokha.text.grammar.Constraints;
import dev.mokha.text.grammar.TokenVocabulary;
import dev.mokha.text.tokenizer.TokenBytes;
import dev.mokha.text.tokenizer.Tokenizer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The model that is served, with what requests share: its names, its tokens' bytes, constraints.
final class ServedModel {
    private static final int CONSTRAINTS = 32;
    private static final long CONSTRAINT_MEMORY = 8L << 20;

    private final Engine engine;
    private final Router router;
    private final List<String> names;
    private final Set<Integer> ends;
    private @Nullable TokenBytes bytes;
    private @Nullable Constraints constraints;

    /// @param router where requests go
    ServedModel(Engine engine, Router router, List<String> names) {
        this.engine = engine;
        this.router = router;
        this.names = names;
        this.ends = Set.copyOf(engine.generation().special().eos());
    }

    Engine engine() {
        return engine;
    }

    Router router() {
        return router;
    }

    Tokenizer tokenizer() {
        return engine.tokenizer();
    }

    List<String> names() {
        return names;
    }

    String name() {
        return names.getFirst();
    }

    /// {@return the ids that end a text}
    Set<Integer> ends() {
        return ends;
    }

    /// {@return the names of the adapters, which are models too}
    List<String> adapters() {
        return engine.adapters().list().stream().map(Adapters.Loaded::name).toList();
    }

    /// {@return the adapter that a name stands for; null for the model itself}
    @Nullable
    String adapter(@Nullable String asked) {
        if (asked == null || names.contains(asked)) {
            return null;
        }
        List<String> adapters = adapters();
        if (!adapters.contains(asked)) {
            throw ApiException.noModel(
                    asked, Stream.concat(names.stream(), adapters.stream()).toList());
        }
        return asked;
    }

    /// {@return what answers were held to lately; the first call takes its time}
    synchronized Constraints constraints() {
        if (constraints == null) {
            var vocabulary = TokenVocabulary.of(
                    tokenizer(), ends.stream().mapToInt(Integer::intValue).toArray());
            constraints = new Constraints(vocabulary, CONSTRAINTS, CONSTRAINT_MEMORY);
        }
        return constraints;
    }

    private synchronized TokenBytes tokenBytes() {
        if (bytes == null) {
            bytes = TokenBytes.of(tokenizer());
        }
        return bytes;
    }

    /// {@return the bytes that a token stands for; of a special one its name's}
    byte[] bytes(int id) {
        byte @Nullable [] known = tokenBytes().bytes(id);
        if (known != null) {
            return known;
        }
        @Nullable String name = tokenizer().token(id);
        return (name == null ? "" : name).getBytes(StandardCharsets.UTF_8);
    }

    /// {@return a token's bytes as text; where they are no whole characters as `bytes:\xe2\x80`, as
    /// OpenAI does}
    String text(int id) {
        byte[] all = bytes(id);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(all))
                    .toString();
        } catch (CharacterCodingException _) {
            return "bytes:" + HexFormat.of().withPrefix("\\x").formatHex(all);
        }
    }
}
