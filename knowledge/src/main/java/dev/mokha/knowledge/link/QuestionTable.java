package dev.mokha.knowledge.link;

import dev.mokha.knowledge.graph.Facts;
import java.util.Arrays;

/// The questions that facts and their inverses answer, each once, with its answers, each once.
final class QuestionTable {
    private final int[] subjects;
    private final int[] relations;
    private final int[] starts; // of each question's answers; one more at the end
    private final int[] objects;

    /// @param facts as given, without inverses
    QuestionTable(Facts facts) {
        Facts all = facts.withInverses();
        int n = all.size();
        Integer[] order = new Integer[n];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (a, b) -> compare(all, a, b));
        int[] s = new int[n];
        int[] r = new int[n];
        int[] from = new int[n + 1];
        int[] found = new int[n];
        int questions = 0;
        int answers = 0;
        for (int i = 0; i < n; i++) {
            boolean fresh = i == 0 || !same(all, order[i], order[i - 1]);
            if (fresh) {
                s[questions] = all.subject(order[i]);
                r[questions] = all.relation(order[i]);
                from[questions++] = answers;
            }
            if (fresh || all.object(order[i]) != all.object(order[i - 1])) {
                found[answers++] = all.object(order[i]);
            }
        }
        from[questions] = answers;
        this.subjects = Arrays.copyOf(s, questions);
        this.relations = Arrays.copyOf(r, questions);
        this.starts = Arrays.copyOf(from, questions + 1);
        this.objects = Arrays.copyOf(found, answers);
    }

    private static int compare(Facts facts, int a, int b) {
        int bySubject = Integer.compare(facts.subject(a), facts.subject(b));
        int byRelation = bySubject != 0 ? bySubject : Integer.compare(facts.relation(a), facts.relation(b));
        return byRelation != 0 ? byRelation : Integer.compare(facts.object(a), facts.object(b));
    }

    private static boolean same(Facts facts, int a, int b) {
        return facts.subject(a) == facts.subject(b) && facts.relation(a) == facts.relation(b);
    }

    int size() {
        return subjects.length;
    }

    int subject(int question) {
        return subjects[question];
    }

    int relation(int question) {
        return relations[question];
    }

    /// {@return where a question's answers begin; those of the last end at `start(size())`}
    int start(int question) {
        return starts[question];
    }

    /// {@return a copy of all answers, question after question}
    int[] answers() {
        return objects.clone();
    }
}
