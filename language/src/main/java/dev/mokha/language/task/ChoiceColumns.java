package dev.mokha.language.task;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Which columns of a table hold a context, what may follow it, and which of it does.
///
/// @param context what comes first
/// @param stem how every choice begins, as in SWAG; null for nothing
/// @param choices a column for each choice, or one that holds a JSON list of texts
/// @param answer the right one: its column, its number from 0, a letter from A, or its text; null where not
/// known
public record ChoiceColumns(
        String context,
        @Nullable String stem,
        List<String> choices,
        @Nullable String answer) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    public ChoiceColumns {
        choices = List.copyOf(choices);
        if (choices.isEmpty()) {
            throw new IllegalArgumentException("name the columns of the choices");
        }
    }

    /// {@return the examples}
    public List<ChoiceExample> read(List<Row> rows, BadRows bad) {
        List<ChoiceExample> examples = new ArrayList<>();
        for (Row row : rows) {
            @Nullable ChoiceExample example = bad.attempt(() -> example(row));
            if (example != null) {
                examples.add(example);
            }
        }
        if (examples.isEmpty()) {
            throw new TaskDataException("no row can be used: " + bad.first().getFirst());
        }
        return examples;
    }

    private ChoiceExample example(Row row) {
        List<String> texts = choices.size() == 1
                ? list(row, choices.getFirst())
                : choices.stream().map(row::text).toList();
        int right = answer == null ? -1 : answer(row, answer, texts);
        String begin = stem == null ? "" : row.text(stem) + " ";
        return new ChoiceExample(
                row.place(),
                row.text(context),
                texts.stream().map(text -> begin + text).toList(),
                right);
    }

    private static List<String> list(Row row, String column) {
        try {
            JsonNode list = JSON.readTree(row.text(column));
            if (list.isArray() && list.size() >= 2 && list.valueStream().allMatch(JsonNode::isString)) {
                return list.valueStream().map(JsonNode::stringValue).toList();
            }
        } catch (JacksonException e) {
            // said below, with what is wanted
        }
        throw row.place()
                .error("column '" + column + "' must hold a JSON list of 2 texts or more; or name a column"
                        + " for each choice");
    }

    private int answer(Row row, String column, List<String> texts) {
        String value = row.text(column).strip();
        int named = choices.size() > 1 ? choices.indexOf(value) : -1;
        int said = texts.indexOf(value);
        int letter = value.length() == 1 ? Character.toUpperCase(value.charAt(0)) - 'A' : -1;
        if (named >= 0) {
            return named;
        }
        if (said >= 0) {
            return said;
        }
        if (value.matches("[0-9]{1,4}") && Integer.parseInt(value) < texts.size()) {
            return Integer.parseInt(value);
        }
        if (letter >= 0 && letter < texts.size()) {
            return letter;
        }
        throw row.place()
                .error("the answer '" + value + "' in column '" + column + "' is none of the " + texts.size()
                        + " choices; write a number from 0, a letter from A, or the choice itself");
    }
}
