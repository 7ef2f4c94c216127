package dev.mokha.knowledge.lifelong;

import java.util.Arrays;

/// Entities as questions see them: a row for each pair of a question's relation and an entity, numbered as
/// they
/// come. Each row has its entity's edges, and those of one question that carry the same message share a
/// slot.
final class Asked {
    private final NearEdges edges;
    private final Messages messages;
    private final Numbers rows; // by entity
    private final Numbers slots; // by message
    private int[] starts = new int[64]; // of rows in `slotOf`; one more at the end
    private int[] slotOf = new int[256]; // of rows' edges
    private int question;

    Asked(NearEdges edges, Messages messages) {
        this.edges = edges;
        this.messages = messages;
        this.rows = new Numbers(edges.entities());
        this.slots = new Numbers(messages.count());
    }

    /// Numbers given to keys, anew with each question.
    private static final class Numbers {
        private final int[] numbers;
        private final int[] since; // the question in which a key got its number
        private int now;
        private int[] keys = new int[64];
        private int[] questions = new int[64];
        private int count;

        Numbers(int keys) {
            this.numbers = new int[keys];
            this.since = new int[keys];
        }

        boolean has(int key) {
            return since[key] == now;
        }

        int add(int key, int question) {
            if (count == keys.length) {
                keys = Arrays.copyOf(keys, 2 * count);
                questions = Arrays.copyOf(questions, 2 * count);
            }
            since[key] = now;
            numbers[key] = count;
            keys[count] = key;
            questions[count] = question;
            return count++;
        }
    }

    /// Forgets all rows.
    void clear() {
        rows.count = 0;
        slots.count = 0;
    }

    /// Rows asked for from here on belong to questions for a relation, which was not asked for before.
    void question(int relation) {
        question = relation;
        rows.now++;
        slots.now++;
    }

    /// {@return an entity's row}
    int row(int entity) {
        if (rows.has(entity)) {
            return rows.numbers[entity];
        }
        int row = rows.add(entity, question);
        int from = starts[row];
        int first = edges.start(entity);
        int count = edges.start(entity + 1) - first;
        if (row + 2 > starts.length) {
            starts = Arrays.copyOf(starts, 2 * starts.length);
        }
        if (from + count > slotOf.length) {
            slotOf = Arrays.copyOf(slotOf, 2 * (from + count));
        }
        for (int i = 0; i < count; i++) {
            int message = messages.of(first + i);
            slotOf[from + i] = slots.has(message) ? slots.numbers[message] : slots.add(message, question);
        }
        starts[row + 1] = from + count;
        return row;
    }

    /// {@return how many rows there are}
    int rows() {
        return rows.count;
    }

    int entity(int row) {
        return rows.keys[row];
    }

    int questionOf(int row) {
        return rows.questions[row];
    }

    /// {@return where a row's edges begin; those of the next row are behind its last}
    int start(int row) {
        return starts[row];
    }

    /// {@return how many edges all rows have}
    int size() {
        return starts[rows.count];
    }

    /// {@return the edge of the graph that one of a row's edges is}
    int edge(int row, int at) {
        return edges.start(entity(row)) + at - starts[row];
    }

    /// {@return the slot of an edge of the rows}
    int slot(int at) {
        return slotOf[at];
    }

    /// {@return how many slots there are}
    int slots() {
        return slots.count;
    }

    int message(int slot) {
        return slots.keys[slot];
    }

    int questionOfSlot(int slot) {
        return slots.questions[slot];
    }
}
