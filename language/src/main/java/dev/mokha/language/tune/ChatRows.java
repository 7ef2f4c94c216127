package dev.mokha.language.tune;

import dev.mokha.language.decoder.TokenBatch;
import dev.mokha.tensor.Tensors;
import dev.mokha.text.chat.EncodedChat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Conversations laid out in rows: one in each, or several packed behind each other that do not see each other.
///
/// @param chats each no longer than a row once it is cut
/// @param rows the conversations of each row, by their numbers
/// @param context the tokens of a row at most
/// @param packed whether a row may hold several
record ChatRows(List<EncodedChat> chats, List<List<Integer>> rows, int context, boolean packed) {
    /// One conversation in each row.
    static ChatRows single(List<EncodedChat> chats, int context) {
        return new ChatRows(
                chats, IntStream.range(0, chats.size()).mapToObj(List::of).toList(), context, false);
    }

    /// As many conversations in a row as fit, by best fit decreasing
    /// ([Johnson 1973](https://dspace.mit.edu/handle/1721.1/57819)): the longest first, each into the fullest
    /// row that has room.
    static ChatRows packed(List<EncodedChat> chats, int context) {
        List<Integer> order =
                new ArrayList<>(IntStream.range(0, chats.size()).boxed().toList());
        order.sort(Comparator.comparingInt((Integer i) -> length(chats.get(i), context))
                .reversed());
        List<List<Integer>> rows = new ArrayList<>();
        List<Integer> room = new ArrayList<>();
        for (int chat : order) {
            int length = length(chats.get(chat), context);
            int best = -1;
            for (int row = 0; row < rows.size(); row++) {
                if (room.get(row) >= length && (best < 0 || room.get(row) < room.get(best))) {
                    best = row;
                }
            }
            if (best < 0) {
                best = rows.size();
                rows.add(new ArrayList<>());
                room.add(context);
            }
            rows.get(best).add(chat);
            room.set(best, room.get(best) - length);
        }
        return new ChatRows(chats, List.copyOf(rows), context, true);
    }

    private static int length(EncodedChat chat, int context) {
        return Math.min(chat.size(), context);
    }

    /// {@return some of the rows, side by side}
    /// @param chosen by their numbers
    /// @param pad fills rows up on the right
    ChatBatch load(int[] chosen, int pad) {
        int time = Arrays.stream(chosen)
                .map(row -> rows.get(row).stream()
                        .mapToInt(chat -> length(chats.get(chat), context))
                        .sum())
                .max()
                .orElseThrow();
        int[] ids = new int[chosen.length * time];
        int[] labels = new int[ids.length];
        int[] positions = new int[ids.length];
        int[] documents = new int[ids.length];
        Arrays.fill(ids, pad);
        Arrays.fill(labels, ChatBatch.IGNORED);
        Arrays.fill(documents, -1);
        int counted = 0;
        for (int i = 0; i < chosen.length; i++) {
            int at = i * time;
            for (int chat : rows.get(chosen[i])) {
                int length = length(chats.get(chat), context);
                System.arraycopy(chats.get(chat).ids(), 0, ids, at, length);
                System.arraycopy(chats.get(chat).labels(ChatBatch.IGNORED), 0, labels, at, length);
                labels[at] = ChatBatch.IGNORED; // nothing of its own conversation stands before it
                for (int t = 0; t < length; t++) {
                    positions[at + t] = t;
                    documents[at + t] = chat;
                    counted += labels[at + t] == ChatBatch.IGNORED ? 0 : 1;
                }
                at += length;
            }
        }
        TokenBatch tokens = TokenBatch.of(Tensors.of(ids, chosen.length, time));
        if (packed) {
            tokens = tokens.at(Tensors.of(positions, chosen.length, time))
                    .packed(Tensors.of(documents, chosen.length, time));
        } // else rows are filled up on the right, where a causal model cannot look, and no mask is needed
        return new ChatBatch(tokens, Tensors.of(labels, chosen.length, time), counted);
    }
}
