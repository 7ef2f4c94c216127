package dev.mokha.serve.http;

import dev.mokha.serve.encode.Encoders;
import dev.mokha.serve.encode.ServedEncoder;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Which encoder a request means.
///
/// @param encoders that are served; null for none
/// @param writers names of the model that writes text; empty where there is none
record EncoderChoice(@Nullable Encoders encoders, List<String> writers) {
    /// {@return the encoder that `model` names; where it is missing the only one that can answer}
    ServedEncoder of(Fields fields, EncoderRoute route) {
        @Nullable String asked = fields.text("model");
        if (encoders == null) {
            throw nothing(route);
        }
        return asked == null ? only(route) : named(asked, route);
    }

    private ServedEncoder named(String asked, EncoderRoute route) {
        for (ServedEncoder encoder : all()) {
            if (encoder.name().equals(asked)) {
                if (!route.suits(encoder)) {
                    throw ApiException.field(
                            "model",
                            "`model` is " + encoder.describe() + ", which " + route.unable() + "; " + others(route));
                }
                return encoder;
            }
        }
        if (writers.contains(asked)) {
            throw ApiException.field(
                    "model", "`model` is " + asked + ", which writes text and is no encoder; " + others(route));
        }
        throw ApiException.of(
                404, "model_not_found", "model", "there is no encoder `" + asked + "` here; " + others(route));
    }

    private ServedEncoder only(EncoderRoute route) {
        List<ServedEncoder> able = all().stream().filter(route::suits).toList();
        if (able.isEmpty()) {
            throw nothing(route);
        }
        if (able.size() > 1) {
            throw ApiException.field("model", "`model` is missing; " + others(route));
        }
        return able.getFirst();
    }

    private List<ServedEncoder> all() {
        return encoders == null ? List.of() : encoders.all();
    }

    private String others(EncoderRoute route) {
        String able =
                all().stream().filter(route::suits).map(ServedEncoder::name).collect(Collectors.joining(", "));
        return able.isEmpty() ? "no encoder here answers " + route.path() : "name one of " + able;
    }

    private static ApiException nothing(EncoderRoute route) {
        return ApiException.of(
                404,
                "model_not_found",
                "no encoder here answers " + route.path() + "; start the server with one: --encoder NAME=FOLDER");
    }
}
