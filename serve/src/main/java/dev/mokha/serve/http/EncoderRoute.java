package dev.mokha.serve.http;

import dev.mokha.serve.encode.Head;
import dev.mokha.serve.encode.ServedEncoder;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What encoders are asked for, and where.
enum EncoderRoute {
    /// OpenAI's.
    EMBEDDINGS("embd-", "gives no vectors"),
    /// Jina's and Cohere's.
    RERANK("rerank-", "scores no pairs"),
    /// vLLM's.
    SCORE("score-", "scores no pairs"),
    /// vLLM's.
    CLASSIFY("classify-", "has no classes");

    private final String prefix;
    private final String unable;

    EncoderRoute(String prefix, String unable) {
        this.prefix = prefix;
        this.unable = unable;
    }

    /// {@return what a path leads to; null for what is no concern of encoders}
    static @Nullable EncoderRoute of(String path) {
        return switch (path) {
            case "/v1/embeddings" -> EMBEDDINGS;
            case "/v1/rerank", "/v2/rerank", "/rerank" -> RERANK;
            case "/v1/score", "/score" -> SCORE;
            case "/classify" -> CLASSIFY;
            default -> null;
        };
    }

    /// {@return the path by which it is best known}
    String path() {
        return this == CLASSIFY ? "/classify" : "/v1/" + name().toLowerCase(Locale.ROOT);
    }

    /// {@return what answers' ids begin with}
    String prefix() {
        return prefix;
    }

    /// {@return what to say of an encoder that cannot answer}
    String unable() {
        return unable;
    }

    /// {@return whether an encoder can answer}
    boolean suits(ServedEncoder encoder) {
        return switch (encoder.head()) {
            case Head.Vectors _ -> this != CLASSIFY;
            case Head.Classes classes ->
                switch (this) {
                    case EMBEDDINGS -> false;
                    case RERANK, SCORE -> classes.width() == 1;
                    case CLASSIFY -> true;
                };
        };
    }
}
