package dev.mokha.knowledge.link;

import dev.mokha.knowledge.graph.Facts;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;

/// The questions that facts and their inverses answer, each once, with its answers, each once.
final class QuestionTable {
    private final int[] subjects;
    private final int[] relations;
    private final int[] starts; // of each question's answers; one more at the end
    private final int[] objects;

    /// The questions of some facts with all their answers.
    ///
    /// @param asked whose questions these are, without inverses
    /// @param facts what answers them, without inverses
    static QuestionTable of(Facts asked, Facts facts) {
        Set<Long> questions = new HashSet<>();
        Facts both = asked.withInverses();
        for (int i = 0; i < both.size(); i++) {
            questions.add(question(both, i));
        }
        Facts all = facts.withInverses();
        int[] kept = IntStream.range(0, all.size())
                .filter(i -> questions.contains(question(all, i)))
                .toArray();
        return new QuestionTable(all, kept);
    }

    private static long question(Facts facts, int i) {
        return (long) facts.subject(i) << 32 | facts.relation(i);
    }

    private QuestionTable(Facts all, int[] kept) {
        int n = kept.length;
        Integer[] order = new Integer[n];
        Arrays.setAll(order, i -> kept[i]);
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
