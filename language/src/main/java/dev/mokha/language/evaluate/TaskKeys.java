package dev.mokha.language.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A mapping in a task file, read key by key; what is wrong is named with the file and the key.
///
/// @param origin what messages call the file
/// @param path where the mapping stands, such as `generation_kwargs.`; empty for the file itself
/// @param node the mapping; of a missing one every key is missing
record TaskKeys(String origin, String path, JsonNode node) {
    /// {@return the mapping under a key}
    TaskKeys at(String key) {
        return new TaskKeys(origin, path + key + ".", node.path(key));
    }

    /// {@return the mappings in the list under a key; a bare text stands for one that is not there}
    List<TaskKeys> list(String key) {
        List<TaskKeys> all = new ArrayList<>();
        for (JsonNode one : node.path(key)) {
            all.add(new TaskKeys(origin, path + key + ".", one));
        }
        return all;
    }

    /// Refuses every key but these, so that nothing a file asks for is passed over.
    TaskKeys onlyWith(Set<String> known) {
        for (String key : node.propertyNames()) {
            if (!known.contains(key)) {
                throw error("the key '" + path + key + "' is not known here; there are "
                        + known.stream().sorted().toList());
            }
        }
        return this;
    }

    /// {@return whether the key has a value}
    boolean has(String key) {
        return node.hasNonNull(key);
    }

    String text(String key) {
        @Nullable String value = optional(key);
        if (value == null) {
            throw error("the key '" + path + key + "' is missing");
        }
        return value;
    }

    String text(String key, String otherwise) {
        return Objects.requireNonNullElse(optional(key), otherwise);
    }

    @Nullable
    String optional(String key) {
        @Nullable JsonNode value = node.get(key);
        return value == null || value.isNull() ? null : value.isContainer() ? value.toString() : value.asString();
    }

    /// {@return the texts of a list or a mapping, or the one text}
    List<String> texts(String key) {
        JsonNode value = node.path(key);
        List<String> texts = new ArrayList<>();
        if (value.isContainer()) {
            value.forEach(one -> texts.add(one.asString()));
        } else if (has(key)) {
            texts.add(value.asString());
        }
        return texts;
    }

    boolean flag(String key) {
        return node.path(key).asBoolean(false);
    }

    int number(String key, int otherwise, int least) {
        @Nullable JsonNode value = node.get(key);
        if (value == null || value.isNull()) {
            return otherwise;
        }
        if (!value.isIntegralNumber() || value.asLong() < least || value.asLong() > Integer.MAX_VALUE) {
            throw error(path + key + " is a whole number from " + least + ", not " + value);
        }
        return value.asInt();
    }

    /// {@return a regular expression as Python reads it: `\w` and the like are of every script}
    Pattern pattern(String regex) {
        try {
            return Pattern.compile(regex, Pattern.UNICODE_CHARACTER_CLASS);
        } catch (PatternSyntaxException e) {
            throw new EvaluationException(origin + ": " + path + ": the expression is broken: " + e.getMessage(), e);
        }
    }

    EvaluationException error(String reason) {
        return new EvaluationException(origin + ": " + reason);
    }
}
