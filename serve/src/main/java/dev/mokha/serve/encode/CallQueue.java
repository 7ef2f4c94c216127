package dev.mokha.serve.encode;

import dev.mokha.language.encoder.Sequence;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Calls that have sequences left to begin, and the choice of those that are computed together. For one
/// thread at a time; without a tensor.
final class CallQueue {
    private final Deque<Call> calls = new ArrayDeque<>();

    /// A sequence that was chosen.
    record Pick(Call call, int index) {}

    void add(Call call) {
        calls.addLast(call);
    }

    /// {@return whether it was here}
    boolean remove(Call call) {
        return calls.remove(call);
    }

    boolean isEmpty() {
        return calls.isEmpty();
    }

    /// {@return calls that wait}
    List<Call> all() {
        return List.copyOf(calls);
    }

    /// Chooses sequences for one pass. Who is at the head says the model and has the first place, whatever its
    /// length; then all calls of that model in turn give one sequence each while it fits, so that a short call
    /// does not wait for a long one. Calls that took part and have more go to the end: none waits for more than
    /// one pass of each of the others.
    ///
    /// @param budget tokens of all
    List<Pick> gather(int budget, long now) {
        var picks = new ArrayList<Pick>();
        @Nullable Call head = calls.peekFirst();
        if (head == null) {
            return picks;
        }
        List<Call> open = new ArrayList<>(
                calls.stream().filter(call -> call.encoder() == head.encoder()).toList());
        var took = new ArrayList<Call>();
        int left = budget;
        for (boolean first = true; !open.isEmpty(); first = false) {
            var fit = new ArrayList<Call>();
            for (Call call : open) {
                @Nullable Sequence next = call.next();
                if (next == null || (next.length() > left && !picks.isEmpty())) {
                    continue;
                }
                left -= next.length();
                picks.add(new Pick(call, call.begin(now)));
                fit.add(call);
                if (first) {
                    took.add(call);
                }
            }
            open = fit;
        }
        for (Call call : took) {
            calls.remove(call);
            if (call.next() != null) {
                calls.addLast(call);
            }
        }
        return picks;
    }
}
