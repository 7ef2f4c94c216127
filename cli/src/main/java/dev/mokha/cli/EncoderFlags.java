package dev.mokha.cli;

import dev.mokha.serve.encode.EncodeOptions;
import dev.mokha.serve.encode.Encoders;
import dev.mokha.serve.schedule.QueueLimits;
import dev.mokha.tensor.Device;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/// The encoders that a server has beside, or in place of, a model that writes.
final class EncoderFlags {
    @Option(
            names = "--encoder",
            paramLabel = "NAME=FOLDER",
            converter = NamedConverter.class,
            description =
                    "An encoder, such as a BERT, for /v1/embeddings, /v1/rerank, /v1/score or /classify under this"
                            + " name; repeat for several.")
    private List<Named> encoders = List.of();

    @Option(
            names = "--encoder-batch-tokens",
            defaultValue = "2048",
            description = "Tokens that an encoder reads in one pass, at most.")
    private int batchTokens;

    @Option(
            names = "--encoder-int8",
            description =
                    "Keeps the weights of encoders' layers in 8-bit integers: less memory, faster, nearly the same"
                            + " answers.")
    private boolean int8;

    /// A folder under a name.
    record Named(String name, Path folder) {}

    static final class NamedConverter implements ITypeConverter<Named> {
        @Override
        public Named convert(String text) {
            int at = text.indexOf('=');
            if (at < 1 || at == text.length() - 1) {
                throw new TypeConversionException(
                        "'" + text + "' is not of the form NAME=FOLDER, such as small=models/all-MiniLM-L6-v2");
            }
            return new Named(text.substring(0, at), Path.of(text.substring(at + 1)));
        }
    }

    /// {@return the folders by their names}
    ///
    /// @throws IllegalArgumentException when two have the same name
    private SequencedMap<String, Path> folders() {
        var folders = new LinkedHashMap<String, Path>();
        for (Named one : encoders) {
            if (folders.put(one.name, one.folder) != null) {
                throw new IllegalArgumentException("two encoders are called " + one.name + "; name one otherwise");
            }
        }
        return folders;
    }

    /// {@return the name of the first encoder; null where there is none}
    @Nullable
    String firstName() {
        return encoders.isEmpty() ? null : encoders.getFirst().name;
    }

    /// @param device where they compute
    EncodeOptions options(QueueLimits queue, Device device) {
        folders();
        if (int8 && !device.equals(Device.CPU)) {
            throw new IllegalArgumentException(
                    "--encoder-int8 is for the processor, not for " + device + "; leave it out, or say --device cpu");
        }
        return new EncodeOptions(batchTokens, queue, int8, device);
    }

    /// {@return the encoders; null where there is none}
    @Nullable
    Encoders open(EncodeOptions options) {
        return encoders.isEmpty() ? null : Encoders.open(folders(), options);
    }
}
