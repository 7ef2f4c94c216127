package dev.mokha.text.chat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/// Templates of our own for the common formats; all mark the assistant's text with `{% generation %}`.
public enum BuiltInTemplate {
    /// `<|im_start|>role … <|im_end|>`, as Qwen and many others.
    CHATML("", "<|im_end|>"),
    /// `[INST] <<SYS>> … [/INST]`, Llama 2.
    LLAMA2("<s>", "</s>"),
    /// `<|start_header_id|>role<|end_header_id|>`, Llama 3.
    LLAMA3("<|begin_of_text|>", "<|eot_id|>"),
    /// `[INST] … [/INST]`, Mistral 7B.
    MISTRAL("<s>", "</s>"),
    /// `<|user|>`, `<|assistant|>`, Zephyr and TinyLlama.
    ZEPHYR("<s>", "</s>"),
    /// `### Instruction:` and `### Response:`, for models without special tokens.
    ALPACA("<s>", "</s>");

    private final String bosToken;
    private final String eosToken;

    BuiltInTemplate(String bosToken, String eosToken) {
        this.bosToken = bosToken;
        this.eosToken = eosToken;
    }

    /// {@return the template of a name as people type it, in any case}
    public static BuiltInTemplate named(String name) {
        for (BuiltInTemplate template : values()) {
            if (template.name().equalsIgnoreCase(name)) {
                return template;
            }
        }
        throw new IllegalArgumentException("no built-in chat template '" + name + "'; there are "
                + Arrays.stream(values())
                        .map(template -> template.name().toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining(", ")));
    }

    /// {@return the usual `bos_token` of the format, empty for none}
    public String bosToken() {
        return bosToken;
    }

    /// {@return the usual `eos_token` of the format}
    public String eosToken() {
        return eosToken;
    }

    /// {@return the Jinja text}
    public String source() {
        String file = name().toLowerCase(Locale.ROOT) + ".jinja";
        try (InputStream in = BuiltInTemplate.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("the resource " + file + " is missing from the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
